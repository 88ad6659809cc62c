"""An offer to one company, on paper."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal, cast

from pydantic import BaseModel

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import ChoiceSlot, CompanySlot
from apps.core.markdown import Align, escape, table
from apps.core.sentences import sentence
from apps.crm.skills.terms import DISCOUNT_WORD, NO_DISCOUNT, DiscountSlot, UnknownPlanSlot, goes_on
from apps.crm.tools import MadeProposal, build_proposal
from apps.knowledge import selectors as knowledge
from apps.knowledge.catalogue import Plan, Pricing

_PLAN: Any = ChoiceSlot("", starter=(), growth=(), scale=(), enterprise=())
_BILLING: Any = ChoiceSlot(
    "",
    monthly=("per month", "by month", "by the month", "每月", "按月", "月付", "bulanan"),
    annual=("yearly", "per year", "annually", "每年", "按年", "年付", "tahunan"),
)
_FORMAT: Any = ChoiceSlot("", pdf=(), md=("markdown",), docx=("word",))
_COLUMNS: list[tuple[str, Align]] = [("Item", "left"), ("Basis", "left"), ("Amount", "right")]
_HOW_MUCH = (
    "**No discount is in it:** I take discounts in per cent of the subscription. Say, for example, “with 5 % "
    "discount”, and I write it again."
)


class Slots(BaseModel):
    """The company; what is not said is chosen: the plan that suits, paid by the year, as a Word file."""

    company: CompanySlot
    plan: _PLAN = ""
    billing: _BILLING = "annual"
    format: _FORMAT = "docx"
    discount: DiscountSlot = 0
    unknown_plan: UnknownPlanSlot = ""


@skill("proposal_writing", slots=Slots, goes_on=partial(goes_on, slots=Slots))
def proposal_writing(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Make the file and show its prices; what cannot be done as it was said is asked, never left out."""
    if slots.unknown_plan and not slots.plan:
        return SkillResult(text=_which_plan(slots))
    made = ctx.call(
        build_proposal,
        company=slots.company,
        plan=cast("Literal['', 'starter', 'growth', 'scale', 'enterprise']", slots.plan),
        billing=slots.billing,
        format=slots.format,
        discount_percent=slots.discount,
    )
    citations = [*([made.lead] if made.lead else []), *made.sources]
    said = sentence(ctx.message)
    vague = not slots.discount and DISCOUNT_WORD.search(said) and not NO_DISCOUNT.search(said)
    text = f"{_HOW_MUCH}\n\n{_text(made)}" if vague else _text(made)
    return SkillResult(text=text, citations=citations, data=made.model_dump(mode="json"))


def _which_plan(slots: Slots) -> str:
    book = knowledge.pricing()
    plans = "\n".join(f"- **{plan.name}**: {_price(book, plan)}. {plan.summary}" for plan in book.plans)
    return (
        f"There is no plan “{escape(slots.unknown_plan)}”, so I have not written the proposal for "
        f"**{escape(slots.company)}** yet. Which of these shall I take?\n\n{plans}"
    )


def _price(book: Pricing, plan: Plan) -> str:
    start = "from " if plan.price_is_from else ""
    yearly, monthly = f"{book.currency} {plan.annual:,.0f}", f"{book.currency} {plan.monthly:,.0f}"
    return f"{start}{yearly} a year, or {start}{monthly} a month"


def _text(made: MadeProposal) -> str:
    company = escape(made.company)
    known = (
        "It stands with the files of the lead [1]."
        if made.lead
        else f"There is no lead of {company} among those you may see, so it is attached here only."
    )
    cited = f" [{2 if made.lead else 1}]" if made.sources else ""
    less = f", with {made.discount_percent:g} % discount on the subscription" if made.discount_percent else ""
    head = (
        f"The proposal for **{company}** is attached: the **{made.plan.capitalize()}** plan, "
        f"{made.plan_because}{less}, valid until {made.valid_until}. {known}"
    )
    mail = ", or ask me to mail it" if made.lead else ""
    foot = (
        f"Prices come from the price book{cited}, without tax. Name another plan, monthly billing or PDF to "
        f"change it{mail}."
    )
    prices = table(_COLUMNS, [[escape(cell) for cell in row] for row in made.prices])
    return "\n\n".join((head, prices, foot))
