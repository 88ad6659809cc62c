"""What is in the pipeline."""

from __future__ import annotations

from pydantic import BaseModel

from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.crm.pipeline import PipelineSummary
from apps.crm.tools import list_open_leads, summarise_pipeline
from apps.crm.wording import and_more, citation, count, lead_table, sums_tables, values, whole

SHOWN = 20


class Slots(BaseModel):
    """Nothing is needed."""


@skill("pipeline_overview", slots=Slots)
def pipeline_overview(ctx: SkillContext, slots: Slots) -> SkillResult:  # noqa: ARG001
    """Sums first; then the rows, for those who may see rows."""
    summary = ctx.call(summarise_pipeline)
    team = summary.scope == "team"
    if not summary.total.count:
        return SkillResult(
            text="There are no open leads in the pipeline." if team else "You have no open leads."
        )
    text = sums(summary)
    if not ctx.user.has_perm("crm.view_lead"):
        return SkillResult(text=text, data=summary.model_dump(mode="json"))
    page = ctx.call(list_open_leads, limit=SHOWN)
    listed = lead_table(page.rows, user=ctx.user, with_owner=team)
    return SkillResult(
        text=f"{text}\n\n{listed}{and_more(page.total, len(page.rows), is_capped=page.is_capped)}",
        citations=[citation(row) for row in page.rows],
    )


def sums(summary: PipelineSummary) -> str:
    """Whose leads, how many, worth what, and what to expect of them; then by stage and representative."""
    whose = "The team has" if summary.scope == "team" else "You have"
    worth = values(summary.total.values)
    headline = (
        f"{whose} **{count(summary.total.count, 'open lead')}**{f' worth **{worth}**' if worth else ''}."
    )
    expected = whole(summary.forecast)
    forecast = f" Weighted by the chance of each stage, expect **{expected}**." if expected else ""
    return f"{headline}{forecast}\n\n{sums_tables(summary)}"
