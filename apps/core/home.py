"""What needs somebody today: each app declares its own sections, the home page shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from django.db.models import Model, QuerySet

from apps.core.registry import Registry

if TYPE_CHECKING:
    from apps.accounts.models import User

M = TypeVar("M", bound=Model)
Tone = Literal["", "info", "good", "warn", "bad", "muted"]

#: Rows of a section on the home page, and how many are looked at to say how many there are.
SHOWN = 6
LOOKED_AT = 20


@dataclass(frozen=True)
class AgendaRow:
    """One thing to do: `title` opens `url`. `note` stands below, `badge` beside it in the colour `tone`."""

    title: str
    url: str
    note: str = ""
    badge: str = ""
    tone: Tone = ""


@dataclass(frozen=True)
class Agenda:
    """The first rows of a section. `total` is a text ("3", "20+"); `url` opens all of them."""

    rows: tuple[AgendaRow, ...] = ()
    total: str = "0"
    url: str = ""


#: None: the section is not for this user.
Collect = Callable[["User", datetime], Agenda | None]


@dataclass(frozen=True)
class Section:
    """A declared section. `empty` is what it says when there is nothing to do; "" hides it then."""

    key: str
    title: Any
    order: int
    icon: str
    empty: Any
    collect: Collect = field(repr=False)


@dataclass(frozen=True)
class FilledSection:
    """A section with what it holds for one user."""

    section: Section
    agenda: Agenda


sections: Registry[Section] = Registry("home sections")


def agenda(*, key: str, title: Any, order: int, icon: str, empty: Any = "") -> Callable[[Collect], Collect]:
    """Declare a section of the home page; smaller `order` comes first. `icon` is a Material symbol.

    The function must stay cheap at a million rows: one or two bounded queries, see `bounded`.
    """

    def register(collect: Collect) -> Collect:
        sections.register(key, Section(key, title, order, icon, empty, collect))
        return collect

    return register


def agenda_of(user: User, now: datetime) -> list[FilledSection]:
    """The sections that are for `user`, in order; empty ones only where they say something."""
    filled = []
    for section in sorted(sections, key=lambda section: section.order):
        found = section.collect(user, now)
        if found is not None and (found.rows or section.empty):
            filled.append(FilledSection(section, found))
    return filled


def bounded(rows: QuerySet[M]) -> tuple[list[M], str]:
    """The first rows to show, and how many there are: "20+" when there are more than anybody counts."""
    return first_of(rows[: LOOKED_AT + 1])


def first_of(rows: Iterable[M]) -> tuple[list[M], str]:
    """As `bounded`, of rows that were read already (more than `LOOKED_AT` of them, if there are more)."""
    found = list(rows)
    total = f"{LOOKED_AT}+" if len(found) > LOOKED_AT else str(len(found))
    return found[:SHOWN], total
