"""Files that people put into the knowledge base."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from docx import Document as WordFile
from openpyxl import Workbook
from pptx import Presentation
from pypdf import PdfWriter

from apps.accounts.models import User
from apps.accounts.querysets import EVALUATION_DOMAIN
from apps.artifacts.models import Artifact
from apps.artifacts.services import store
from apps.core.errors import Forbidden, Invalid, NotFound
from apps.documents.pdf import draw
from apps.knowledge import services
from apps.knowledge.choices import Audience, IndexStatus
from apps.knowledge.models import Document, Passage
from apps.knowledge.retrieval.words import understand
from apps.knowledge.selectors import retrieval, search
from apps.knowledge.tasks import refresh
from tests.conftest import Cast
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

GUIDE = (
    "# Penguin handbook\n\n## Feeding\n\nThe penguins of the lobby are fed herring at noon.\n\n"
    "## Bathing\n\nThe pool is cleaned on Fridays.\n"
)
QUESTION = "when are the penguins fed herring"


@pytest.fixture
def add() -> Callable[..., Document]:
    """`add(user, "name", content, audience=…)` puts a file in and reads it."""

    def put(
        user: User, name: str = "penguins.md", content: str | bytes = GUIDE, **rights: object
    ) -> Document:
        document = services.remember(actor=user, artifact=file(user, name, content), **rights)  # type: ignore[arg-type]
        services.index_upload(document.pk)
        document.refresh_from_db()
        return document

    return put


def file(user: User, name: str, content: str | bytes) -> Artifact:
    """An uploaded file."""
    return store(owner=user, name=name, content=content.encode() if isinstance(content, str) else content)


def found(user: User, question: str = QUESTION) -> list[str]:
    """The texts that the person finds."""
    return [hit.passage.text for hit in search(question, user=user)]


def word_file() -> bytes:
    document, buffer = WordFile(), io.BytesIO()
    document.add_paragraph("The penguins are fed herring at noon.")
    document.save(buffer)
    return buffer.getvalue()


def deck() -> bytes:
    presentation, buffer = Presentation(), io.BytesIO()
    for title, text in (("Welcome", "Hello."), ("Feeding", "The penguins are fed herring at noon.")):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = text
    presentation.save(buffer)
    return buffer.getvalue()


def workbook() -> bytes:
    book, buffer = Workbook(), io.BytesIO()
    page = book.active
    assert page is not None
    page.append(["Animal", "Food", "Hour"])
    page.append(["penguins", "fed herring", "noon"])
    book.save(buffer)
    return buffer.getvalue()


def pdf() -> bytes:
    return draw(
        "<p>Contents</p><p style='page-break-before: always'>The penguins are fed herring at noon.</p>",
        trusted=True,
    )


@pytest.mark.parametrize(
    ("name", "content", "page"),
    [
        ("a.md", lambda: GUIDE.encode(), None),  # noqa: PLW0108
        ("a.txt", lambda: b"The penguins are fed herring at noon.", None),
        ("a.docx", word_file, None),
        ("a.pptx", deck, 2),
        ("a.xlsx", workbook, None),
        ("a.pdf", pdf, 2),
    ],
)
def test_every_kind_of_file_is_found_with_its_page(
    cast: Cast, add: Callable[..., Document], name: str, content: Callable[[], bytes], page: int | None
) -> None:
    document = add(cast.owner, name, content())
    assert (document.status, document.problem) == (IndexStatus.INDEXED, "")
    quote = services.answer_quotes(QUESTION, user=cast.owner)[0]
    assert quote.is_upload
    assert "herring" in quote.text
    passage = Passage.objects.get(pk=quote.citation["id"])
    assert passage.page == page
    assert (f", page {page}" in quote.citation["label"]) == (page is not None)


def locked_pdf() -> bytes:
    writer, buffer = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.pdf", lambda: b"%PDF-1.4\nbroken", "damaged"),
        ("a.pdf", locked_pdf, "password"),
        ("a.txt", lambda: b"   \n \n", "no text"),
        ("a.txt", lambda: ("word " * 1_100_000).encode(), "too much"),  # noqa: PLW0108
        ("a.xlsx", lambda: workbook()[:-400], "damaged|not a table|zip"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    cast: Cast, add: Callable[..., Document], name: str, content: Callable[[], bytes], problem: str
) -> None:
    try:
        document = add(cast.owner, name, content())
    except Invalid as refusal:
        assert "Only PDF" in refusal.detail  # noqa: PT017
        return
    assert document.status == IndexStatus.FAILED
    assert re.search(problem, document.problem), document.problem
    assert not document.passages.exists()


RIGHTS = [
    (Audience.PRIVATE, [], {"owner"}),
    (Audience.DEPARTMENTS, ["finance"], {"owner", "outsider"}),
    (Audience.EVERYBODY, [], {"owner", "colleague", "manager", "outsider", "executive", "admin"}),
]


@pytest.mark.parametrize(("audience", "departments", "readers"), RIGHTS)
def test_only_its_audience_finds_counts_and_opens_a_document(
    cast: Cast,
    add: Callable[..., Document],
    browser_client: Callable[[User], Client],
    audience: str,
    departments: list[str],
    readers: set[str],
) -> None:
    document = add(cast.owner, audience=audience, departments=departments)
    passage = document.passages.first()
    assert passage is not None
    for role, person in vars(cast).items():
        may = role in readers
        assert bool(found(person)) == may, role
        assert bool(services.answer_quotes(QUESTION, user=person)) == may
        assert Document.objects.visible_to(person).filter(pk=document.pk).exists() == may
        counts = understand("herring", Passage.objects.visible_to(person)).counts
        assert counts["her"] == (1 if may else 0) if "her" in counts else list(counts.values()) == [int(may)]
        person.is_staff = True
        person.save()
        page = browser_client(person).get(passage.get_absolute_url())
        assert (page.status_code == 200) == may, (role, page.status_code)


def test_rights_do_not_hide_what_others_may_read_behind_what_they_may_not(
    cast: Cast, add: Callable[..., Document]
) -> None:
    for number in range(40):
        add(cast.colleague, f"copy {number}.md", GUIDE.replace("noon", f"noon, by keeper {number}"))
    assert found(cast.owner) == []
    add(cast.owner)
    assert found(cast.owner) == ["The penguins of the lobby are fed herring at noon."]


def test_a_change_of_audience_counts_at_once(cast: Cast, add: Callable[..., Document]) -> None:
    document = add(cast.owner, audience=Audience.EVERYBODY)
    assert found(cast.colleague)
    services.share(actor=cast.owner, document=document, audience=Audience.PRIVATE)
    assert not found(cast.colleague)
    assert found(cast.owner)


def test_a_new_version_replaces_the_text_and_keeps_the_citations_of_what_stays(
    cast: Cast, add: Callable[..., Document]
) -> None:
    document = add(cast.owner)
    before = dict(document.passages.values_list("anchor", "pk"))
    newer = GUIDE.replace("at noon", "at one o'clock").replace("## Bathing", "## Swimming")
    services.renew(actor=cast.owner, document=document, artifact=file(cast.owner, "penguins 2.md", newer))
    services.index_upload(document.pk)
    after = dict(document.passages.values_list("anchor", "pk"))
    assert after["feeding"] == before["feeding"]
    assert "bathing" not in after
    assert found(cast.owner) == ["The penguins of the lobby are fed herring at one o'clock."]


def test_a_new_version_that_cannot_be_read_keeps_the_text_that_was(
    cast: Cast, add: Callable[..., Document]
) -> None:
    document = add(cast.owner)
    services.renew(
        actor=cast.owner, document=document, artifact=file(cast.owner, "x.pdf", b"%PDF-1.4\nbroken")
    )
    services.index_upload(document.pk)
    document.refresh_from_db()
    assert document.status == IndexStatus.FAILED
    assert found(cast.owner)


def test_what_is_forgotten_is_gone(cast: Cast, add: Callable[..., Document]) -> None:
    document = add(cast.owner)
    services.forget(actor=cast.owner, document=document)
    assert not found(cast.owner)
    assert Artifact.objects.filter(name="penguins.md").exists()


def test_only_its_owner_changes_a_document(cast: Cast, add: Callable[..., Document]) -> None:
    document = add(cast.owner, audience=Audience.EVERYBODY)
    with pytest.raises(Forbidden):
        services.forget(actor=cast.colleague, document=document)
    services.share(actor=cast.owner, document=document, audience=Audience.PRIVATE)
    with pytest.raises(NotFound):
        services.share(actor=cast.colleague, document=document, audience=Audience.EVERYBODY)


def test_a_file_of_somebody_else_is_not_put_in(cast: Cast) -> None:
    with pytest.raises(NotFound):
        services.remember(actor=cast.owner, artifact=file(cast.outsider, "x.md", GUIDE))


def test_the_same_file_twice_is_one_document(cast: Cast, add: Callable[..., Document]) -> None:
    artifact = file(cast.owner, "x.md", GUIDE)
    first = services.remember(actor=cast.owner, artifact=artifact)
    assert services.remember(actor=cast.owner, artifact=artifact).pk == first.pk


def test_departments_must_be_named_and_known(cast: Cast) -> None:
    artifact = file(cast.owner, "x.md", GUIDE)
    for departments in ([], ["nowhere"], ["finance", "nowhere"]):
        with pytest.raises(Invalid):
            services.remember(
                actor=cast.owner, artifact=artifact, audience=Audience.DEPARTMENTS, departments=departments
            )


def test_the_folder_is_read_again_without_a_deploy_and_leaves_uploads_alone(
    cast: Cast, add: Callable[..., Document], folder: Path, write: Callable[[str, str], None]
) -> None:
    add(cast.owner)
    refresh()
    write("playbooks/guide.md", "# House guide\n\n## Penguins\n\nWalruses are fed clams at midnight.\n")
    (folder / "playbooks" / "menu.md").unlink()
    assert refresh()["indexed"] == 1
    assert found(cast.colleague, "when are walruses fed clams") == ["Walruses are fed clams at midnight."]
    assert found(cast.owner)


def test_a_person_adds_shares_and_removes_a_file_in_the_back_office(
    cast: Cast, browser_client: Callable[[User], Client], settings: object
) -> None:
    cast.owner.is_staff = True
    cast.owner.save()
    client = browser_client(cast.owner)
    add_page = reverse("admin:knowledge_document_add")
    assert client.get(add_page).status_code == 200
    upload = SimpleUploadedFile("penguins.md", GUIDE.encode())
    sent = client.post(add_page, {"file": upload, "title": "Penguins", "audience": "private"})
    assert sent.status_code == 302, sent.context["errors"]
    document = Document.objects.get(title="Penguins")
    services.index_upload(document.pk)
    page = client.get(document.get_absolute_url())
    assert "Indexed, 2 passages" in page.content.decode()
    shared = client.post(document.get_absolute_url(), {"audience": "departments", "departments": ["finance"]})
    assert shared.status_code == 302
    document.refresh_from_db()
    assert document.departments == ["finance"]
    assert client.post(document.get_absolute_url(), {"audience": "departments"}).status_code == 200
    gone = client.post(reverse("admin:knowledge_document_delete", args=[document.pk]), {"post": "yes"})
    assert gone.status_code == 302
    assert not Document.objects.filter(pk=document.pk).exists()


def test_the_page_of_a_passage_marks_the_quote(
    cast: Cast, add: Callable[..., Document], browser_client: Callable[[User], Client]
) -> None:
    cast.owner.is_staff = True
    cast.owner.save()
    add(cast.owner, content=GUIDE.replace("herring", "<b>herring</b>"))
    quote = services.answer_quotes(QUESTION, user=cast.owner)[0]
    page = browser_client(cast.owner).get(quote.citation["url"]).content.decode()
    assert '<mark id="quote">The penguins of the lobby are fed &lt;b&gt;herring' in page


def test_the_test_page_shows_both_searches_and_what_was_cut(
    cast: Cast, add: Callable[..., Document], browser_client: Callable[[User], Client]
) -> None:
    for person in (cast.owner, cast.admin):
        person.is_staff = True
        person.save()
    add(cast.owner)
    address = reverse("admin:knowledge_test_retrieval")
    own = browser_client(cast.owner).get(address, {"q": QUESTION, "as": str(cast.admin.pk)}).content.decode()
    assert "Number 1 by its words and number 1 by its meaning." in own
    assert "Cited" in own
    assert "Not cited: relevance below 0.60" in own
    assert f"for {cast.owner.name}" in own
    as_other = (
        browser_client(cast.admin)
        .get(address, {"q": QUESTION, "as": str(cast.colleague.pk)})
        .content.decode()
    )
    assert "Nothing was found that this person may read." in as_other


@pytest.mark.parametrize(
    "asked",
    [
        {"as": "abc-"}, {"as": "0" * 40}, {"as": "\x00"}, {"as": str(UUID(int=0))}, {"q": "\x00\ud800"},
        {"q": "'\"\\ & | ! <-> :*"}, {"q": "x" * 5000}, {"q": "%"}, {"q": "-"},
    ],
)  # fmt: skip
def test_no_input_breaks_the_test_page(
    cast: Cast, browser_client: Callable[[User], Client], asked: dict[str, str]
) -> None:
    cast.admin.is_staff = True
    cast.admin.save()
    asked = {
        "q": QUESTION,
        **{name: value.encode("utf-8", "replace").decode() for name, value in asked.items()},
    }
    page = browser_client(cast.admin).get(reverse("admin:knowledge_test_retrieval"), asked)
    assert page.status_code == 200
    assert f"for {cast.admin.name}" in page.content.decode()


def test_the_list_offers_people_and_no_accounts_of_the_evaluation(
    cast: Cast, browser_client: Callable[[User], Client]
) -> None:
    case = UserFactory(name="Cleo Case", email=f"cleo@{EVALUATION_DOMAIN}")
    cast.admin.is_staff = True
    cast.admin.save()
    address = reverse("admin:knowledge_test_retrieval")
    page = browser_client(cast.admin).get(address, {"q": QUESTION, "as": str(case.pk)}).content.decode()
    assert cast.colleague.name in page
    assert case.name not in page


def test_few_files_behind_a_great_many_of_others_are_found_by_meaning(
    cast: Cast, add: Callable[..., Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The walk through the index ends before it comes to them."""
    for number in range(3):
        add(cast.colleague, f"copy {number}.md", GUIDE.replace("noon", f"noon, by keeper {number}"))
    own = add(cast.owner, content="# Birds\n\nSardines are served to the seabirds at lunchtime.\n")
    monkeypatch.setattr(retrieval, "_WALKED", 1)
    with connection.cursor() as cursor:
        # Among so few rows PostgreSQL would not take the index.
        for plan in ("seqscan", "sort", "bitmapscan"):
            cursor.execute(f"SET LOCAL enable_{plan} = off")
        cursor.execute("SET LOCAL hnsw.ef_search = 1")
    hits = retrieval.candidates("when do penguins eat fish", cast.owner)
    assert [hit.passage.document_id for hit in hits] == [own.pk]
    assert hits[0].meaning_rank == 1
