"""Where files came from: recipe, arguments, template, snapshot, run; and making them again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pydantic import BaseModel

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.artifacts.services import store
from apps.audit import journal
from apps.audit.models import RowChange
from apps.core.errors import Forbidden, Invalid, NotFound
from apps.documents import services
from apps.documents.models import Lineage
from apps.documents.recipes import Made, Snapshot, SnapshotTable, recipe, recipes
from apps.documents.services.making import digest
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


class Arguments(BaseModel):
    """For a recipe of these tests."""

    item: str


@pytest.fixture
def prices() -> Iterator[dict[str, str]]:
    """What the recipe `test_prices` shows today."""
    today = {"Growth": "249"}

    @recipe("test_prices", arguments=Arguments, permission="crm.view_lead", title="Test prices")
    def test_prices(user: User, now: datetime, arguments: Arguments) -> Made:
        rows = [[name, amount] for name, amount in today.items()]
        table = SnapshotTable(title="Prices", columns=["Plan", "SGD"], rows=rows)
        snapshot = Snapshot(facts={"Item": arguments.item}, tables=[table]).model_dump()
        return Made(f"{arguments.item}.md", repr(rows).encode(), snapshot, None, "text")

    yield today
    del recipes._items["test_prices"]


def made(user: User, **more: Any) -> Artifact:
    return services.make(
        user=user, recipe="test_prices", arguments={"item": "tea"}, now=timezone.now(), **more
    )


def test_a_made_file_says_how_it_was_made(cast: Cast, prices: dict[str, str]) -> None:
    run = uuid4()
    artifact = made(cast.owner, run_id=run)
    lineage = artifact.lineage
    assert (lineage.recipe, lineage.arguments, lineage.run_id) == ("test_prices", {"item": "tea"}, run)
    assert lineage.snapshot["tables"][0]["rows"] == [["Growth", "249"]]
    assert lineage.snapshot_sha256 == digest(lineage.snapshot)
    assert artifact.owner == cast.owner


def test_made_again_it_shows_today_and_the_old_one_stays(cast: Cast, prices: dict[str, str]) -> None:
    old = made(cast.owner)
    prices["Growth"] = "259"
    new = services.regenerate(user=cast.owner, artifact=old, now=timezone.now())
    assert new.lineage.replaces == old.lineage
    assert new.lineage.snapshot["tables"][0]["rows"] == [["Growth", "259"]]
    assert Artifact.objects.filter(pk=old.pk).exists()


def test_rights_to_make_and_to_make_again(cast: Cast, prices: dict[str, str]) -> None:
    artifact = made(cast.owner)
    with pytest.raises(Forbidden):
        made(cast.outsider)
    with pytest.raises(NotFound):
        services.regenerate(user=cast.colleague, artifact=artifact, now=timezone.now())
    manager = services.regenerate(user=cast.manager, artifact=artifact, now=timezone.now())
    assert manager.owner == cast.manager
    with pytest.raises(Forbidden):
        services.regenerate(user=cast.executive, artifact=artifact, now=timezone.now())


def test_arguments_are_checked_and_unknown_recipes_refused(cast: Cast, prices: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="item"):
        services.make(user=cast.owner, recipe="test_prices", arguments={}, now=timezone.now())
    with pytest.raises(NotFound):
        services.make(user=cast.owner, recipe="no_such", arguments={}, now=timezone.now())


def test_a_check_that_refuses_leaves_nothing(cast: Cast, prices: dict[str, str]) -> None:
    def refuse(file: Made) -> None:
        raise Invalid(f"{file.text} is not good")

    with pytest.raises(Invalid, match="text is not good"):
        made(cast.owner, check=refuse)
    assert not Artifact.objects.exists()


def test_what_a_run_makes_is_in_its_journal(cast: Cast, prices: dict[str, str]) -> None:
    run = uuid4()
    with journal.working_for(run):
        made(cast.owner, run_id=run)
    tables = set(RowChange.objects.filter(run_id=run).values_list("table", flat=True))
    assert "documents_lineage" in tables


def test_a_file_without_a_recipe_is_not_made_again(cast: Cast) -> None:
    artifact = store(owner=cast.owner, name="a.md", content=b"# A")
    with pytest.raises(NotFound, match="not made from a recipe"):
        services.regenerate(user=cast.owner, artifact=artifact, now=timezone.now())


def test_the_page_of_a_file_makes_it_again_and_shows_what_changed(
    cast: Cast, prices: dict[str, str], browser_client: Browser
) -> None:
    artifact = made(cast.manager)
    client = browser_client(cast.manager)
    page = client.get(reverse("admin:artifacts_artifact_change", args=[artifact.pk])).content.decode()
    assert "Regenerate with today" in page
    assert "Test prices" in page

    prices.update({"Growth": "259", "Scale": "690"})
    again = client.post(
        reverse("admin:documents_lineage_regenerate", args=[artifact.lineage.pk]), follow=True
    )
    shown = again.content.decode()
    assert "<del>249</del> <ins>259</ins>" in shown
    assert "<ins>Scale</ins>" in shown
    assert "3 cells changed" in shown
    assert Lineage.objects.count() == 2


def test_whoever_has_not_the_permission_sees_no_button(
    cast: Cast, prices: dict[str, str], browser_client: Browser
) -> None:
    artifact = made(cast.owner)
    page = browser_client(cast.executive).get(reverse("admin:artifacts_artifact_change", args=[artifact.pk]))
    assert "Where this file came from" in page.content.decode()
    assert "Regenerate with today" not in page.content.decode()
    answer = browser_client(cast.colleague).post(
        reverse("admin:documents_lineage_regenerate", args=[artifact.lineage.pk])
    )
    assert answer.status_code == 404


def test_the_pages_of_a_line_of_files_ask_little(
    cast: Cast, prices: dict[str, str], browser_client: Browser, django_assert_max_num_queries: Any
) -> None:
    artifact = made(cast.manager)
    for _ in range(5):
        artifact = services.regenerate(user=cast.manager, artifact=artifact, now=timezone.now())
    client = browser_client(cast.manager)
    for name, pk in (("artifacts_artifact", artifact.pk), ("documents_lineage", artifact.lineage.pk)):
        with django_assert_max_num_queries(18):
            assert client.get(reverse(f"admin:{name}_change", args=[pk])).status_code == 200
