"""What people choose when two leads, companies or contacts become one: declared once per model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.contacts.models import Company, Contact
from apps.core.errors import Invalid
from apps.crm.choices import LeadStatus
from apps.crm.models import Lead

Mergeable = Lead | Company | Contact
Choice = Literal["kept", "other", "both"]

#: The further a lead has come, the more its status tells; a lost one tells least.
_FURTHEST = (
    LeadStatus.CLOSED_LOST,
    LeadStatus.NEW,
    LeadStatus.CONTACTED,
    LeadStatus.QUALIFIED,
    LeadStatus.PROPOSAL,
    LeadStatus.CLOSED_WON,
)


@dataclass(frozen=True)
class Group:
    """Fields that one choice decides together, by their column names (`attname`).

    The first one gives the group its name and its label. Two rows differ in the group when they differ in
    `compared` (without: in all). `may_both` offers to keep both texts, one below the other.
    """

    fields: tuple[str, ...]
    label: str | Promise
    compared: tuple[str, ...] = ()
    may_both: bool = False

    @property
    def name(self) -> str:
        """What choices are filed under."""
        return self.fields[0].removesuffix("_id")

    def differs(self, kept: Mergeable, other: Mergeable) -> bool:
        """Whether there is something to choose."""
        names = self.compared or self.fields
        return any(getattr(kept, name) != getattr(other, name) for name in names)


@dataclass(frozen=True)
class Rules:
    """How two rows of one model become one.

    `settle(kept, before, other)` sets what nobody needs to choose on `kept`, after the choices were applied;
    `before` is the kept row as it was.
    """

    permissions: tuple[str, str]
    groups: tuple[Group, ...]
    settle: Callable[[Any, Any, Any], None]

    def group(self, name: str) -> Group:
        """The group of that name. Raises `Invalid` when there is none."""
        for group in self.groups:
            if group.name == name:
                return group
        raise Invalid(f"There is no field “{name}” to choose.", errors={"choices": [name]})

    def settled(self) -> set[str]:
        """The columns that the groups decide."""
        return {field for group in self.groups for field in group.fields}


def rules_of(row: Mergeable | type[Mergeable]) -> Rules:
    """The rules of the model. Raises `Invalid` for a model whose rows cannot be merged."""
    found = RULES.get(row._meta.label_lower)
    if found is None:
        raise Invalid(f"Two rows of {row._meta.verbose_name_plural} cannot be merged.", code="not_mergeable")
    return found


def furthest(kept: Lead, other: Lead) -> Choice:
    """Whose status says more."""
    reached = [_FURTHEST.index(LeadStatus(lead.status)) for lead in (kept, other)]
    return "other" if reached[1] > reached[0] else "kept"


def _settle_lead(kept: Lead, before: Lead, other: Lead) -> None:
    contacts = [at for at in (before.last_contacted, other.last_contacted) if at]
    kept.last_contacted = max(contacts, default=None)
    kept.contact_id = _person(kept, before, other)
    kept.company_id = kept.company_id or other.company_id
    kept.extra = {**other.extra, **before.extra}


def _person(kept: Lead, before: Lead, other: Lead) -> Any:
    """The contact that the chosen address, else the chosen number, belongs to."""
    for name in ("contact_email", "contact_phone"):
        for first, second in ((before, other), (other, before)):
            if getattr(kept, name) and getattr(kept, name) == getattr(first, name):
                return first.contact_id or second.contact_id
    return before.contact_id or other.contact_id


def _settle_nothing(kept: Mergeable, before: Mergeable, other: Mergeable) -> None:
    """Every field of a company and of a contact is chosen."""


RULES: Mapping[str, Rules] = {
    "crm.lead": Rules(
        permissions=("crm.merge_lead", "crm.change_lead"),
        groups=(
            Group(("company_name", "company_id"), _("Company"), compared=("company_name",)),
            Group(("contact_name",), _("Contact")),
            Group(("contact_email",), _("E-mail")),
            Group(("contact_phone",), _("Phone")),
            Group(
                ("status", "lost_reason", "lost_note", "closed_at", "stage_since"),
                _("Status"),
                compared=("status", "lost_reason", "lost_note"),
            ),
            Group(("assigned_to_id",), _("Assigned to")),
            Group(("value", "currency"), _("Value")),
            Group(("expected_close",), _("Expected close")),
            Group(("follow_up_date",), _("Follow up on")),
            Group(("industry",), _("Industry")),
            Group(("location",), _("Location")),
            Group(("source",), _("Source")),
            Group(("notes",), _("Notes"), may_both=True),
        ),
        settle=_settle_lead,
    ),
    "contacts.company": Rules(
        permissions=("contacts.merge_company", "contacts.change_company"),
        groups=(
            Group(("name",), _("Name")),
            Group(("industry",), _("Industry")),
            Group(("location",), _("Location")),
            Group(("website",), _("Website")),
        ),
        settle=_settle_nothing,
    ),
    "contacts.contact": Rules(
        permissions=("contacts.merge_contact", "contacts.change_contact"),
        groups=(
            Group(("name",), _("Name")),
            Group(("email",), _("E-mail")),
            Group(("phone",), _("Phone")),
            Group(("company_id",), _("Company")),
        ),
        settle=_settle_nothing,
    ),
}
