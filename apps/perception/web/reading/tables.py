"""Tables of a page."""

from __future__ import annotations

from typing import Any

from apps.perception.web.pages import PageTable
from apps.perception.web.reading.blocks import squeezed

MAX_TABLES = 20
MAX_ROWS = 300
MAX_COLUMNS = 30


def tables_of(tree: Any) -> list[PageTable]:
    """Tables with at least two columns and two rows that are not there for layout (none inside of them)."""
    found: list[PageTable] = []
    for element in tree.iter("table"):
        if len(found) == MAX_TABLES:
            break
        if next(element.iterdescendants("table"), None) is not None:
            continue
        if (table := _table(element)) is not None:
            found.append(table)
    return found


def _table(element: Any) -> PageTable | None:
    rows = [cells for row in list(element.iter("tr"))[: MAX_ROWS + 1] if any(cells := _cells(row))]
    width = max((len(cells) for cells in rows), default=0)
    if width < 2 or len(rows) < 2:
        return None
    filled = [cells + [""] * (width - len(cells)) for cells in rows]
    caption = next((squeezed(" ".join(found.itertext())) for found in element.iter("caption")), "")
    return PageTable(caption=caption[:200], header=filled[0], rows=filled[1:])


def _cells(row: Any) -> list[str]:
    cells: list[str] = []
    for cell in row.iterchildren("td", "th"):
        text = squeezed(" ".join(cell.itertext()))[:500]
        span = cell.get("colspan", "1")
        cells += [text] + [""] * (min(int(span), MAX_COLUMNS) - 1 if span.isdecimal() and span != "0" else 0)
    return cells[:MAX_COLUMNS]
