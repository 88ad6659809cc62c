"""Offers whose amounts come from the price book of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.brand.recipes import writing
from apps.brand.recipes.arguments import ProposalArguments, Section
from apps.brand.recipes.texts import MAY_MAKE
from apps.core.errors import Invalid
from apps.documents.numbers import amount, day
from apps.documents.recipes import Made, SnapshotTable, recipe
from apps.knowledge import selectors
from apps.knowledge.catalogue import AddOn, Plan, Pricing

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """A line of the price table; `yearly` is what it costs in the first year, or where that begins."""

    label: str
    basis: str
    yearly: Decimal
    is_from: bool = False


@recipe("proposal", arguments=ProposalArguments, permission=MAY_MAKE, title=_("Proposal"))
def proposal(user: User, now: datetime, arguments: ProposalArguments) -> Made:
    """An offer for the first year, as PDF, Word or Markdown. Raises `Invalid` for what there is not."""
    pricing = selectors.pricing()
    _check(pricing, arguments)
    lines = lines_of(pricing, arguments)
    total = sum((line.yearly for line in lines), Decimal(0))
    context = {**_said(pricing, arguments, user, now), **_amounts(pricing, lines, total)}
    written = _written(context, arguments, user, now)
    facts = {"Company": arguments.company, "Valid until": str(context["valid_until"])}
    return Made(
        name=f"{slugify(arguments.company, allow_unicode=True) or 'company'}-proposal{written.suffix}",
        content=written.content,
        snapshot=writing.snapshot_of(context, more=[_table(context)], facts=facts),
        template_version=written.version,
        # The amounts of the table are computed from the price book itself: only what was written is checked.
        text=writing.words_of(context, str(context["opening"]), str(context["next_step"])),
    )


def lines_of(pricing: Pricing, arguments: ProposalArguments) -> list[Line]:
    """Subscription, set-up, add-ons and discount of the first year."""
    plan = pricing.plan(arguments.plan)
    yearly = plan.annual if arguments.billing == "annual" else plan.monthly * 12
    lines = [Line(f"{plan.name} plan", _basis(pricing, plan, arguments.billing), yearly, plan.price_is_from)]
    if arguments.discount_percent:
        percent = Decimal(str(arguments.discount_percent))
        off = -(yearly * percent / 100).quantize(_CENT, ROUND_HALF_UP)
        lines.append(Line("Discount", f"{percent.normalize():f} % off the subscription", off))
    if plan.setup_fee:
        lines.append(Line("Set-up", "once", plan.setup_fee, plan.price_is_from))
    known = {item.id: item for item in pricing.add_ons}
    return lines + [_add_on(known[chosen.id], chosen.quantity) for chosen in arguments.add_ons]


def _check(pricing: Pricing, arguments: ProposalArguments) -> None:
    known = {item.id: item for item in pricing.add_ons}
    for chosen in arguments.add_ons:
        item = known.get(chosen.id)
        if item is None:
            raise Invalid(f"There is no add-on {chosen.id!r}. There are: {', '.join(sorted(known))}.")
        if arguments.plan not in item.available_on:
            raise Invalid(f"{item.name} is not available on the plan {arguments.plan}.")
    most = pricing.approval.sales_manager_max_percent
    if Decimal(str(arguments.discount_percent)) > most:
        raise Invalid(f"A discount above {most} % needs Finance to approve it in writing.")


def _basis(pricing: Pricing, plan: Plan, billing: str) -> str:
    start = "from " if plan.price_is_from else ""
    if billing == "annual":
        return f"{start}{pricing.currency} {plan.annual:,.2f} a year, paid in advance"
    return f"{start}{pricing.currency} {plan.monthly:,.2f} a month, 12 months"


def _add_on(item: AddOn, quantity: int) -> Line:
    months = 12 if "per month" in item.unit else 1
    basis = f"{quantity} × {item.price:,.2f} {item.unit}"
    once = _once(item)
    return Line(item.name, basis, item.price * quantity * months + once)


def _once(item: AddOn) -> Decimal:
    """What a unit such as "per month plus 2500.00 once" adds."""
    words = item.unit.split()
    return Decimal(words[words.index("plus") + 1]) if "plus" in words and "once" in words else Decimal(0)


def _said(pricing: Pricing, arguments: ProposalArguments, user: User, now: datetime) -> dict[str, Any]:
    plan = pricing.plan(arguments.plan)
    until = writing.today(user, now) + timedelta(days=pricing.quote_valid_days)
    titled = arguments.model_copy(
        update={
            "title": arguments.title or f"A proposal for {arguments.company}",
            "subtitle": arguments.subtitle or plan.summary,
            "sections": arguments.sections or _sections(plan),
            "sources": arguments.sources or [f"Price book, valid from {day(pricing.valid_from)}"],
        }
    )
    return {
        **writing.context_of(titled, user, now),
        "company": arguments.company,
        "opening": arguments.opening
        or f"Thank you for your time. This is what we propose for {arguments.company}, with every price.",
        "tax_note": pricing.tax_note,
        "terms": pricing.minimum_term,
        "valid_until": day(min(until, pricing.valid_until)),
        "next_step": arguments.next_step
        or f"{user.name} calls you within two working days to answer questions.",
        "sender": user.name,
    }


def _sections(plan: Plan) -> list[Section]:
    limits = [
        (name, "no limit" if value is None else f"{value:,}")
        for name, value in (
            ("Outlets", plan.limits.outlets),
            ("Active members", plan.limits.members),
            ("Coupons a month", plan.limits.coupons_per_month),
            ("Staff seats", plan.limits.staff_seats),
        )
    ]
    included = [item[:1].upper() + item[1:] for item in plan.included]
    return [
        Section(title=f"What the {plan.name} plan includes", paragraphs=[plan.summary], points=included),
        Section(title="How much of it", points=[f"{name}: {value}" for name, value in limits]),
        Section(title="Support", paragraphs=[plan.support]),
    ]


def _amounts(pricing: Pricing, lines: list[Line], total: Decimal) -> dict[str, Any]:
    is_from = any(line.is_from for line in lines)
    return {
        "lines": [
            {"label": line.label, "basis": line.basis, "amount": _told(pricing, line.yearly, line.is_from)}
            for line in lines
        ],
        "total_label": "First year",
        "total": _told(pricing, total, is_from),
    }


def _told(pricing: Pricing, value: Decimal, is_from: bool) -> str:
    """A price that begins somewhere is never said as if it ended there."""
    return f"{'from ' if is_from else ''}{pricing.currency} {amount(value)}"


def _written(
    context: dict[str, Any], arguments: ProposalArguments, user: User, now: datetime
) -> writing.Written:
    if arguments.format == "docx":
        return writing.as_word("proposal", context)
    if arguments.format == "md":
        rows = [[line["label"], line["basis"], line["amount"]] for line in context["lines"]]
        prices = Section(
            title="What it costs",
            paragraphs=[f"{context['tax_note']} The offer is valid until {context['valid_until']}."],
            columns=["Item", "Basis", "Amount"],
            rows=[*rows, [context["total_label"], "", context["total"]]],
        )
        return writing.as_markdown({**context, "sections": [*context["sections"], prices.model_dump()]})
    return writing.as_pages("proposal", context, now=now, author=user.name)


def _table(context: dict[str, Any]) -> SnapshotTable:
    rows = [[line["label"], line["basis"], line["amount"]] for line in context["lines"]]
    total = [context["total_label"], "", context["total"]]
    return SnapshotTable(title="Prices", columns=["Item", "Basis", "Amount"], rows=[*rows, total])
