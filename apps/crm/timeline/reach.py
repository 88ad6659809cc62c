"""Whose rows belong to the timeline of a lead, a company or a contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.contacts.models import Company, Contact
from apps.core.errors import NotFound
from apps.crm.merged import FormerReach, former_reach, merges_into
from apps.crm.models import Lead
from apps.crm.subjects import Subject


@dataclass(frozen=True)
class Reach:
    """The rows whose entries are shown: a company's with those of its leads and contacts, a contact's with
    those of its leads. `people` are the contacts whose conversations, `addresses` those whose mails count.
    `around` are companies of which only what happened is shown: who works on a lead has to know of a
    complaint that support wrote down about its company.
    """

    leads: Sequence[UUID] = ()
    companies: Sequence[UUID] = ()
    contacts: Sequence[UUID] = ()
    people: Sequence[UUID] = ()
    addresses: Sequence[str] = ()
    around: Sequence[UUID] = ()

    def about(self) -> Q:
        """For tasks. Plain lists of keys: so each arm of the OR has its own index."""
        return Q(lead__in=self.leads) | Q(company__in=self.companies) | Q(contact__in=self.contacts)

    def happened(self) -> Q:
        """For activities: also those of the companies around."""
        return self.about() | Q(company__in=self.around)


def reach_of(subject: Subject, user: User) -> Reach:
    """Read in one query, of a merged lead in a few. Raises `NotFound` when `user` may not see the subject."""
    if isinstance(subject, Lead):
        return _of_lead(subject, user)
    if isinstance(subject, Company):
        return _of_company(subject, user)
    return _of_contact(subject, user)


def _of_lead(lead: Lead, user: User) -> Reach:
    row = _row(
        Lead.objects.visible_to(user),
        lead,
        "company_id",
        "contact_id",
        "contact_email",
        address=F("contact__email"),
        is_merged=Exists(merges_into(OuterRef("pk"))),
    )
    former = former_reach(lead.pk) if row["is_merged"] else FormerReach()
    people = (former.contacts | {row["contact_id"]}) - {None}
    addresses = (former.addresses | {row["contact_email"], row["address"]}) - {"", None}
    around = [row["company_id"]] if row["company_id"] else []
    return Reach(leads=[lead.pk], people=sorted(people), addresses=sorted(addresses), around=around)


def _of_company(company: Company, user: User) -> Reach:
    people = Contact.objects.visible_to(user).filter(company=OuterRef("pk")).order_by()
    row = _row(
        Company.objects.visible_to(user),
        company,
        lead_keys=_leads(user, company=OuterRef("pk")),
        people_keys=ArraySubquery(people.values("pk")),
        addresses=ArraySubquery(people.exclude(email="").values("email")),
    )
    contacts = row["people_keys"] or ()
    return Reach(
        leads=row["lead_keys"] or (),
        companies=[company.pk],
        contacts=contacts,
        people=contacts,
        addresses=row["addresses"] or (),
    )


def _of_contact(contact: Contact, user: User) -> Reach:
    found = Contact.objects.visible_to(user)
    row = _row(found, contact, "email", lead_keys=_leads(user, contact=OuterRef("pk")))
    addresses = [row["email"]] if row["email"] else []
    key = [contact.pk]
    return Reach(leads=row["lead_keys"] or (), contacts=key, people=key, addresses=addresses)


def _leads(user: User, **belonging: OuterRef) -> ArraySubquery:
    return ArraySubquery(Lead.objects.visible_to(user).filter(**belonging).order_by().values("pk"))


def _row(visible: QuerySet[Any], subject: Subject, *fields: str, **more: Any) -> dict[str, Any]:
    row = visible.filter(pk=subject.pk).values(*fields, **more).first()
    if row is None:
        raise NotFound(
            _("There is no such %(thing)s, or it is not yours.") % {"thing": subject._meta.verbose_name}
        )
    return dict(row)
