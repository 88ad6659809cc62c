"""Demo data: coherent, the same for the same seed, and only where it belongs."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.test import override_settings
from django.utils import timezone

from apps.accounts.models import User
from apps.contacts.models import Company, Contact
from apps.crm.choices import CLOSED, OPEN, ActivityKind, LeadStatus
from apps.crm.demo.people import DOMAIN, PASSWORD, PEOPLE
from apps.crm.models import Lead, LeadActivity
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def seed(*options: str) -> str:
    out = StringIO()
    call_command("seed_demo", *options, stdout=out)
    return out.getvalue()


def snapshot() -> list[tuple[object, ...]]:
    columns = ("id", "company_name", "contact_email", "status", "value", "created_at", "assigned_to__email")
    return list(Lead.objects.order_by("id").values_list(*columns))


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
        for model in (LeadActivity, Lead, Contact, Company):
            model.objects.all().delete()
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


def test_stories_are_coherent() -> None:
    seed("--leads", "400")
    now = timezone.now()
    assert Lead.objects.count() == 400
    assert not Lead.objects.filter(created_at__gt=now).exists()
    assert not Lead.objects.filter(last_contacted__gt=now).exists()
    assert not Lead.objects.filter(last_contacted__lt=F("created_at")).exists()
    assert not Lead.objects.filter(status__in=OPEN, closed_at__isnull=False).exists()
    assert not Lead.objects.filter(status__in=CLOSED, closed_at__isnull=True).exists()
    assert not Lead.objects.filter(status=LeadStatus.NEW, last_contacted__isnull=False).exists()
    assert not Lead.objects.exclude(currency="SGD").exists()
    for lead in Lead.objects.prefetch_related("activities"):
        activities = sorted(lead.activities.all(), key=lambda activity: activity.occurred_at)
        contacts = [item.occurred_at for item in activities if item.kind == ActivityKind.CONTACT]
        moves = [item for item in activities if item.kind == ActivityKind.STATUS]
        assert max(contacts, default=None) == lead.last_contacted
        chain = [LeadStatus.NEW, *(move.to_status for move in moves)]
        assert [move.from_status for move in moves] == chain[:-1]
        assert chain[-1] == lead.status
        assert lead.contact is not None
        assert lead.contact.email == lead.contact_email


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


def test_people_are_made_once_and_leads_only_on_an_empty_pipeline() -> None:
    seed("--leads", "5")
    with pytest.raises(CommandError, match="There are leads or companies already"):
        seed("--leads", "5")
    Lead.objects.all().delete()
    Contact.objects.all().delete()
    Company.objects.all().delete()
    seed("--leads", "5")
    assert User.objects.count() == len(PEOPLE)


@override_settings(LOCAL_MODE=False)
def test_a_public_password_stays_out_of_real_installations() -> None:
    with pytest.raises(CommandError, match="local mode only"):
        seed()
    assert not User.objects.exists()
