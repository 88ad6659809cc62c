"""An offer to one company, on paper."""

from __future__ import annotations

from typing import Any, Literal, cast

from pydantic import BaseModel

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import ChoiceSlot, CompanySlot
from apps.core.markdown import Align, escape, table
from apps.crm.tools import MadeProposal, build_proposal

_PLAN: Any = ChoiceSlot("", starter=(), growth=(), scale=(), enterprise=())
_BILLING: Any = ChoiceSlot("", monthly=("per month", "每月", "bulanan"), annual=("yearly", "每年", "tahunan"))
_FORMAT: Any = ChoiceSlot("", pdf=(), md=("markdown",), docx=("word",))
_COLUMNS: list[tuple[str, Align]] = [("Item", "left"), ("Basis", "left"), ("Amount", "right")]


class Slots(BaseModel):
    """The company; what is not said is chosen: the plan that suits, paid by the year, as a Word file."""

    company: CompanySlot
    plan: _PLAN = ""
    billing: _BILLING = "annual"
    format: _FORMAT = "docx"


@skill("proposal_writing", slots=Slots)
def proposal_writing(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Make the file and show its prices."""
    made = ctx.call(
        build_proposal,
        company=slots.company,
        plan=cast("Literal['', 'starter', 'growth', 'scale', 'enterprise']", slots.plan),
        billing=slots.billing,
        format=slots.format,
    )
    citations = [*([made.lead] if made.lead else []), *made.sources]
    return SkillResult(text=_text(made), citations=citations, data=made.model_dump(mode="json"))


def _text(made: MadeProposal) -> str:
    company = escape(made.company)
    known = (
        "It stands with the files of the lead [1]."
        if made.lead
        else f"There is no lead of {company} among those you may see, so it is attached here only."
    )
    cited = f" [{2 if made.lead else 1}]" if made.sources else ""
    head = (
        f"The proposal for **{company}** is attached: the **{made.plan.capitalize()}** plan, "
        f"{made.plan_because}, valid until {made.valid_until}. {known}"
    )
    foot = (
        f"Prices come from the price book{cited}, without tax. Name another plan, monthly billing or PDF to "
        "change it, or ask me to mail it."
    )
    prices = table(_COLUMNS, [[escape(cell) for cell in row] for row in made.prices])
    return "\n\n".join((head, prices, foot))
