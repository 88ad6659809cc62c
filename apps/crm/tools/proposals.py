"""Tools that make offers for merchants."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, ToolError, tool
from apps.brand.recipes.arguments import DocumentFormat
from apps.crm.recipes import row_of
from apps.crm.selectors import LeadRow
from apps.crm.tools.answers import lead_of
from apps.crm.tools.filing import file_under, sources_named
from apps.crm.wording import citation
from apps.documents import services as documents
from apps.documents.compose.recommendation import plan_for, recommend
from apps.documents.models import Lineage
from apps.documents.recipes import Snapshot
from apps.knowledge import selectors as knowledge
from apps.knowledge.catalogue import PlanId

PRICE_BOOK = "product_data/pricing.yaml"


class MadeProposal(BaseModel):
    """An offer that was made: `prices` are item, basis and amount; `plan_because` says why that plan;
    `discount_percent` is off the subscription.
    """

    artifact_id: str
    file_name: str
    company: str
    plan: str
    plan_because: str
    discount_percent: float
    valid_until: str
    prices: list[list[str]]
    lead: Citation | None
    sources: list[Citation]


@tool(
    permission="crm.view_lead",
    heavy=True,
    timeout=120,
    second_hand=True,
    summary="Writing the proposal for {company} …",
)
def build_proposal(
    ctx: ToolContext,
    *,
    company: str,
    plan: Literal["", "starter", "growth", "scale", "enterprise"] = "",
    billing: Literal["annual", "monthly"] = "annual",
    format: DocumentFormat = "docx",  # noqa: A002 - what people call it
    discount_percent: float = 0,
) -> MadeProposal:
    """Make a branded proposal for a company as Word (docx), PDF or Markdown: what the plan includes and every
    price, from the price book. Without a `plan`, the smallest one that has what suits the company. The file
    is attached to the answer and put to the lead. A discount is off the subscription, as far as the user may
    grant one.
    """
    _check_discount(ctx.user, discount_percent)
    row = row_of(ctx.user, company, ctx.now)
    name = row.company if row else " ".join(company.split())
    chosen, because = (plan, "as you said") if plan else _suiting(row)
    made = documents.make(
        user=ctx.user,
        recipe="proposal",
        arguments={
            "company": name,
            "plan": chosen,
            "billing": billing,
            "format": format,
            "discount_percent": discount_percent,
        },
        run_id=ctx.run_id,
        now=ctx.now,
    )
    ctx.keep(made)
    if row:
        file_under(ctx, lead_of(ctx, row.id), made)
    told = _told(ctx, made, row, name, chosen, because)
    return told.model_copy(update={"discount_percent": discount_percent})


def _check_discount(user: User, percent: float) -> None:
    """Raises `ToolError` above what the price book lets this person grant: a proposal is a promise."""
    may = knowledge.pricing().approval
    leads_sales = user.has_perm("crm.assign_lead")
    most = may.sales_manager_max_percent if leads_sales else may.sales_rep_max_percent
    if percent <= most:
        return
    who = "Finance in writing" if percent > may.sales_manager_max_percent else "a sales manager"
    raise ToolError(
        f"I have not written the proposal: a discount of {percent:g} % has to be approved by {who}. "
        f"A sales representative may grant up to {may.sales_rep_max_percent:g} % off the subscription, a "
        f"sales manager up to {may.sales_manager_max_percent:g} %. Say “with {most:g} % discount” or "
        "“without a discount”, and I write it."
    )


def _suiting(row: LeadRow | None) -> tuple[PlanId, str]:
    """The smallest plan with the modules that the lead's words point to, and the reason."""
    modules = recommend(knowledge.products(), f"{row.industry} {row.notes}" if row else "")
    plan = plan_for(knowledge.pricing(), outlets=1, members=0, modules=[module.product for module in modules])
    names = ", ".join(module.product.name for module in modules)
    return knowledge.pricing().plan(plan.id).id, f"the smallest plan that has {names}"


def _told(
    ctx: ToolContext, made: Artifact, row: LeadRow | None, company: str, plan: str, because: str
) -> MadeProposal:
    snapshot = Snapshot.model_validate(Lineage.objects.get(artifact=made).snapshot)
    return MadeProposal(
        artifact_id=str(made.pk),
        file_name=made.name,
        company=company,
        plan=plan,
        plan_because=because,
        discount_percent=0,
        valid_until=snapshot.facts.get("Valid until", ""),
        prices=next((table.rows for table in snapshot.tables if table.title == "Prices"), []),
        lead=citation(row) if row else None,
        sources=sources_named(ctx.user, [PRICE_BOOK]),
    )
