"""What is in the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from apps.assistant.report_files import format_wanted, said_of
from apps.assistant.reporting import export_report
from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.core.markdown import Align, table
from apps.crm.narrowing import narrowed
from apps.crm.pipeline import PipelineSummary, Sums
from apps.crm.report_selectors.scope import owner_names, sees_others
from apps.crm.skills.asked_leads import (
    OwnerSlot,
    PlacesSlot,
    SourceSlot,
    StageSlot,
    StrangersSlot,
    unknown_names,
)
from apps.crm.tools import list_open_leads, summarise_pipeline
from apps.crm.wording import and_more, citation, count, lead_table, sums_tables, values, whole
from apps.reports.choices import Format

SHOWN = 20


class Slots(BaseModel):
    """Whose, from where, come to us how, at which stage; all open leads where nothing is said."""

    owner: OwnerSlot | None = None
    source: SourceSlot | None = None
    places: PlacesSlot | None = None
    stage: StageSlot | None = None
    strangers: StrangersSlot | None = None


@skill("pipeline_overview", slots=Slots)
def pipeline_overview(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Sums first; then the rows, for those who may see rows. The report where a file is asked for."""
    if slots.strangers:
        return SkillResult(text=unknown_names(slots.strangers))
    if kind := format_wanted(ctx.message):
        return _exported(ctx, slots, kind)
    if slots.places and len(slots.places) > 1:
        return SkillResult(text=_compared(ctx, slots, slots.places))
    place = slots.places[0] if slots.places else ""
    asked = _asked(slots, place)
    summary = ctx.call(summarise_pipeline, **asked)
    where = narrowed(**asked).words()
    team = summary.scope == "team"
    if not summary.total.count:
        return SkillResult(text=_nothing(team=team, where=where))
    text = sums(summary, where)
    if not ctx.user.has_perm("crm.view_lead"):
        return SkillResult(text=text, data=summary.model_dump(mode="json"))
    page = ctx.call(list_open_leads, limit=SHOWN, **asked)
    listed = lead_table(page.rows, user=ctx.user, with_owner=team)
    return SkillResult(
        text=f"{text}\n\n{listed}{and_more(page.total, len(page.rows), is_capped=page.is_capped)}",
        citations=[citation(row) for row in page.rows],
    )


def _exported(ctx: SkillContext, slots: Slots, kind: Format) -> SkillResult:
    """The report as a file, of one colleague or source; it says what else was asked for and is not kept."""
    owners = {name: str(key) for key, name in owner_names(ctx.user).items()} if sees_others(ctx.user) else {}
    said = {"owner": owners.get(slots.owner or "", ""), "source": slots.source or ""}
    filters = {name: str(value) for name, value in said.items() if value}
    made = ctx.call(
        export_report, report="sales_pipeline", format=kind, **({"filters": filters} if filters else {})
    )
    left = [*(slots.places or []), *([str(slots.stage.label)] if slots.stage else [])]
    note = (
        f"\n\nThe file is not narrowed to {' and '.join(left)}: it tells stages and places together."
        if left
        else ""
    )
    return SkillResult(
        text=f"{said_of(made)}{note}", citations=[made.citation], data=made.model_dump(mode="json")
    )


def _asked(slots: Slots, place: str) -> dict[str, Any]:
    """The conditions that are there, as the tools take them."""
    said = {"owner": slots.owner, "source": slots.source, "place": place, "stage": slots.stage}
    return {name: value for name, value in said.items() if value}


def _nothing(*, team: bool, where: str) -> str:
    if team:
        return f"There are no open leads{where} in the pipeline."
    return f"You have no open leads{where}."


def _compared(ctx: SkillContext, slots: Slots, countries: Sequence[str]) -> str:
    """The pipelines of countries side by side."""
    found = {name: ctx.call(summarise_pipeline, **_asked(slots, name)) for name in countries}
    columns: list[tuple[str, Align]] = [("Stage", "left"), *((name, "right") for name in countries)]
    stages = [list(summary.stages) for summary in found.values()]
    rows = [[str(row[0].status.label), *(_told(sums) for sums in row)] for row in zip(*stages, strict=True)]
    rows.append(["All open leads", *(_told(summary.total) for summary in found.values())])
    rows.append(["Forecast", *(whole(summary.forecast) for summary in found.values())])
    where = narrowed(**_asked(slots, "")).words()
    return f"The open leads{where} of {' and '.join(countries)}:\n\n{table(columns, rows)}"


def _told(sums: Sums) -> str:
    worth = values(sums.values)
    return f"{sums.count:,}{f' ({worth})' if worth else ''}"


def sums(summary: PipelineSummary, where: str = "") -> str:
    """Whose leads, how many, worth what, and what to expect of them; then by stage and representative."""
    whose = "The team has" if summary.scope == "team" else "You have"
    worth = values(summary.total.values)
    many = count(summary.total.count, "open lead")
    headline = f"{whose} **{many}**{where}{f' worth **{worth}**' if worth else ''}."
    expected = whole(summary.forecast)
    forecast = f" Weighted by the chance of each stage, expect **{expected}**." if expected else ""
    return f"{headline}{forecast}\n\n{sums_tables(summary)}"
