"""Finding the row that names the columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: How far down titles and notes above a table may reach.
SEARCHED_ROWS = 20

_NUMBER = re.compile(r"[-+]?[\d.,\s]*\d[\d.,\s]*%?")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")


def find_header(rows: Sequence[tuple[str, ...]]) -> int | None:
    """Index of the heading row among the first rows of a table; None when the first full row is data.

    A title above the table (often one merged cell) fills fewer than half of the columns; the headings fill
    more. Addresses, numbers and dates are not headings.
    """
    filled = [sum(1 for cell in row if cell) for row in rows[:SEARCHED_ROWS]]
    if not filled or max(filled) == 0:
        return None
    index = next(index for index, count in enumerate(filled) if count * 2 > max(filled))
    return None if looks_like_data(rows[index]) else index


def looks_like_data(cells: Sequence[str]) -> bool:
    """True for a row with an e-mail address, or of which half or more are numbers and dates."""
    texts = [cell for cell in cells if cell]
    if any(_ADDRESS.fullmatch(text) for text in texts):
        return True
    values = sum(1 for text in texts if _NUMBER.fullmatch(text) or _DATE.fullmatch(text))
    return values * 2 >= len(texts)
