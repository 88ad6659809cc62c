"""No surface shows a row that `visible_to` does not: the back office, the API, search, reports and tools."""

from __future__ import annotations

import inspect
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.toolkit import ToolError, tools
from apps.core.errors import Unavailable
from apps.crm.choices import LeadStatus
from apps.crm.models import Activity, Lead, Task
from tests.conftest import Cast
from tests.crm.surfaces import addresses
from tests.factories.crm import (
    ActivityFactory,
    CompanyFactory,
    ContactFactory,
    LeadFactory,
    LeadFileFactory,
    StageChangeFactory,
    TaskFactory,
    uploaded,
)

pytestmark = pytest.mark.django_db

Enter = Callable[[User], Client]
#: Only digits between: the tokens of forms and pages are made of letters by chance.
MARK = re.compile(r"Zq\d+qZ")
#: A word that every lead has: asking for it gives all of them to whoever may see them.
WORD = "Kitchen"
#: Where every visible lead (activity, task) is to be found: so that a test of leaks does not pass on silence.
COMPLETE = {
    "/admin/crm/lead/": Lead,
    "/admin/crm/activity/": Activity,
    "/admin/crm/task/": Task,
    "/api/crm/leads/": Lead,
    "/api/crm/kanban": Lead,
    "/api/crm/activities/": Activity,
    "/api/crm/tasks/": Task,
    "/admin/artifacts/artifact/": Artifact,
    "/api/files/": Artifact,
}
PEOPLE = ("owner", "manager", "outsider", "executive")


@dataclass
class Marked:
    """Rows that each carry a word of their own."""

    rows: dict[str, Model] = field(default_factory=dict)

    def word(self) -> str:
        return f"Zq{len(self.rows)}qZ"

    def keep(self, mark: str, row: Model) -> Any:
        self.rows[mark] = row
        return row

    def visible_to(self, user: User) -> set[str]:
        """The words that `user` may read, by the querysets alone."""
        return {
            mark
            for mark, row in self.rows.items()
            if type(row)._default_manager.visible_to(user).filter(pk=row.pk).exists()  # type: ignore[attr-defined]
        }

    def keys(self, visible: set[str]) -> dict[str, list[str]]:
        """Of each model the key of a row that is hidden and of one that is not."""
        found: dict[str, tuple[list[str], list[str]]] = {}
        for mark, row in self.rows.items():
            hidden, seen = found.setdefault(str(row._meta.model_name), ([], []))
            (seen if mark in visible else hidden).append(str(row.pk))
        return {name: [*hidden[:1], *seen[:1]] for name, (hidden, seen) in found.items()}


def some_leads(dice: random.Random, owners: list[User | None]) -> Marked:
    """Leads of everybody in every stage, with all that belongs to them."""
    marked = Marked()
    mark = marked.word()
    company = marked.keep(mark, CompanyFactory(name=f"{WORD} {mark}"))
    mark = marked.word()
    contact = marked.keep(mark, ContactFactory(name=f"{WORD} {mark}", company=company))
    for number in range(12):
        owner = owners[number] if number < len(owners) else dice.choice(owners)
        mark = marked.word()
        closing: dict[str, Any] = dice.choice(
            [{}, {"lost": True}, {"won": True}, {"status": LeadStatus.PROPOSAL}]
        )
        lead = LeadFactory(
            company_name=f"{WORD} {mark}",
            assigned_to=owner,
            notes=mark,
            value=Decimal(100),
            company=company,
            contact=contact,
            follow_up_date=timezone.localdate(),
            **closing,
        )
        marked.keep(mark, lead)
        _belongings(marked, lead, owner)
        _file(marked, lead, dice.choice([user for user in owners if user]))
    return marked


