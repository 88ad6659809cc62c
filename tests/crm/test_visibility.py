"""Who sees which lead: in querysets, sums, tools and the back office alike."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.toolkit import ToolError, tools
from apps.crm import pipeline, selectors
from apps.crm import tools as crm_tools
from apps.crm.choices import ActivityKind, LeadStatus
from apps.crm.models import Activity, Lead, LeadImport
from apps.crm.services.activities import log_activity
from tests.conftest import Cast
from tests.factories.crm import LeadFactory, LeadFileFactory, uploaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(cast: Cast) -> dict[str, Lead]:
    """A lead of the owner, one of the colleague, one of nobody."""
    return {
        "owner": LeadFactory(company_name="Own Kitchen", assigned_to=cast.owner, value=Decimal(100)),
        "colleague": LeadFactory(company_name="Other Kitchen", assigned_to=cast.colleague, value=Decimal(20)),
        "nobody": LeadFactory(company_name="Free Kitchen", assigned_to=None, value=Decimal(3)),
    }


EXPECTED = {
    "owner": {"owner"},
    "colleague": {"colleague"},
    "manager": {"owner", "colleague", "nobody"},
    "admin": {"owner", "colleague", "nobody"},
    "outsider": set(),
    "executive": set(),
}


@pytest.mark.parametrize("who", EXPECTED)
def test_rows_are_visible_to_owner_and_manager_only(cast: Cast, known: dict[str, Lead], who: str) -> None:
    user: User = getattr(cast, who)
    wanted = {known[name].pk for name in EXPECTED[who]}
    assert set(Lead.objects.visible_to(user).values_list("pk", flat=True)) == wanted
    for lead in known.values():
        log_activity(actor=cast.manager, subject=lead, kind=ActivityKind.CALL)
    activities = Activity.objects.visible_to(user)
    assert set(activities.values_list("lead", flat=True)) == wanted


@pytest.mark.parametrize("who", EXPECTED)
@pytest.mark.parametrize("seed", range(3))
def test_a_file_is_seen_by_its_owner_and_by_whoever_sees_a_lead_it_is_at(
    cast: Cast, known: dict[str, Lead], who: str, seed: int
) -> None:
    """Neither more nor less, told here by the words of the rule; files of another department among them."""
    dice, user = random.Random(seed), getattr(cast, who)
    people = [cast.owner, cast.colleague, cast.outsider]
    wanted = set()
    for number in range(12):
        owner = dice.choice(people)
        file = uploaded(owner, b"menu", f"{number}.txt")
        at = dice.sample(sorted(known), dice.randrange(3))
        for name in at:
            LeadFileFactory(lead=known[name], artifact=file, by=owner)
        of_department = who == "manager" and owner != cast.outsider
        if owner == user or of_department or who in {"executive", "admin"} or EXPECTED[who] & set(at):
            wanted.add(file.pk)
    seen = Artifact.objects.visible_to(user)
    assert sorted(seen.values_list("pk", flat=True)) == sorted(wanted)
    assert {file.pk for file in Artifact.objects.all() if seen.filter(pk=file.pk).exists()} == wanted


def test_nobody_else_sees_anything(cast: Cast, known: dict[str, Lead]) -> None:
    assert not Lead.objects.visible_to(AnonymousUser()).exists()
    assert not Lead.objects.summarised_for(AnonymousUser()).exists()
    LeadFileFactory(lead=known["owner"])
    cast.manager.is_active = False
    assert not Lead.objects.visible_to(cast.manager).exists()
    assert not Artifact.objects.visible_to(cast.manager).exists()
    assert not Lead.objects.summarised_for(cast.manager).exists()


@pytest.mark.parametrize(
    ("who", "total", "scope"),
    [
        ("owner", 100, "own"),
        ("colleague", 20, "own"),
        ("manager", 123, "team"),
        ("executive", 123, "team"),
        ("admin", 123, "team"),
        ("outsider", 0, "team"),
    ],
)
def test_sums_are_of_what_a_person_may_know(
    cast: Cast, known: dict[str, Lead], who: str, total: int, scope: str
) -> None:
    summary = pipeline.open_sums(user=getattr(cast, who))
    assert summary.scope == scope
    assert summary.total.values.get("SGD", Decimal(0)) == total


@pytest.mark.parametrize("who", EXPECTED)
def test_every_list_of_rows_obeys(cast: Cast, known: dict[str, Lead], who: str) -> None:
    user: User = getattr(cast, who)
    wanted = {str(known[name].pk) for name in EXPECTED[who]}
    later = timezone.now() + timedelta(days=60)
    pages = [
        selectors.find_leads(user=user, now=later),
        selectors.find_leads(user=user, now=later, query="kitchen"),
        selectors.open_leads(user=user, now=later),
        selectors.stale_leads(user=user, now=later),
    ]
    for page in pages:
        assert {row.id for row in page.rows} == wanted
        assert page.total == len(wanted)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("import_leads", {"owner", "colleague", "manager", "admin"}),
        ("find_leads", {"owner", "colleague", "manager", "admin"}),
        ("list_open_leads", {"owner", "colleague", "manager", "admin"}),
        ("find_stale_leads", {"owner", "colleague", "manager", "admin"}),
        ("summarise_pipeline", {"owner", "colleague", "manager", "admin", "executive"}),
        ("summarise_stale_leads", {"owner", "colleague", "manager", "admin", "executive"}),
        ("create_lead", {"owner", "colleague", "manager", "admin"}),
        ("update_lead", {"owner", "colleague", "manager", "admin"}),
        ("move_lead_stage", {"owner", "colleague", "manager", "admin"}),
        ("find_duplicates", {"owner", "colleague", "manager", "admin"}),
        ("lead_timeline", {"owner", "colleague", "manager", "admin"}),
        ("add_task", {"owner", "colleague", "manager", "admin"}),
        ("schedule_follow_up", {"owner", "colleague", "manager", "admin"}),
        ("log_activity", {"owner", "colleague", "manager", "admin"}),
        ("delete_lead", {"manager", "admin"}),
        ("build_pitch_deck", {"owner", "colleague", "manager", "admin"}),
    ],
)
def test_a_tool_is_there_for_those_whose_rights_hold_it(cast: Cast, name: str, allowed: set[str]) -> None:
    found = tools.get(name)
    assert found is not None
    assert {who for who in EXPECTED if found.allowed(getattr(cast, who))} == allowed


@pytest.mark.parametrize("who", ["colleague", "outsider", "executive"])
def test_somebody_elses_lead_does_not_exist_for_the_tools(
    cast: Cast, known: dict[str, Lead], context: Callable[[User], Any], who: str
) -> None:
    ctx = context(getattr(cast, who))
    pk = str(known["owner"].pk)
    calls: list[Callable[[], object]] = [
        lambda: crm_tools.move_lead_stage(ctx, lead_id=pk, status=LeadStatus.CONTACTED),
        lambda: crm_tools.update_lead(ctx, lead_id=pk, notes="Stolen"),
        lambda: crm_tools.log_activity(ctx, lead_id=pk, kind=ActivityKind.CALL),
        lambda: crm_tools.add_task(ctx, lead_id=pk, title="Call", due_at=timezone.now()),
        lambda: crm_tools.lead_timeline(ctx, lead_id=pk),
        lambda: crm_tools.schedule_follow_up(ctx, lead_id=pk, day=timezone.localdate()),
        lambda: crm_tools.delete_lead(ctx, lead_id=pk, company="Own Kitchen"),
    ]
    for call in calls:
        with pytest.raises(ToolError, match="There is no such lead"):
            call()
    assert Lead.objects.get(pk=pk).status == LeadStatus.NEW


@pytest.mark.parametrize("who", EXPECTED)
def test_the_back_office_lists_and_opens_the_same_rows(
    cast: Cast, known: dict[str, Lead], browser_client: Callable[[User], Client], who: str
) -> None:
    client = browser_client(getattr(cast, who))
    listed = client.get(reverse("admin:crm_lead_changelist"))
    if not EXPECTED[who]:
        assert listed.status_code == 403
        return
    shown = {lead.pk for lead in listed.context["cl"].result_list}
    assert shown == {known[name].pk for name in EXPECTED[who]}
    for name, lead in known.items():
        answer = client.get(lead.admin_url)
        assert answer.status_code == (200 if name in EXPECTED[who] else 302)


def test_imports_are_seen_by_their_owner_and_the_manager(cast: Cast) -> None:
    row = LeadImport.objects.create(user=cast.owner, file_name="leads.csv")
    seen = {
        who: LeadImport.objects.visible_to(getattr(cast, who)).filter(pk=row.pk).exists() for who in EXPECTED
    }
    assert {who for who, sees in seen.items() if sees} == {"owner", "manager", "admin"}
