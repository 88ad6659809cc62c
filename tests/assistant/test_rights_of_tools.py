"""No tool, whoever it works for, answers with a row or changes a row that is not for that person."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model
from pydantic import ValidationError

from apps.accounts.models import User
from apps.artifacts import services as artifacts
from apps.artifacts.models import Artifact
from apps.artifacts.scratch import scratch_storage
from apps.assistant.agents import agent_in_force
from apps.assistant.errors import UnknownTool
from apps.assistant.leases import Lease, load_run
from apps.assistant.models import Run
from apps.assistant.rehearsing.changes import model_of
from apps.assistant.running.calling import available_tool, available_tools
from apps.assistant.running.performing import WorkingContext
from apps.assistant.running.turn import Turn
from apps.assistant.services import start_run
from apps.assistant.toolkit import Tool, tools
from apps.audit.journal import working_for
from apps.audit.models import RowChange
from apps.core.errors import DomainError
from apps.core.querysets import VisibleQuerySet
from apps.core.rehearsal import rehearsal
from apps.crm.models import Lead
from tests.assistant.tool_arguments import Arguments
from tests.crm.test_surfaces import MARK, WORD, Marked, some_leads
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.crm import CompanyFactory

pytestmark = pytest.mark.django_db

ROLES = list(yaml.safe_load((Path(apps.get_app_config("accounts").path) / "roles.yaml").read_text())["roles"])
_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
#: Times that each tool is called for each role; those that burn CPU once.
CALLS = 6
#: Rows that a service finds or makes for everybody, whether or not they may read them: the company and the
#: person that a lead is about, and the history of its stages.
CARRIED_ALONG = {"contacts_company", "contacts_contact", "crm_stagechange", "crm_customer"}


@dataclass
class World:
    """Rows of everybody, and one person for each role."""

    people: dict[str, User]
    marked: Marked
    keys: dict[str, list[str]]


@pytest.fixture
def world() -> World:
    """Leads of several owners with what belongs to them, and files of everybody."""
    people = {
        role: UserFactory(name=f"A {role}", roles=[role], department=_department(role)) for role in ROLES
    }
    owners: list[User | None] = [
        people["sales_rep"],
        UserFactory(roles=["sales_rep"]),
        people["sales_manager"],
        None,
    ]
    marked = some_leads(random.Random(1), owners)
    files = [
        artifacts.store(owner=user, name=f"{role}.csv", content=b"company,value\nABC,100\nXYZ,200\n")
        for role, user in people.items()
    ]
    leads = [str(row.pk) for row in marked.rows.values() if isinstance(row, Lead)]
    texts = [str(row.pk) for row in marked.rows.values() if isinstance(row, Artifact)]
    keys = {
        "lead_id": leads,
        "artifact_id": [*(str(file.pk) for file in files), *texts],
        "entry_id": _entries(),
        # Most letters carry none, and most files are no proposals: so both are tried.
        "proposal_id": [*(str(file.pk) for file in files), *[""] * 4 * len(files)],
        "company_id": [str(CompanyFactory().pk)],
    }
    return World(people, marked, keys)


def _department(role: str) -> Any:
    name = role.split("_", maxsplit=1)[0]
    known = {"sales", "finance", "marketing", "support"}
    slug = name if name in known else "management"
    return DepartmentFactory(slug=slug, name=slug.title())


def _entries() -> list[str]:
    """Entries of the ledger, where there is one."""
    try:
        from tests.factories.finance import EntryFactory
    except ImportError:
        return [str(uuid4())]
    return [str(EntryFactory().pk) for _number in range(3)]


@contextmanager
def _without_effect() -> Iterator[None]:
    """What happens inside is rolled back, and nothing leaves the house."""
    with rehearsal(), scratch_storage(artifacts.storage()), transaction.atomic():
        yield
        transaction.set_rollback(True)


def _run_of(user: User) -> Run:
    return load_run(start_run(user=user, body=WORD, ring=False).pk)


def _called(tool: Tool, run: Run, arguments: dict[str, Any]) -> tuple[Any, list[RowChange]]:
    """The answer of a tool and the rows it changed; a refusal is an answer, too."""
    step = uuid4()
    context = WorkingContext(run, step, Lease(run.pk, 0), lambda text: None)
    with transaction.atomic():
        with working_for(run.pk, step):
            given = tool.arguments.model_validate(arguments)
            value = tool.function(
                context, **{name: getattr(given, name) for name in type(given).model_fields}
            )
        answer = tool.returns.dump_python(value, mode="json")
        connection.check_constraints()
    return answer, list(RowChange.objects.filter(step_id=step))


class Sight:
    """Every row there is, and whether one person may see it: read once, because all calls are rolled back."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.seen: dict[str, set[str]] = {}
        self.there: set[str] = set()
        for model in _models():
            keys = {str(pk) for pk in model._base_manager.values_list("pk", flat=True)}
            rows = model._default_manager.visible_to(user)  # type: ignore[attr-defined]
            self.seen[model._meta.db_table] = {str(pk) for pk in rows.values_list("pk", flat=True)}
            self.there |= keys
        self.everything = set().union(*self.seen.values())

    def own(self, keys: dict[str, list[str]]) -> dict[str, list[str]]:
        """Those of the keys whose rows are for this person, where there are any; and those of no row."""
        return {
            name: [key for key in some if not key or key in self.everything] or some
            for name, some in keys.items()
        }

    def hidden_in(self, answer: str) -> set[str]:
        """The keys in an answer of rows that are not for this person."""
        return (set(_KEY.findall(answer)) & self.there) - self.everything


