"""Two leads, companies or contacts with everything that can hang on them, at random from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from django.db import models

from apps.accounts.models import User
from apps.contacts.models import Company, Contact
from apps.conversations.models import Conversation, Message, Participant
from apps.crm.choices import ActivityKind, LeadSource, LeadStatus, LostReason
from apps.crm.models import Activity, Customer, Lead, LeadFile, LeadRun, Merge, StageChange, Task
from apps.crm.services import merging
from apps.crm.services.merging import Mergeable
from apps.crm.services.merging.moving import pointers
from tests.conftest import Cast
from tests.factories.chat import stored, turn
from tests.factories.crm import LeadFactory

T = TypeVar("T")
START = datetime(2026, 1, 5, 1, 2, 3, 456789, tzinfo=UTC)
SEEDS = range(8)


def lead_of(cast: Cast, **fields: Any) -> Lead:
    """A lead of the owner in which everything is empty that is not named."""
    empty = {"contact_name": "", "contact_email": "", "company_name": "Golden Dragon"}
    lead: Lead = LeadFactory(**{"assigned_to": cast.owner, **empty, **fields})
    return lead


def merged(cast: Cast, kept: Mergeable, other: Mergeable, **options: Any) -> Merge:
    """The manager merges the two; `kept` is read again."""
    done = merging.merge(actor=cast.manager, kept=kept, other=other, **options)
    kept.refresh_from_db()
    return done


class Pairs:
    """Random rows; the same seed gives the same ones."""

    def __init__(self, seed: int, user: User, colleague: User) -> None:
        self.rng = Random(seed)
        self.people = [user, colleague]
        self.user = user
        self.number = 0

    def leads(self) -> tuple[Lead, Lead]:
        """Two leads, perhaps of one company, with shared and with own files and runs."""
        companies = self.companies(bare=True)
        pair = self._lead(companies[0]), self._lead(self.rng.choice(companies))
        files = [stored(self.user, name=f"file{number}.csv") for number in range(3)]
        run = turn(self.user)
        for lead in pair:
            self._history(lead)
            for artifact in self._some(files):
                LeadFile.objects.create(lead=lead, artifact=artifact, by=self.user)
            if self._maybe():
                LeadRun.objects.create(lead=lead, run=run)
            for number in range(self.rng.randrange(3)):
                StageChange.objects.create(
                    lead=lead, to_status=lead.status, at=self._moment(), seconds=number
                )
        if self._maybe():
            Customer.objects.create(company=companies[0], lead=self.rng.choice(pair), since=self._moment())
        return pair

    def companies(self, *, bare: bool = False) -> tuple[Company, Company]:
        """Two companies; with leads, people, activities, tasks and perhaps a customer each unless `bare`."""
        pair = self._company(), self._company()
        for company in () if bare else pair:
            self._history(company)
            for _ in range(self.rng.randrange(3)):
                self._lead(company)
                self._contact(company)
            if self._maybe():
                Customer.objects.create(company=company, since=self._moment())
        return pair

    def contacts(self) -> tuple[Contact, Contact]:
        """Two people with conversations of their own and of both."""
        companies = self.companies(bare=True)
        pair = self._contact(companies[0]), self._contact(companies[1])
        common = Conversation.objects.create(owner=self.user, last_message_at=START)
        for contact in pair:
            self._history(contact)
            own = Conversation.objects.create(owner=self.user, contact=contact, last_message_at=START)
            for conversation in self._some([common, own]):
                Participant.objects.create(conversation=conversation, contact=contact)
                Message.objects.create(
                    conversation=conversation, channel="email", direction="inbound", role="user",
                    sender_contact=contact, body=self._word(),
                )  # fmt: skip
            lead = self._lead(companies[0])
            lead.contact = contact
            lead.save()
        return pair

    def _lead(self, company: Company) -> Lead:
        status = self.rng.choice(list(LeadStatus))
        lost = status == LeadStatus.CLOSED_LOST
        return Lead.objects.create(
            company_name=company.name, company=company, contact_name=self._perhaps(self._word()),
            contact_email=self._perhaps(f"{self._word()}@merchant.test"),
            contact_phone=self._perhaps(f"+65 9{self.rng.randrange(10**6, 10**7)}"),
            contact=self._contact(company) if self._maybe() else None,
            status=status, lost_reason=LostReason.PRICE if lost else "", stage_since=self._moment(),
            lost_note=self._perhaps("Too dear") if lost else "", source=self.rng.choice(list(LeadSource)),
            assigned_to=self.rng.choice([*self.people, None]), notes=self._perhaps(self._word()),
            industry=self._perhaps("Food"), location=self._perhaps(self._word()),
            last_contacted=self._perhaps(self._moment(), None),
            follow_up_date=self._perhaps(self._moment().date(), None),
            value=self._perhaps(Decimal(self.rng.randrange(10**6)) / 100, None),
            currency=self.rng.choice(["SGD", "USD"]), extra={self._word(): self._word()},
        )  # fmt: skip

    def _company(self) -> Company:
        return Company.objects.create(
            name=f"{self._word()} Pte Ltd", industry=self._perhaps("Food"), location=self._perhaps("Bugis"),
            website=self._perhaps("https://merchant.test"),
        )  # fmt: skip

    def _contact(self, company: Company) -> Contact:
        return Contact.objects.create(
            name=self._word(), email=self._perhaps(f"{self._word()}@merchant.test"), phone="+65 6123 4567",
            company=self.rng.choice([company, None]),
        )  # fmt: skip

    def _history(self, subject: Lead | Company | Contact) -> None:
        about: dict[str, Any] = {type(subject).__name__.lower(): subject}
        for _ in range(self.rng.randrange(1, 4)):
            Activity.objects.create(
                kind=self.rng.choice(list(ActivityKind)), occurred_at=self._moment(), by=self.user,
                note=self._word(), **about,
            )  # fmt: skip
            if self._maybe():
                Task.objects.create(title=self._word(), assigned_to=self.user, due_at=self._moment(), **about)

    def _moment(self) -> datetime:
        return START + timedelta(seconds=self.rng.random() * 10**7)

    def _word(self) -> str:
        self.number += 1
        return f"{self.rng.choice(['amber', 'birch', 'cedar', 'daisy'])}{self.number}"

    def _maybe(self) -> bool:
        return self.rng.random() < 0.5

    def _perhaps(self, value: T, otherwise: Any = "") -> T | Any:
        return value if self._maybe() else otherwise

    def _some(self, items: Sequence[T]) -> list[T]:
        return [item for item in items if self._maybe()]


def everything(*models_: type[models.Model]) -> dict[str, dict[str, dict[str, Any]]]:
    """Table → key → column → value of the models and of all that points at them, as they are stored."""
    tables = {model._meta.label: model for model in models_}
    for model in models_:
        tables |= {field.model._meta.label: field.model for field in pointers(model)}
    return {
        label: {
            str(row["pk"]): row for row in model._base_manager.order_by("pk").values("pk", *_names(model))
        }
        for label, model in tables.items()
    }


def _names(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]
