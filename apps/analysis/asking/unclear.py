"""Asking back: what was understood, one question, and whole questions to choose from."""

from __future__ import annotations

from dataclasses import dataclass, field

from apps.analysis.asking.mentions import main_number
from apps.analysis.asking.roles import Roles
from apps.analysis.profiles import TableProfile


@dataclass(frozen=True)
class Unclear:
    """What was understood, one question back, and whole questions to choose from."""

    understood: str
    question: str
    choices: list[str] = field(default_factory=list)


def not_understood(word: str, number: str, name: str, profile: TableProfile) -> Unclear:
    """A word that should be a column, a number, or a name: nothing was made of it."""
    if word:
        return Unclear(f"I found no column for “{word}”.", "Which one do you mean?", choices(profile))
    if name:
        return Unclear(
            f"“{name}” is neither a column nor a value of this table.",
            "What shall I compute?",
            choices(profile),
        )
    return Unclear(
        f"I do not know what “{number}” limits. I read, for example, “Amount over 100”, “between 50 and 100” "
        "and “top 5”.",
        "What shall I compute?",
        choices(profile),
    )


def no_number(profile: TableProfile) -> Unclear:
    """A number should be computed, and nothing says which."""
    names = ", ".join(f"“{column.name}”" for column in profile.columns[:20])
    return Unclear(f"The table has {names}.", "Which number should I compute?", choices(profile))


def which_column(roles: Roles, profile: TableProfile) -> Unclear:
    """A word that may be several columns."""
    word, columns = roles.doubt[0]
    names = [column.name for column in columns]
    listed = ", ".join(f"“{name}”" for name in names)
    return Unclear(f"“{word}” may be {listed}.", "Which column do you mean?", choices(profile, names))


def choices(profile: TableProfile, names: list[str] | None = None) -> list[str]:
    """Whole questions that this table can answer."""
    main = main_number(profile)
    numbers = [column.name for column in profile.columns if column.is_number]
    if main is not None:
        numbers = [main.name, *(name for name in numbers if name != main.name)]
    groups = [
        column.name
        for column in profile.columns
        if column.kind == "text" and 1 < column.distinct < profile.rows
    ]
    dates = [column.name for column in profile.columns if column.is_date]
    by = f" by {groups[0]}" if groups else " per month" if dates else ""
    if names:
        return [f"total {name}{by}" if name in numbers else f"number of rows by {name}" for name in names][:4]
    found = [f"total {name}{by}" for name in numbers[:2]]
    found += [f"average {numbers[0]} per month"] if numbers and dates else []
    return [*found, *(f"number of rows by {name}" for name in groups[:1]), "describe this file"]