def _models() -> list[type[Model]]:
    """All models that say who may see their rows, and have keys that are the same nowhere else."""
    return [
        model
        for model in apps.get_models()
        if isinstance(model._default_manager.all(), VisibleQuerySet)
        and model._meta.pk.get_internal_type() == "UUIDField"
    ]


@pytest.mark.parametrize("role", ROLES)
def test_no_tool_shows_or_changes_a_row_that_is_not_for_the_role(world: World, role: str) -> None:
    user = world.people[role]
    visible = world.marked.visible_to(user)
    answered: set[str] = set()
    run, sight = _run_of(user), Sight(user)
    for tool in tools:
        if not tool.allowed(user) or tool.ready():
            continue
        words, seed = [WORD, "Menu 2026", "rice"], len(tool.name)
        sides = [Arguments(seed, keys, words) for keys in (world.keys, sight.own(world.keys))]
        for number in range(1 if tool.heavy else CALLS):
            given = sides[number % 2].of(tool)
            told = f"{tool.name} for {role} with {given}"
            with _without_effect():
                try:
                    answer, changes = _called(tool, run, given)
                except (DomainError, ValidationError) as error:
                    answer, changes = str(error), []
                else:
                    answered.add(tool.qualified_name)
                _check_changes(user, changes, sight.seen, told)
            text = json.dumps(answer, default=str, ensure_ascii=False)
            assert not sight.hidden_in(text), f"{told} names {sight.hidden_in(text)}"
            assert not set(MARK.findall(text)) - visible, f"{told} shows {text[:500]}"
    if role in {"sales_rep", "sales_manager"}:
        # A test of leaks must not pass on silence.
        mine = {tool.qualified_name for tool in tools if tool.allowed(user) and tool.family in {"", "crm"}}
        crm = {name for name in mine if name.startswith("crm.")}
        assert crm - answered <= {"crm.import_leads", "crm.delete_lead", "crm.move_lead_stage"}


def _check_changes(user: User, changes: list[RowChange], before: dict[str, set[str]], told: str) -> None:
    for change in changes:
        if change.table in CARRIED_ALONG:
            continue
        model = model_of(change.table)
        assert model is not None
        if change.before is not None:
            assert change.row_id in before[change.table], f"{told} changed {change.table} {change.row_id}"
        if change.after is not None and not hasattr(model, "lead"):
            seen = model._default_manager.visible_to(user).filter(pk=change.row_id)  # type: ignore[attr-defined]
            is_gone = not model._base_manager.filter(pk=change.row_id).exists()
            assert is_gone or seen.exists(), f"{told} left {change.table} {change.row_id} out of sight"
        words = ("add", "change", "delete")
        rights = [f"{model._meta.app_label}.{word}_{one}" for word in words for one in _names(model)]
        assert any(user.has_perm(right) for right in rights), f"{told} wrote {change.table} without any right"


def _names(model: type[Model]) -> list[str]:
    """The models whose rights stand for this one: its own, and that of the row it belongs to."""
    return [str(model._meta.model_name), "lead"]


@pytest.mark.parametrize("role", ROLES)
def test_a_tool_without_the_right_is_not_there(role: str) -> None:
    user = UserFactory(roles=[role], department=_department(role))
    run = _run_of(user)
    turn = Turn(run, Lease(run.pk, 0))
    turn.agent = agent_in_force("sales").model_copy(update={"tools": ["*"]})
    there = {tool.name for tool in available_tools(turn)}
    for tool in tools:
        if tool.allowed(user):
            continue
        assert tool.name not in there
        with pytest.raises(UnknownTool):
            available_tool(turn, tool.name)
    assert there == {tool.name for tool in tools if tool.allowed(user)}


def test_every_tool_says_what_right_it_needs() -> None:
    open_to_all = {tool.qualified_name for tool in tools if not tool.permission}
    assert open_to_all <= {"reports.export_report"}


def test_a_new_tool_with_unknown_arguments_is_noticed(world: World) -> None:
    arguments = Arguments(1, world.keys, [WORD])
    for tool in tools:
        for _call in range(5):
            arguments.of(tool)