def _belongings(marked: Marked, lead: Lead, owner: User | None) -> None:
    mark = marked.word()
    marked.keep(mark, ActivityFactory(lead=lead, by=owner, note=f"{WORD} {mark}"))
    StageChangeFactory(lead=lead, by=owner)
    if owner is not None:
        mark = marked.word()
        marked.keep(mark, TaskFactory(lead=lead, title=f"{WORD} {mark}", due_at=timezone.now()))


def _file(marked: Marked, lead: Lead, whose: User) -> None:
    """A file at the lead, of whoever put it there: also of somebody who does not see the lead any more."""
    mark = marked.word()
    file = uploaded(whose, b"menu", f"{WORD} {mark}.txt")
    LeadFileFactory(lead=lead, artifact=file, by=whose)
    marked.keep(mark, file)


def marks_in(client: Client, path: str, query: dict[str, str]) -> set[str]:
    """The words that an answer shows; an answer that fails is no answer to this question."""
    answer = client.get(path, query, follow=True)
    assert answer.status_code < 500, f"{path} fails"
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return set(MARK.findall(body.decode("utf-8", "ignore")))


@pytest.mark.parametrize("who", PEOPLE)
def test_no_page_and_no_answer_shows_what_a_person_may_not_see(
    cast: Cast, browser_client: Enter, who: str
) -> None:
    marked = some_leads(random.Random(who), [cast.owner, cast.colleague, cast.manager, None])
    user: User = getattr(cast, who)
    visible = marked.visible_to(user)
    client = browser_client(user)
    for path, query in addresses(marked.keys(visible), word=WORD):
        shown = marks_in(client, path, query)
        assert not shown - visible, f"{path} {query} shows {who} {shown - visible}"
        if path in COMPLETE:
            wanted = {mark for mark in visible if isinstance(marked.rows[mark], COMPLETE[path])}
            assert shown >= wanted, f"{path} {query} shows {who} too little"


@pytest.mark.parametrize("who", ["owner", "manager"])
def test_whoever_sees_a_lead_sees_and_gets_all_its_files(cast: Cast, browser_client: Enter, who: str) -> None:
    some_leads(random.Random(who), [cast.owner, cast.colleague, cast.manager, None])
    user: User = getattr(cast, who)
    client = browser_client(user)
    own = [link for lead in Lead.objects.visible_to(user) for link in lead.files.all()][:4]
    assert {link.by for link in own} - {user}, "some were put there by others"
    for link in own:
        for tab in ("files", "timeline"):
            shown = client.get(link.lead.admin_url, {"tab": tab}).content.decode()
            assert link.artifact.name in shown
            assert link.artifact.download_url in shown
        assert client.get(link.artifact.download_url).status_code == 200


@pytest.mark.parametrize("who", PEOPLE)
def test_no_tool_answers_with_what_a_person_may_not_see(
    cast: Cast, context: Callable[[User], Any], who: str
) -> None:
    marked = some_leads(random.Random(7), [cast.owner, cast.colleague, cast.manager, None])
    user: User = getattr(cast, who)
    visible = marked.visible_to(user)
    leads = {mark for mark, row in marked.rows.items() if isinstance(row, Lead)}
    shown: set[str] = set()
    for found in tools:
        if not (found.read_only and found.allowed(user)):
            continue
        for lead_id in [str(marked.rows[mark].pk) for mark in sorted(leads)]:
            shown |= _told(found.function, context(user), lead_id)
    assert not shown - visible
    assert shown & leads == visible & leads


def _told(function: Callable[..., object], ctx: Any, lead_id: str) -> set[str]:
    """The words in what a tool says about a lead, or about everything with the common word."""
    known = {"lead_id": lead_id, "query": WORD, "company": WORD, "limit": 100}
    wanted = inspect.signature(function).parameters
    given = {name: value for name, value in known.items() if name in wanted}
    needed = {
        name
        for name, parameter in wanted.items()
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.default is parameter.empty
    }
    if needed - set(given):
        return set()
    try:
        return set(MARK.findall(repr(function(ctx, **given))))
    except (ToolError, Unavailable):
        return set()
