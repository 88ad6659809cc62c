"""The text of one cell."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from functools import singledispatch

# Tabs and line ends are content; other control characters are noise that a database refuses.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """Without control characters, marks and outer white space; line ends as `\\n`."""
    text = text.strip()
    if not text.isprintable():
        text = _CONTROLS.sub("", text).replace("\r\n", "\n").replace("\r", "\n").strip()
    return text


def cell_text(value: object) -> str:
    """A workbook's value as text; see `Table` for the forms."""
    return "" if value is None else _text(value)


@singledispatch
def _text(value: object) -> str:
    return clean_text(str(value))


@_text.register
def _(value: bool) -> str:
    return "TRUE" if value else "FALSE"


@_text.register
def _(value: float) -> str:
    if value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    return format(Decimal(repr(value)), "f")


@_text.register
def _(value: datetime) -> str:
    midnight = value.time() == time.min
    return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")


@_text.register(date)
@_text.register(time)
def _(value: date | time) -> str:
    return value.isoformat()
