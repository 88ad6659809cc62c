"""Values, changes and whole answers in words: the same on the page, in files and for a model."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.core.markdown import Align, escape, table
from apps.core.periods import Period
from apps.core.reporting import Column, Dataset, Tile
from apps.core.reporting.findings import Kind, Value
from apps.documents import content
from apps.documents.numbers import duration, plain, with_unit
from apps.reports.answers import Answer

Mood = Literal["good", "bad", "neutral"]
_CELLS: dict[Kind, content.ColumnKind] = {
    "text": "text", "count": "number", "number": "number", "tokens": "number", "money": "money",
    "percent": "percent", "seconds": "seconds", "day": "date", "moment": "date",
}  # fmt: skip
#: What a summary says of a dataset.
_SUMMARY_ROWS = 8


def heading(column: Column) -> str:
    """The label, with the currency of the amounts below it."""
    return f"{column.label} ({column.unit})" if column.unit else column.label


def document_column(column: Column) -> content.Column:
    """The column as files know it; the unit stands in its heading."""
    return content.Column(heading(column), _CELLS[column.kind])


def local(value: Value, zone: str) -> Value:
    """A moment on the clock of `zone`; anything else as it is."""
    return value.astimezone(ZoneInfo(zone)) if isinstance(value, datetime) and value.tzinfo else value


def cell_text(column: Column, value: Value, zone: str) -> str:
    """The value as a reader sees it in a table."""
    return content.cell_text(document_column(column), local(value, zone))


def tile_text(tile: Tile, value: Value, zone: str) -> str:
    """The value of a tile with its unit."""
    if isinstance(value, int | Decimal):
        return number_text(value, tile.kind, tile.unit)
    return content.cell_text(content.Column("", _CELLS[tile.kind]), local(value, zone))


def number_text(value: int | Decimal, kind: Kind, unit: str) -> str:
    """A number that stands alone, with its unit."""
    if kind == "seconds":
        return duration(value)
    units = {"percent": "%", "tokens": _("tokens"), "money": unit}
    return with_unit(value, units.get(kind, unit))


def change(tile: Tile) -> Decimal | None:
    """By how much it moved, in its own unit; None when it is not compared."""
    if not isinstance(tile.value, int | Decimal) or not isinstance(tile.previous, int | Decimal):
        return None
    return Decimal(tile.value) - Decimal(tile.previous)


def change_percent(tile: Tile) -> Decimal | None:
    """By how much it moved, in per cent of before; None when that was zero, or it is not compared."""
    moved = change(tile)
    if moved is None or not tile.previous:
        return None
    return (100 * moved / abs(Decimal(str(tile.previous)))).quantize(Decimal("0.1"))


def change_text(tile: Tile) -> str:
    """With an arrow, because colour alone is not read by everyone. Percentages move by points."""
    moved = change(tile)
    if moved is None:
        return ""
    if not moved:
        return _("no change")
    arrow = "▲" if moved > 0 else "▼"
    if tile.kind == "percent":
        return f"{arrow} {plain(abs(moved), 1)} {_('points')}"
    share = change_percent(tile)
    if share is None:
        return f"{arrow} {_('from nothing')}"
    return f"{arrow} {plain(abs(share), 1)} %"


def mood(tile: Tile) -> Mood:
    """Whether the change is good news."""
    moved = change(tile)
    if not moved or tile.better == "none":
        return "neutral"
    return "good" if (moved > 0) == (tile.better == "up") else "bad"


def before_text(tile: Tile, before: Period | None, zone: str) -> str:
    """What it was in the days `before`, which it names; empty when it is not compared."""
    if tile.previous is None:
        return ""
    days = before.brief if before else _("before")
    return _("%(days)s: %(value)s") % {"days": days, "value": tile_text(tile, tile.previous, zone)}


def headings_of_days(answer: Answer) -> tuple[str, str]:
    """What to write over the figures and over those they are compared with: the days of each."""
    if answer.counted is None or answer.compared_with is None:
        return _("Value"), _("Before")
    return answer.counted.brief, answer.compared_with.brief


def span_lines(answer: Answer) -> list[str]:
    """Of when the answer is, comparison and zone, a sentence each."""
    if answer.period is None:
        return [f"{capfirst(answer.span)} ({answer.zone})."]
    found = [_("Period: %(period)s.") % {"period": answer.period}]
    if answer.compared_with:
        found.append(_("Compared with %(period)s.") % {"period": answer.compared_with})
        if answer.is_running:
            so_far = _("The period is not over: it is %(days)s so far, and compared with as many days.")
            found.append(so_far % {"days": answer.counted.brief if answer.counted else ""})
    return [*found, _("Days begin at midnight in %(zone)s.") % {"zone": answer.zone}]


def asked_lines(answer: Answer) -> list[str]:
    """Those lines, and the filters in force."""
    return [*span_lines(answer), *(f"{label}: {value}." for label, value in answer.restrictions)]


def summary_text(answer: Answer) -> str:
    """The answer in Markdown for a mail or a chat: highlights, figures, the first rows of the tables."""
    head = f"**{escape(str(answer.report.title))}**. {escape(' '.join(asked_lines(answer)), 600)}"
    moved = "\n".join(f"- {escape(line, 400)}" for line in answer.findings.highlights)
    rows = [_tile_row(tile, answer.zone) for tile in answer.findings.tiles]
    days: list[tuple[str, Align]] = [(heading, "right") for heading in headings_of_days(answer)]
    columns: list[tuple[str, Align]] = [(_("Figure"), "left"), *days, (_("Change"), "right")]
    tiles = table(columns, rows) if rows else ""
    tables = [] if rows else [dataset_text(dataset, answer.zone) for dataset in answer.findings.datasets[:3]]
    return "\n\n".join(part for part in (head, moved, tiles, *tables) if part)


def dataset_text(dataset: Dataset, zone: str, *, limit: int = _SUMMARY_ROWS) -> str:
    """A dataset as a Markdown table of at most `limit` rows, under its title."""
    columns: list[tuple[str, Align]] = [
        (escape(heading(column)), "right" if column.is_numeric else "left") for column in dataset.columns
    ]
    rows = [
        [
            escape(cell_text(column, value, zone))
            for column, value in zip(dataset.columns, row.values, strict=True)
        ]
        for row in dataset.rows[:limit]
    ]
    more = len(dataset.rows) - len(rows)
    rest = "\n\n" + _("… and %(count)d more rows.") % {"count": more} if more else ""
    if not rows:
        return f"**{escape(dataset.title)}**\n\n{escape(dataset.empty or _('Nothing to show.'))}"
    return f"**{escape(dataset.title)}**\n\n{table(columns, rows)}{rest}"


def _tile_row(tile: Tile, zone: str) -> list[str]:
    label = f"{tile.group}: {tile.label}" if tile.group else tile.label
    before = "" if tile.previous is None else tile_text(tile, tile.previous, zone)
    return [
        escape(label),
        escape(tile_text(tile, tile.value, zone)),
        escape(before),
        escape(change_text(tile)),
    ]
