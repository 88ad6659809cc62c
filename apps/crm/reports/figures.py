"""Key figures of sales, and of others by what sales keeps, in whole days of the period's zone."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from apps.core.figures import figure
from apps.core.periods import Period
from apps.core.reporting.links import Condition, during, rows_link
from apps.core.reporting.numbers import percent
from apps.crm.choices import CLOSED, CONTACTS, OPEN, LeadStatus
from apps.crm.models import HOUSE_CURRENCY, Activity, Customer, Lead
from apps.crm.report_selectors import facts, house
from apps.crm.report_selectors.facts import MARKETED, ContactFacts, LeadFacts

if TYPE_CHECKING:
    from apps.accounts.models import User


def _leads(user: User, conditions: dict[str, Condition]) -> str:
    return rows_link(Lead, conditions) if house.may_open(user) else ""


def _new_rows(period: Period, user: User) -> str:
    return _leads(user, during("created_at", period))


@figure(
    key="crm.new_leads",
    read=facts.lead_facts,
    label="New leads",
    unit="count",
    department="sales",
    series=True,
    rows_url=_new_rows,
)
def new_leads(leads: LeadFacts) -> int:
    """Leads that came in during the period."""
    return leads.came_in


def _contacted_rows(period: Period, user: User) -> str:
    return _leads(user, {"contacted": f"{period.starts_at.isoformat()}..{period.ends_at.isoformat()}"})


@figure(
    key="crm.contacted_leads",
    read=facts.contact_facts,
    label="Leads contacted",
    unit="count",
    department="sales",
    series=True,
    rows_url=_contacted_rows,
)
def contacted_leads(contacts: ContactFacts) -> int:
    """Different leads that somebody spoke or wrote to during the period."""
    return contacts.leads


def _won_rows(period: Period, user: User) -> str:
    return _leads(user, {"status__exact": LeadStatus.CLOSED_WON.value, **during("closed_at", period)})


@figure(
    key="crm.won_leads",
    read=facts.lead_facts,
    label="Leads won",
    unit="count",
    department="sales",
    series=True,
    rows_url=_won_rows,
)
def won_leads(leads: LeadFacts) -> int:
    """Leads won during the period."""
    return leads.won


def _won_value_rows(period: Period, user: User) -> str:
    won: dict[str, Condition] = {
        "status__exact": LeadStatus.CLOSED_WON.value,
        "currency__exact": HOUSE_CURRENCY,
    }
    return _leads(user, won | during("closed_at", period))


def _won_elsewhere(leads: LeadFacts, user: User) -> str:  # noqa: ARG001
    return _other_currencies(leads.won_values)


@figure(
    key="crm.won_value",
    read=facts.lead_facts,
    label="Value won",
    unit="money",
    department="sales",
    currency=HOUSE_CURRENCY,
    series=True,
    rows_url=_won_value_rows,
    note=_won_elsewhere,
)
def won_value(leads: LeadFacts) -> Decimal:
    """Sum of the values of leads won during the period, as far as they are in the currency of the house."""
    return leads.won_values.get(HOUSE_CURRENCY, Decimal(0))


def _open_rows(period: Period, user: User) -> str:
    return _leads(user, {"currency__exact": HOUSE_CURRENCY, **_open_then(period)})


def _open_elsewhere(leads: LeadFacts, user: User) -> str:  # noqa: ARG001
    return _other_currencies(leads.open_values)


@figure(
    key="crm.pipeline_value",
    read=facts.lead_facts,
    label="Open pipeline",
    unit="money",
    department="sales",
    currency=HOUSE_CURRENCY,
    series=True,
    rows_url=_open_rows,
    note=_open_elsewhere,
)
def pipeline_value(leads: LeadFacts) -> Decimal:
    """Sum of the values of leads open when the period ended, as far as they are in the currency of the
    house.
    """
    return leads.open_values.get(HOUSE_CURRENCY, Decimal(0))


def _closed_rows(period: Period, user: User) -> str:
    return _leads(user, {"status__in": ",".join(CLOSED), **during("closed_at", period)})


@figure(
    key="crm.conversion_rate",
    read=facts.lead_facts,
    label="Conversion rate",
    unit="percent",
    department="sales",
    rows_url=_closed_rows,
)
def conversion_rate(leads: LeadFacts) -> Decimal:
    """Leads won of all leads won or lost during the period; 0 when none was closed."""
    return percent(leads.won, leads.won + leads.lost) or Decimal(0)


def _stale_rows(period: Period, user: User) -> str:
    return _leads(user, {"stale_at": facts.as_of(period).isoformat()})


@figure(
    key="crm.stale_leads",
    read=facts.stale_leads,
    label="Stale leads",
    unit="count",
    department="sales",
    better="down",
    rows_url=_stale_rows,
)
def stale_leads(leads: int) -> int:
    """Leads open when the period ended (or now) that were older than 14 days and without contact in the
    last 14.
    """
    return leads


def _marketed_rows(period: Period, user: User) -> str:
    return _leads(user, {"source__in": ",".join(MARKETED), **during("created_at", period)})


@figure(
    key="crm.marketed_leads",
    read=facts.lead_facts,
    label="Leads from website, events and LinkedIn",
    unit="count",
    department="marketing",
    series=True,
    rows_url=_marketed_rows,
)
def marketed_leads(leads: LeadFacts) -> int:
    """Leads that came in during the period by the website, an event or LinkedIn."""
    return leads.marketed


def _customer_rows(period: Period, user: User) -> str:
    return rows_link(Customer, during("since", period)) if user.has_perm("crm.view_customer") else ""


@figure(
    key="crm.new_customers",
    read=facts.new_customers,
    label="New customers",
    unit="count",
    department="finance",
    series=True,
    rows_url=_customer_rows,
)
def new_customers(customers: int) -> int:
    """Companies that became customers during the period: those to be invoiced for the first time."""
    return customers


def _customer_contact_rows(period: Period, user: User) -> str:
    needed = ("crm.view_activity", "contacts.view_company", "contacts.view_contact")
    if not user.has_perms(needed):
        return ""
    apart: dict[str, Condition] = {"kind__in": ",".join(CONTACTS), "lead__isnull": True}
    return rows_link(Activity, apart | during("occurred_at", period))


@figure(
    key="crm.customer_contacts",
    read=facts.contact_facts,
    label="Contacts with customers",
    unit="count",
    department="support",
    rows_url=_customer_contact_rows,
)
def customer_contacts(contacts: ContactFacts) -> int:
    """Calls, mails, meetings and messages with companies and people, apart from leads, in the period."""
    return contacts.with_customers


def _open_then(period: Period) -> dict[str, Condition]:
    """Open at the end of the period: a simple filter as long as it has not ended."""
    if period.ends_at > timezone.now():
        return {"status__in": ",".join(OPEN)}
    return {"open_at": period.ends_at.isoformat()}


def _other_currencies(values: dict[str, Decimal]) -> str:
    """What the figure leaves out, because currencies are not added up."""
    others = [
        f"{currency} {number_format(value, 0, force_grouping=True)}"
        for currency, value in sorted(values.items())
        if currency != HOUSE_CURRENCY
    ]
    return _("Besides, in other currencies: %(amounts)s.") % {"amounts": ", ".join(others)} if others else ""
