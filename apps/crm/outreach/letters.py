"""Which letter a lead gets, and what is put into it: from the CRM's row and the knowledge of our products.

What colleagues noted about a lead never goes into a letter; it only decides which of our modules are named.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from apps.accounts.models import User
from apps.crm.choices import CONTACTS, ActivityKind, LeadStatus
from apps.crm.models import Activity, Lead
from apps.crm.wording import day, money
from apps.documents.compose.recommendation import Recommendation, plan_for, recommend
from apps.knowledge import selectors as knowledge

LetterName = Literal["intro", "followup", "proposal"]

BY_STAGE: dict[str, LetterName] = {
    LeadStatus.NEW: "intro",
    LeadStatus.CONTACTED: "followup",
    LeadStatus.QUALIFIED: "followup",
    LeadStatus.PROPOSAL: "proposal",
    LeadStatus.CLOSED_WON: "followup",
    LeadStatus.CLOSED_LOST: "followup",
}
NAMES: dict[LetterName, str] = {
    "intro": "introduction",
    "followup": "follow-up",
    "proposal": "proposal",
}
POINTS = 3
_CONTACT_WORDS = {
    ActivityKind.CALL: "our call",
    ActivityKind.EMAIL: "your time",
    ActivityKind.MEETING: "our meeting",
    ActivityKind.MESSAGE: "your message",
    ActivityKind.CONTACT: "our conversation",
}


def fitting(lead: Lead) -> LetterName:
    """The letter that the lead's stage asks for."""
    return BY_STAGE[lead.status]


def content(name: LetterName, *, lead: Lead, user: User, now: datetime) -> dict[str, Any]:
    """What the template of the letter is filled with; see `knowledge/templates/templates.yaml`."""
    modules = recommend(knowledge.products(), f"{lead.industry} {lead.notes}")
    today = now.astimezone(ZoneInfo(user.timezone)).date()
    shared = {
        "recipient_name": lead.contact_name,
        "company_name": lead.company_name,
        "sender_name": user.name or user.email,
        "sender_title": user.department.name if user.department else "Mezzofy",
        "sender_email": user.email,
        "language": "en",
        "year": today.year,
    }
    return {**shared, **CONTENT[name](lead, user, modules, today)}


Modules = tuple[Recommendation, ...]


def _intro(lead: Lead, user: User, modules: Modules, today: date) -> dict[str, Any]:  # noqa: ARG001
    about = knowledge.company()
    return {
        "subject": f"{lead.company_name} and Mezzofy",
        "preheader": about.one_line,
        "opening": f"I am {user.name or user.email} from Mezzofy. We make {_lower(about.one_line)}",
        "points": [f"{item.product.name}: {_lower(item.product.tagline)}." for item in modules[:POINTS]],
        "call_to_action": (
            f"May I show you in 20 minutes what this would look like for {lead.company_name}? Reply with a"
            " day that suits you, and I will send an invitation."
        ),
    }


def _followup(lead: Lead, user: User, modules: Modules, today: date) -> dict[str, Any]:
    when = lead.follow_up_date if lead.follow_up_date and lead.follow_up_date >= today else None
    names = " and ".join(item.product.name for item in modules[:2])
    return {
        "subject": f"Next steps for {lead.company_name}",
        "preheader": "What happens next",
        "last_contact": _last_contact(lead, user),
        "agreed": [],
        "next_step": f"I show you {names} with your own outlets and prices. Which time suits you?",
        "next_step_date": day(when, user),
    }


def _proposal(lead: Lead, user: User, modules: Modules, today: date) -> dict[str, Any]:
    book = knowledge.pricing()
    plan = plan_for(book, outlets=1, members=0, modules=[item.product for item in modules])
    total: Decimal = next(one.annual for one in book.plans if one.id == plan.id) + plan.setup_fee
    lines = [
        {"label": f"{plan.name}, 12 months, paid in advance", "amount": money(plan.annual, book.currency)}
    ]
    if plan.setup_fee:
        lines.append({"label": "Set-up, once", "amount": money(plan.setup_fee, book.currency)})
    valid_until = min(today + timedelta(days=book.quote_valid_days), book.valid_until)
    return {
        "subject": f"Our proposal for {lead.company_name}",
        "preheader": f"{plan.name}, valid until {day(valid_until, user)}",
        "opening": f"Thank you for your interest. This is what I propose for {lead.company_name}.",
        "plan_name": plan.name,
        "lines": lines,
        "total_label": "First year",
        "total": f"{total:,.0f}" if total == total.to_integral_value() else f"{total:,.2f}",
        "currency": book.currency,
        "tax_note": book.tax_note,
        "valid_until": day(valid_until, user),
        "call_to_action": "Reply with “yes” and I send the agreement, or tell me what is missing.",
    }


def _last_contact(lead: Lead, user: User) -> str:
    """The latest time somebody spoke with them, in words for their eyes."""
    latest = Activity.objects.filter(lead=lead, kind__in=CONTACTS).order_by("-occurred_at").first()
    if latest is None:
        return "your interest in Mezzofy"
    words = _CONTACT_WORDS[ActivityKind(latest.kind)]
    return f"{words} on {day(latest.occurred_at, user)}"


def _lower(text: str) -> str:
    """As part of a sentence: an abbreviation or a name at its beginning stays as it is."""
    first = text.split(" ", 1)[0]
    return text[0].lower() + text[1:] if first[1:].islower() and "-" not in first else text


CONTENT: dict[LetterName, Callable[[Lead, User, Modules, date], dict[str, Any]]] = {
    "intro": _intro,
    "followup": _followup,
    "proposal": _proposal,
}
