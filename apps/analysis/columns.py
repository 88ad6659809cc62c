"""What a column of a table is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["integer", "decimal", "date", "datetime", "boolean", "text"]
NUMBERS = ("integer", "decimal")
DATES = ("date", "datetime")
#: The number of a row as a spreadsheet shows it. Headings of this name are renamed.
ROW = "Row no."


@dataclass(frozen=True)
class Unreadable:
    """A cell that does not fit its column."""

    row: int
    text: str


@dataclass(frozen=True)
class Column:
    """A column with its type and how its cells fared: filled + blank + unreadable = rows.

    `unit` is %, an ISO code or "". `currency_column` names the column that says in which currency each amount
    is, when there are several. `scale` is the number of decimals. `notes` are sentences for the reader.
    """

    name: str
    kind: Kind
    unit: str = ""
    currency_column: str = ""
    scale: int = 0
    filled: int = 0
    blank: int = 0
    unreadable: int = 0
    examples: tuple[Unreadable, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def is_number(self) -> bool:
        """Whether it can be added up."""
        return self.kind in NUMBERS

    @property
    def is_date(self) -> bool:
        """Whether it can be cut into months and the like."""
        return self.kind in DATES


def unique_names(headings: tuple[str, ...]) -> list[str]:
    """A name for every column: empty headings by their place, repeated ones with a number behind."""
    taken, names = {ROW.casefold()}, []
    for place, heading in enumerate(headings, 1):
        base = heading or f"Column {place}"
        name, number = base, 1
        while name.casefold() in taken:
            number += 1
            name = f"{base} ({number})"
        taken.add(name.casefold())
        names.append(name)
    return names
