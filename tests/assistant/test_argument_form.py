"""The form in which a person reads and edits the arguments of a call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils.datastructures import MultiValueDict

from apps.assistant.admin.argument_form import ArgumentsForm
from apps.assistant.toolkit import Tool, tools

Declared = Callable[..., Any]


@pytest.fixture
def letter(declare: Declared) -> Tool:
    """A tool with an argument of every kind."""

    @declare(permission=None)
    def write_letter(
        ctx: Any,
        *,
        to: list[str],
        subject: str,
        body: str,
        copies: int = 1,
        amount: Decimal | None = None,
        on: date | None = None,
        urgent: bool = False,
        options: dict[str, Any] | None = None,
    ) -> str:
        """Write a letter."""
        return subject

    found = tools.get("write_letter")
    assert found is not None
    return found


PROPOSED: dict[str, Any] = {
    "to": ["mei@golden.example", "tom@harbour.example"],
    "subject": "Stamps",
    "body": "Dear Mei,\n\nhello.\n",
    "copies": 2,
    "amount": "12.50",
}


def posted(form: ArgumentsForm, **changes: str) -> MultiValueDict[str, str]:
    """What a browser sends of the form as it is shown, with some fields changed."""
    values = {}
    for bound in form:
        value = bound.field.prepare_value(bound.initial) if bound.initial is not None else ""
        if isinstance(value, bool):
            if value:
                values[bound.html_name] = "on"
            continue
        values[bound.html_name] = str(value).replace("\n", "\r\n")
    values |= {f"arg-{name}": value for name, value in changes.items()}
    return MultiValueDict({name: [value] for name, value in values.items()})


def edited(tool: Tool, **changes: str) -> dict[str, Any] | None:
    form = ArgumentsForm(tool, PROPOSED, posted(ArgumentsForm(tool, PROPOSED), **changes))
    assert form.is_valid(), form.errors
    return form.edited()


def test_a_form_sent_back_unchanged_is_no_edit(letter: Tool) -> None:
    assert edited(letter) is None


def test_one_changed_text_is_the_only_difference(letter: Tool) -> None:
    found = edited(letter, subject="Stamps for Chinese New Year")
    assert found == {**PROPOSED, "subject": "Stamps for Chinese New Year"}


def test_recipients_are_lines(letter: Tool) -> None:
    found = edited(letter, to="mei@golden.example\r\n\r\n  new@golden.example  ")
    assert found is not None
    assert found["to"] == ["mei@golden.example", "new@golden.example"]


def test_what_was_left_out_can_be_given_and_otherwise_stays_out(letter: Tool) -> None:
    found = edited(letter, on="2026-12-01")
    assert found is not None
    assert found["on"] == "2026-12-01"
    assert "urgent" not in found
    assert "options" not in found


def test_structures_are_json_and_mistakes_in_them_are_told(letter: Tool) -> None:
    found = edited(letter, options='{"paper": "A4"}')
    assert found is not None
    assert found["options"] == {"paper": "A4"}
    form = ArgumentsForm(letter, PROPOSED, posted(ArgumentsForm(letter, PROPOSED), options="{paper: A4}"))
    assert not form.is_valid()
    assert "options" in form.errors


def test_the_tool_accepts_what_the_form_gives(letter: Tool) -> None:
    found = edited(letter, amount="99.90", copies="3", on="2026-12-01")
    assert found is not None
    arguments: Any = letter.arguments.model_validate(found)
    assert (arguments.amount, arguments.copies, arguments.on) == (Decimal("99.90"), 3, date(2026, 12, 1))
