"""What became of leads: won, lost, come in; in which days, by whom, from where and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from apps.accounts.models import User
from apps.assistant.skillkit import SkillContext, SkillResult, skill
from apps.assistant.slots import SlotSpec
from apps.assistant.slots.extraction import Source
from apps.assistant.slots.periods import period
from apps.assistant.slots.types import PeriodValue
from apps.core.markdown import Align, escape, table
from apps.core.periods import Period, local_today
from apps.crm.counting import GroupedBy, LeadCounts
from apps.crm.narrowing import Measure, narrowed
from apps.crm.selectors import LeadRow
from apps.crm.skills.asked_leads import (
    OwnerSlot,
    PlacesSlot,
    SourceSlot,
    StrangersSlot,
    is_mine,
    unknown_names,
)
from apps.crm.tools import count_leads, list_leads
from apps.crm.wording import and_more, citation, count, day, money, values

SHOWN = 20
_WORDS: dict[Measure, re.Pattern[str]] = {
    "won": re.compile(r"\b(?:won|wins?|winning|closed deals|signed|menang|dimenangi)\b|赢|成交|签"),
    "lost": re.compile(r"\b(?:lost|lose|losing|losses|kalah|hilang|kehilangan)\b|输|丢|失去|流失"),
    "new": re.compile(r"\b(?:new|came in|come in|got|leads by|leads per|baharu|baru|masuk)\b|新|来源"),
}
_BY: dict[GroupedBy, re.Pattern[str]] = {
    "reason": re.compile(r"\b(?:why|reasons?|mengapa|kenapa|sebab)\b|为什么|原因"),
    "source": re.compile(r"\b(?:by|per|each|which|what|best) (?:lead )?sources?\b|\bsumber\b|来源|渠道"),
    "owner": re.compile(
        r"\b(?:who|(?:by|per|each|top|best) (?:sales )?(?:rep|reps|person|owner|colleague)s?|siapa)\b|谁"
    ),
}
_COMPARED = re.compile(
    r"\b(?:compared?|versus|vs|than (?:last|the)|against last|berbanding)\b|相比|比较|对比"
)
_BEFORE = re.compile(
    r"\b(?:last|previous) (week|month|quarter|year)\b|上(?:个)?(周|月|季)"
    r"|(minggu|bulan|suku|tahun) l(?:epas|alu)"
)
_THIS = {
    "week": "this week", "周": "this week", "minggu": "this week", "month": "this month", "月": "this month",
    "bulan": "this month", "quarter": "this quarter", "季": "this quarter", "suku": "this quarter",
    "year": "this year", "tahun": "this year",
}  # fmt: skip
TITLES: dict[Measure, str] = {"new": "came in", "won": "won", "lost": "lost", "open": "open"}


def _measure(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    said = [name for name, words in _WORDS.items() if words.search(source.text.casefold())]
    is_won = said[:1] == ["won"] and "lost" not in said
    return said[0] if len(said) == 1 or is_won else None


def _by(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    return next((by for by, words in _BY.items() if words.search(source.text.casefold())), None)


def _period(source: Source, is_asked: bool) -> dict[str, str] | None:  # noqa: ARG001
    """The days that are asked about; of a comparison "with last quarter", those of this quarter."""
    text = source.text.casefold()
    before = _BEFORE.search(text)
    if before and _COMPARED.search(text):
        text = _THIS[next(filter(None, before.groups()))]
    found = period(text, source.today)
    return {"start": found[0].isoformat(), "last_day": found[1].isoformat()} if found else None


def _compares(source: Source, is_asked: bool) -> bool:  # noqa: ARG001
    return bool(_COMPARED.search(source.text.casefold()))


class Slots(BaseModel):
    """What, when, whose, from where, put together how."""

    measure: (
        Annotated[
            Literal["won", "lost", "new"], SlotSpec("choice", find=_measure), Field(description="Which.")
        ]
        | None
    ) = None
    period: Annotated[PeriodValue, SlotSpec("period", find=_period), Field(description="Days.")] | None = None
    by: (
        Annotated[
            Literal["owner", "source", "reason"], SlotSpec("choice", find=_by), Field(description="Groups.")
        ]
        | None
    ) = None
    compared: Annotated[
        bool, SlotSpec("choice", find=_compares), Field(description="With the days before.")
    ] = False
    owner: OwnerSlot | None = None
    source: SourceSlot | None = None
    places: PlacesSlot | None = None
    strangers: StrangersSlot | None = None


@skill("sales_results", slots=Slots)
def sales_results(ctx: SkillContext, slots: Slots) -> SkillResult:
    """One figure with its groups or rows; all three, or the days before beside them, as a table."""
    if slots.strangers:
        return SkillResult(text=unknown_names(slots.strangers))
    asked = _conditions(slots, ctx)
    if slots.measure is None or slots.compared or len(slots.places or []) > 1:
        return SkillResult(text=_side_by_side(ctx, slots, asked))
    counts = ctx.call(count_leads, measure=slots.measure, by=slots.by or "", **asked, **_days(slots.period))
    head = headline(slots.measure, counts, slots, asked["owner"], ctx.user)
    if not counts.total.count:
        return SkillResult(text=head)
    if slots.by:
        head += f"\n\n{_groups(slots.by, counts)}"
    if not ctx.user.has_perm("crm.view_lead") or slots.by in {"owner", "source"}:
        return SkillResult(text=head, data=counts.model_dump(mode="json"))
    page = ctx.call(list_leads, measure=slots.measure, limit=SHOWN, **asked, **_days(slots.period))
    more = and_more(page.total, len(page.rows), is_capped=page.is_capped)
    listed = _rows(page.rows, slots.measure, ctx.user)
    return SkillResult(text=f"{head}\n\n{listed}{more}", citations=[citation(row) for row in page.rows])


def _conditions(slots: Slots, ctx: SkillContext) -> dict[str, str]:
    owner = slots.owner or (ctx.user.name if is_mine(ctx.message, ctx.user) else "")
    one = slots.places[0] if slots.places and len(slots.places) == 1 else ""
    return {"owner": owner, "place": one, **({"source": slots.source} if slots.source else {})}


def _days(span: PeriodValue | None) -> dict[str, object]:
    return {"first": span.start, "last": span.last_day} if span else {}


def headline(measure: Measure, counts: LeadCounts, slots: Slots, owner: str, user: User) -> str:
    """How many, worth what, and under which conditions."""
    one = slots.places[0] if slots.places else ""
    where = narrowed(owner, slots.source, one).words()
    when = f" from {slots.period.period(user.timezone)}" if slots.period else " at any time"
    if slots.period and slots.period.start == slots.period.last_day:
        when = f" on {slots.period.period(user.timezone)}"
    scope = (
        ""
        if owner or user.has_perm("crm.view_all_leads") or not user.has_perm("crm.view_lead")
        else " of yours"
    )
    total = counts.total
    verb = "came in" if measure == "new" else f"{'was' if total.count == 1 else 'were'} {measure}"
    if not total.count:
        return f"No lead{scope}{where} {'came in' if measure == 'new' else f'was {measure}'}{when}."
    worth = values(total.values)
    many = f"**{count(total.count, 'lead')}**{scope}{where}"
    return f"{many} {verb}{when}{f', worth **{worth}**' if worth else ''}."


def _groups(by: GroupedBy, counts: LeadCounts) -> str:
    heading = {"owner": "Rep", "source": "Source", "reason": "Reason"}[by]
    columns: list[tuple[str, Align]] = [(heading, "left"), ("Leads", "right"), ("Value", "right")]
    rows = [(escape(group.label, 60), f"{group.count:,}", values(group.values)) for group in counts.groups]
    return table(columns, rows)


def _rows(rows: Sequence[LeadRow], measure: Measure, user: User) -> str:
    with_owner = user.has_perm("crm.view_all_leads")
    columns: list[tuple[str, Align]] = [("Lead", "left"), ("Value", "right")]
    columns += [("Came in as", "left")] if measure == "new" else [("Closed", "left")]
    columns += [("Why", "left")] if measure == "lost" else []
    columns += [("Rep", "left")] if with_owner else []
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = [f"{escape(row.company, 60)} [{number}]", money(row.value, row.currency)]
        cells.append(escape(row.source, 20) if measure == "new" else day(row.closed_at, user))
        cells += [escape(row.lost_because, 120)] if measure == "lost" else []
        lines.append([*cells, escape(row.owner, 40)] if with_owner else cells)
    return table(columns, lines)


def _side_by_side(ctx: SkillContext, slots: Slots, asked: dict[str, str]) -> str:
    """The measures as rows; the days and the days before, or the countries, as columns."""
    spans = _spans(slots, ctx.user)
    countries = slots.places if slots.places and len(slots.places) > 1 else [asked["place"]]
    columns = [(span, country) for span in spans for country in countries]
    headings: list[tuple[str, Align]] = [("Leads", "left")]
    headings += [(_heading(span, country, several=len(countries) > 1), "right") for span, country in columns]
    measures: tuple[Measure, ...] = (slots.measure,) if slots.measure else ("new", "won", "lost")
    lines = [
        [
            TITLES[measure].capitalize(),
            *(_cell(ctx, measure, asked | {"place": country}, span) for span, country in columns),
        ]
        for measure in measures
    ]
    where = narrowed(asked["owner"], slots.source, asked["place"]).words()
    note = (
        "\n\nOf the days before, only as many are counted as have passed of these."
        if len(spans) > 1 and spans[0] and spans[0].last_day > local_today(ctx.user.timezone)
        else ""
    )
    return f"What became of the leads{where}:\n\n{table(headings, lines)}{note}"


def _spans(slots: Slots, user: User) -> list[Period | None]:
    if slots.period is None:
        return (
            [Period.quarter_of(local_today(user.timezone), user.timezone)]
            if not slots.compared
            else _quarters(user)
        )
    span = slots.period.period(user.timezone)
    return [span, span.before(local_today(user.timezone))] if slots.compared else [span]


def _quarters(user: User) -> list[Period | None]:
    today = local_today(user.timezone)
    span = Period.quarter_of(today, user.timezone)
    return [span, span.before(today)]


def _heading(span: Period | None, country: str, *, several: bool) -> str:
    return f"{country}, {span}" if several else str(span)


def _cell(ctx: SkillContext, measure: Measure, asked: dict[str, str], span: Period | None) -> str:
    days = {"first": span.start, "last": span.last_day} if span else {}
    total = ctx.call(count_leads, measure=measure, **asked, **days).total
    worth = values(total.values)
    return f"{total.count:,}{f' ({worth})' if worth else ''}"
