"""Demo data: coherent, the same for the same seed, and only where it belongs."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise
from multiprocessing import active_children
from random import Random
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.db.models import Count, F, Model, Sum
from django.test import override_settings
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.choices import EmailStatus
from apps.audit.models import EmailLog
from apps.contacts.models import Company, Contact
from apps.contacts.normalisation import company_key, phone_key
from apps.crm import lifecycle
from apps.crm.choices import CLOSED, CONTACTS, OPEN, LeadStatus, LostReason
from apps.crm.demo import seeding
from apps.crm.demo.people import DOMAIN, PASSWORD, PEOPLE
from apps.crm.demo.stories import ZONE, tell
from apps.crm.models import Activity, Customer, Lead, LeadTally, StageChange, Task
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

_CASTS = re.compile(r"::character varying|::text|\[\]|[()]")


def seed(*options: str) -> str:
    out = StringIO()
    call_command("seed_demo", *options, stdout=out)
    return out.getvalue()


def rows_of(model: type[Model], *columns: str) -> list[tuple[object, ...]]:
    return list(model._default_manager.order_by("id").values_list(*columns))


def snapshot() -> dict[str, list[tuple[object, ...]]]:
    """Everything that the seed decides; people have another id in each house."""
    return {
        "leads": rows_of(
            Lead,
            "id",
            "company_name",
            "contact_email",
            "status",
            "value",
            "created_at",
            "position",
            "lost_reason",
            "lost_note",
            "expected_close",
            "assigned_to__email",
        ),
        "activities": rows_of(Activity, "id", "kind", "occurred_at", "subject_line", "note", "by__email"),
        "stages": rows_of(StageChange, "id", "from_status", "to_status", "at", "seconds", "lost_reason"),
        "tasks": rows_of(Task, "id", "title", "due_at", "remind_at", "done_at", "assigned_to__email"),
        "customers": rows_of(Customer, "id", "lead_id", "status", "since"),
        "mails": rows_of(EmailLog, "id", "subject", "status", "created_at", "sent_at"),
    }


def empty() -> None:
    for model in (EmailLog, Task, Customer, Activity, StageChange, Lead, Contact, Company):
        model._default_manager.all().delete()


def test_the_cast_can_log_in_with_their_roles() -> None:
    seed("--leads", "5")
    for person in PEOPLE:
        user = User.objects.get(email=f"{person.login}@{DOMAIN}")
        assert user.check_password(PASSWORD)
        assert user.roles == [person.role]
        assert user.department_slug == person.department


def test_the_same_seed_gives_the_same_rows_and_another_seed_others() -> None:
    seen = []
    for options in (["--seed", "3"], ["--seed", "3"], ["--seed", "4"]):
        seed("--leads", "60", "--today", "2026-03-04", *options)
        seen.append(snapshot())
        empty()
    assert seen[0] == seen[1]
    assert all(seen[0][name] != seen[2][name] for name in seen[0])
    assert all(seen[0].values())


@pytest.fixture
def house() -> datetime:
    """A seeded house; the moment after."""
    seed("--leads", "400")
    return timezone.now()


@pytest.mark.parametrize("number", [2593, 53337, 53930])
def test_no_story_ends_between_a_talk_and_the_stage_that_it_led_to(number: int) -> None:
    """In these the moment lies in the few minutes between the two."""
    story = tell(Random(number), datetime(2026, 11, 20, 4, tzinfo=UTC), is_thin=True)
    assert (story.status, story.last_contacted) == (LeadStatus.NEW, None)


def test_leads_stand_where_their_history_led_them(house: datetime) -> None:
    assert Lead.objects.count() == 400
    assert not Lead.objects.filter(created_at__gt=house).exists()
    assert not Lead.objects.filter(last_contacted__lt=F("created_at")).exists()
    assert not Lead.objects.filter(status__in=OPEN, closed_at__isnull=False).exists()
    assert not Lead.objects.filter(status=LeadStatus.NEW, last_contacted__isnull=False).exists()
    assert not Lead.objects.exclude(currency="SGD").exists()
    for lead in Lead.objects.prefetch_related("stage_changes").select_related("contact"):
        changes = sorted(lead.stage_changes.all(), key=lambda change: change.at)
        assert (changes[0].from_status, changes[0].to_status) == ("", LeadStatus.NEW)
        assert (changes[0].at, changes[0].seconds) == (lead.created_at, None)
        assert (changes[-1].to_status, changes[-1].at) == (lead.status, lead.stage_since)
        for before, after in pairwise(changes):
            assert after.from_status == before.to_status
            assert lifecycle.may_follow(after.from_status, after.to_status)
            assert after.seconds == int((after.at - before.at).total_seconds()) > 0
        assert {(change.value, change.currency) for change in changes} == {(lead.value, lead.currency)}
        assert lead.closed_at == (lead.stage_since if lead.status in CLOSED else None)
        assert lead.contact is not None
        assert lead.contact.email == lead.contact_email
        assert (lead.company_key, lead.phone_key) == (
            company_key(lead.company_name),
            phone_key(lead.contact_phone),
        )


def test_what_was_done_fits_the_last_contact(house: datetime) -> None:
    for lead in Lead.objects.prefetch_related("activity_set"):
        activities = lead.activity_set.all()
        contacts = [item.occurred_at for item in activities if item.kind in CONTACTS]
        assert max(contacts, default=None) == lead.last_contacted
        assert all(lead.created_at <= item.occurred_at < house for item in activities)
        assert all(item.by_id == lead.assigned_to_id and item.note for item in activities)
    kinds = dict(Activity.objects.values_list("kind").annotate(Count("pk")))
    assert set(kinds) == {"call", "email", "meeting", "message", "note"}
    assert kinds["call"] > kinds["email"] > kinds["note"]


def test_lost_leads_have_a_reason_that_people_choose(house: datetime) -> None:
    lost = Lead.objects.filter(status=LeadStatus.CLOSED_LOST)
    assert set(lost.values_list("lost_reason", flat=True)) == set(LostReason) - {LostReason.NOT_RECORDED}
    assert not lost.filter(lost_reason=LostReason.OTHER, lost_note="").exists()
    assert not Lead.objects.exclude(status=LeadStatus.CLOSED_LOST).exclude(lost_note="").exists()
    assert not StageChange.objects.filter(to_status=LeadStatus.CLOSED_LOST, lost_reason="").exists()
    assert not StageChange.objects.exclude(to_status=LeadStatus.CLOSED_LOST).exclude(lost_reason="").exists()


def test_every_won_lead_became_a_customer(house: datetime) -> None:
    won = Lead.objects.filter(status=LeadStatus.CLOSED_WON)
    assert Customer.objects.count() == won.count() > 0
    for customer in Customer.objects.select_related("lead"):
        assert customer.lead is not None
        assert customer.company_id == customer.lead.company_id
        assert (customer.since, customer.account_manager_id) == (
            customer.lead.closed_at,
            customer.lead.assigned_to_id,
        )


def test_each_representative_has_something_to_do_today_and_something_overdue(house: datetime) -> None:
    today = house.astimezone(ZONE).date()
    for login in ("sales.rep", "sales.rep2"):
        tasks = Task.objects.open().filter(assigned_to__email=f"{login}@{DOMAIN}")
        days = [task.due_at.astimezone(ZONE).date() for task in tasks]
        assert today in days
        assert min(days) < today < max(days)
    assert Task.objects.filter(done_at__isnull=False).exists()
    assert Task.objects.open().filter(remind_at__gt=house).exists()
    assert not Task.objects.exclude(lead__assigned_to=F("assigned_to")).exists()
    # What should have rung before this house began is not rung now.
    assert not Task.objects.to_remind(house).exists()


def test_mails_went_to_leads_by_their_owners_before_the_answers_came(house: datetime) -> None:
    assert {EmailStatus.SENT, EmailStatus.FAILED} == set(EmailLog.objects.values_list("status", flat=True))
    for mail in EmailLog.objects.select_related("user"):
        (recipient,) = mail.recipients
        lead = Lead.objects.get(contact_email=recipient)
        assert (mail.user_id, mail.sender) == (lead.assigned_to_id, mail.user and mail.user.email)
        answers = Activity.objects.filter(lead=lead, kind="email", subject_line=f"Re: {mail.subject}")
        assert answers.filter(occurred_at__gt=mail.created_at).exists()
        assert (mail.sent_at is None) == (mail.status == EmailStatus.FAILED)


def test_columns_of_the_board_are_ordered_by_when_cards_came(house: datetime) -> None:
    positions = list(Lead.objects.order_by("-position").values_list("position", flat=True))
    assert len(set(positions)) == 400
    for lead in Lead.objects.all():
        assert int(lead.position) == int(lead.stage_since.timestamp())


def test_only_what_can_be_decided_has_a_day_for_it(house: datetime) -> None:
    stages = Lead.objects.filter(expected_close__isnull=False).values_list("status", flat=True)
    assert set(stages) == {LeadStatus.QUALIFIED, LeadStatus.PROPOSAL}


def test_there_is_something_to_see_for_everybody() -> None:
    seed("--leads", "400")
    assert set(Lead.objects.values_list("status", flat=True)) == set(LeadStatus.values)
    assert Lead.objects.stale(timezone.now()).count() >= 5
    assert Lead.objects.filter(created_at__lt=timezone.now() - timedelta(days=600)).exists()
    assert Lead.objects.filter(created_at__gt=timezone.now() - timedelta(days=14)).exists()
    for login in ("sales.rep", "sales.rep2"):
        assert Lead.objects.open().filter(assigned_to__email=f"{login}@{DOMAIN}").count() >= 10
    abc = Lead.objects.get(company_name="ABC Restaurant Group")
    assert (abc.contact_name, abc.contact_email, abc.status) == (
        "John Tan",
        "john@abcrestaurant.sg",
        "contacted",
    )
    assert abc.assigned_to is not None
    assert abc.assigned_to.email == f"sales.rep@{DOMAIN}"


def test_if_empty_leaves_a_house_with_people_alone() -> None:
    UserFactory()
    assert "no demo data" in seed("--if-empty")
    assert not Lead.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestBigHouse:
    """Filled without indexes, with a thin history."""

    @pytest.fixture(autouse=True)
    def _small_is_big(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(seeding, "BIG", 150)
        monkeypatch.setattr(seeding, "BATCH", 40)

    def test_everything_that_guards_the_tables_is_back_afterwards(self) -> None:
        before = guards()
        seed("--leads", "150")
        assert guards() == before
        assert len(before) > 40
        assert Lead.objects.count() == 150
        lead = Lead.objects.all()[0]
        lead.company_id = uuid4()
        with pytest.raises(IntegrityError):
            lead.save()

    def test_its_history_has_every_move_and_the_last_contact_only(self) -> None:
        seed("--leads", "150")
        for lead in Lead.objects.prefetch_related("stage_changes", "activity_set"):
            changes = sorted(lead.stage_changes.all(), key=lambda change: change.at)
            assert changes[-1].to_status == lead.status
            assert all(b.from_status == a.to_status for a, b in pairwise(changes))
            assert [item.occurred_at for item in lead.activity_set.all()] == (
                [lead.last_contacted] if lead.last_contacted else []
            )
        assert not EmailLog.objects.exists()

    def test_the_running_totals_have_counted_and_are_short(self) -> None:
        seed("--leads", "150")
        totals = LeadTally.objects.values("status", "source", "assigned_to_id", "currency")
        assert len(totals) == len(totals.distinct())
        assert LeadTally.objects.aggregate(Sum("leads"), Sum("value")) == {
            "leads__sum": 150,
            "value__sum": Lead.objects.aggregate(Sum("value"))["value__sum"],
        }

    @pytest.mark.parametrize("where", ["task_rows", "copy_rows"])
    def test_a_failure_in_the_middle_leaves_everything_as_it_was(
        self, where: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = guards()
        monkeypatch.setattr(seeding, where, lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            seed("--leads", "150")
        assert guards() == before
        assert not Lead.objects.exists()
        assert not active_children()


def guards() -> set[tuple[str, str]]:
    """Indexes and constraints of the tables, and what points to them, as the database describes them.

    Casts, which it writes down in more than one way, are left aside.
    """
    tables = [model._meta.db_table for model in seeding.TABLES]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%(tables)s) UNION ALL"
            " SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = ANY(%(tables)s::regclass[]) OR confrelid = ANY(%(tables)s::regclass[])",
            {"tables": tables},
        )
        return {(name, _CASTS.sub("", definition)) for name, definition in cursor.fetchall()}


def test_people_are_made_once_and_leads_only_on_an_empty_pipeline() -> None:
    seed("--leads", "5")
    with pytest.raises(CommandError, match="There are leads or companies already"):
        seed("--leads", "5")
    empty()
    seed("--leads", "5")
    assert User.objects.count() == len(PEOPLE)


@override_settings(LOCAL_MODE=False)
def test_a_public_password_stays_out_of_real_installations() -> None:
    with pytest.raises(CommandError, match="local mode only"):
        seed()
    assert not User.objects.exists()
