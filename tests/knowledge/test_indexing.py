"""The index follows the folder."""

from __future__ import annotations

import threading
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import DjangoAssertNumQueries, Settings

from apps.audit.models import AuditEvent
from apps.knowledge.errors import MalformedKnowledge
from apps.knowledge.models import Document, Passage
from apps.knowledge.services import index_knowledge
from tests.knowledge.conftest import GUIDE, Encoder

Write = Callable[[str, str], None]


def _command(*arguments: str) -> str:
    out = StringIO()
    call_command("index_knowledge", *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.mark.usefixtures("knowledge_base")
def test_every_kind_of_document_is_read() -> None:
    kinds = set(Document.objects.values_list("kind", flat=True))
    assert kinds == {"product", "pricing", "feature", "faq", "playbook", "brand", "company"}
    assert not Passage.objects.filter(embedding__isnull=True).exists()
    assert not Passage.objects.filter(text="").exists()


@pytest.mark.usefixtures("folder")
@pytest.mark.django_db
def test_a_second_indexing_changes_nothing(encoder: Encoder) -> None:
    first = index_knowledge()
    rows = list(Passage.objects.values("pk", "heading", "updated_at"))
    encoder.asked.clear()
    second = index_knowledge()
    assert first["indexed"] == 2
    assert (second["indexed"], second["unchanged"], second["embedded"], second["removed"]) == (0, 2, 0, 0)
    assert list(Passage.objects.values("pk", "heading", "updated_at")) == rows
    assert encoder.asked == []


@pytest.mark.django_db
def test_only_the_changed_passage_of_the_changed_document_is_embedded(write: Write, encoder: Encoder) -> None:
    index_knowledge()
    keys = dict(Passage.objects.values_list("heading", "pk"))
    encoder.asked.clear()
    write(
        "playbooks/guide.md", GUIDE.replace("Umbrellas stand behind the door.", "Umbrellas hang in the hall.")
    )
    report = index_knowledge()
    assert (report["indexed"], report["unchanged"], report["embedded"]) == (1, 1, 1)
    assert [text.partition("\n")[0] for text in encoder.asked] == ["Umbrellas"]
    assert "hang in the hall" in Passage.objects.get(heading="Umbrellas").text
    assert dict(Passage.objects.values_list("heading", "pk")) == keys, "citations must keep their target"


@pytest.mark.django_db
def test_a_passage_moves_without_being_embedded_again(write: Write, encoder: Encoder) -> None:
    index_knowledge()
    encoder.asked.clear()
    title, umbrellas, bicycles = GUIDE.partition("## Umbrellas")[0], *_sections()
    write("playbooks/guide.md", title + bicycles + umbrellas)
    index_knowledge()
    order = Passage.objects.filter(document__path="playbooks/guide.md").values_list("heading", flat=True)
    assert list(order) == ["House guide", "Bicycles", "Umbrellas"]
    assert encoder.asked == []


def _sections() -> tuple[str, str]:
    rest = GUIDE[GUIDE.index("## Umbrellas") :]
    split = rest.index("## Bicycles")
    return rest[:split], rest[split:]


@pytest.mark.django_db
def test_what_vanishes_from_the_folder_vanishes_from_the_index(folder: Path, write: Write) -> None:
    index_knowledge()
    (folder / "playbooks" / "menu.md").unlink()
    write("playbooks/guide.md", GUIDE[: GUIDE.index("## Bicycles")])
    report = index_knowledge()
    assert report["removed"] == 1
    assert set(Passage.objects.values_list("heading", flat=True)) == {"House guide", "Umbrellas"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content", [b"\xff\xfe broken", b"plans: [unclosed", b"currency: SGD", b"", b"- 1\n- 2"]
)
def test_a_file_that_cannot_be_read_keeps_its_last_passages(
    folder: Path, write: Write, content: bytes
) -> None:
    prices = folder / "product_data" / "pricing.yaml"
    write("product_data/pricing.yaml", _real("product_data/pricing.yaml"))
    index_knowledge()
    before = Passage.objects.count()
    prices.write_bytes(content)
    report = index_knowledge()
    assert list(report["failed"]) == ["product_data/pricing.yaml"]
    assert Passage.objects.count() == before
    assert "Not indexed: product_data/pricing.yaml" in _command("--if-changed")


def _real(path: str) -> str:
    return (Path(__file__).parents[2] / "knowledge" / path).read_text(encoding="utf-8")


@pytest.mark.usefixtures("folder")
@pytest.mark.django_db
def test_without_an_encoder_passages_wait_for_it(encoder: Encoder) -> None:
    encoder.is_installed = False
    report = index_knowledge()
    assert (report["embedded"], report["pending"]) == (0, 4)
    assert "by words only" in _command()
    encoder.is_installed = True
    assert index_knowledge()["embedded"] == 4
    assert not Passage.objects.filter(embedding__isnull=True).exists()


@pytest.mark.usefixtures("folder")
@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_make_one_index() -> None:
    problems: list[BaseException] = []
    together = threading.Barrier(4)

    def work() -> None:
        try:
            together.wait(timeout=20)
            index_knowledge()
        except BaseException as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert problems == []
    assert Document.objects.count() == 2
    assert Passage.objects.count() == 4
    assert not Passage.objects.filter(embedding__isnull=True).exists()


@pytest.mark.django_db
def test_a_missing_folder_removes_nothing(folder: Path, settings: Settings) -> None:
    index_knowledge()
    settings.KNOWLEDGE_DIR = folder / "elsewhere"
    with pytest.raises(MalformedKnowledge):
        index_knowledge()
    with pytest.raises(CommandError, match="KNOWLEDGE_DIR"):
        _command()
    assert Document.objects.count() == 2


@pytest.mark.usefixtures("folder")
@pytest.mark.django_db
def test_indexing_leaves_a_trail(folder: Path) -> None:
    index_knowledge()
    (folder / "playbooks" / "menu.md").unlink()
    index_knowledge()
    actions = AuditEvent.objects.filter(object_type="knowledge.document").values_list("action", flat=True)
    assert sorted(actions) == ["knowledge.document.indexed"] * 2 + ["knowledge.document.removed"]


@pytest.mark.usefixtures("folder")
@pytest.mark.django_db
def test_the_start_of_the_platform_costs_next_to_nothing_when_nothing_changed(
    encoder: Encoder, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    assert _command("--if-changed").startswith("Knowledge: 2 documents indexed")
    encoder.asked.clear()
    with django_assert_max_num_queries(4):
        assert _command("--if-changed") == ""
    assert encoder.asked == []
    assert "0 documents indexed, 2 unchanged" in _command()
