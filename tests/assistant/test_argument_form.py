"""The form in which a person reads and edits the arguments of a call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.utils.datastructures import MultiValueDict

from apps.artifacts.services import store
from apps.assistant.admin.argument_form import ArgumentsForm, Fixed
from apps.assistant.toolkit import Tool, Touched, tools
from apps.crm.choices import LeadStatus
from tests.conftest import Cast

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


@pytest.mark.parametrize(
    "typed",
    [
        "mei@golden.example, new@golden.example",
        "mei@golden.example;new@golden.example ,",
        "mei@golden.example\r\n\r\n  new@golden.example  ",
    ],
)
def test_recipients_are_one_line(letter: Tool, typed: str) -> None:
    assert isinstance(ArgumentsForm(letter, PROPOSED).fields["to"].widget, forms.TextInput)
    found = edited(letter, to=typed)
    assert found is not None
    assert found["to"] == ["mei@golden.example", "new@golden.example"]


def test_what_was_left_out_can_be_given_and_otherwise_stays_out(letter: Tool) -> None:
    found = edited(letter, on="2026-12-01")
    assert found is not None
    assert found["on"] == "2026-12-01"
    assert "urgent" not in found
    assert "options" not in found


def test_a_word_out_of_a_few_is_chosen(declare: Declared) -> None:
    @declare(permission=None)
    def paint(ctx: Any, *, colour: LeadStatus, again: LeadStatus | None = None) -> str:
        """Paint."""
        return colour

    tool = tools.get("paint")
    assert tool is not None
    form = ArgumentsForm(tool, {"colour": "new"})
    assert [type(field.widget) for field in form.fields.values()] == [forms.Select, forms.Select]
    assert ("", "–") in form.fields["again"].choices  # type: ignore[attr-defined]
    assert ("", "–") not in form.fields["colour"].choices  # type: ignore[attr-defined]

    def given(**data: str) -> dict[str, Any] | None:
        sent = MultiValueDict({f"arg-{name}": [value] for name, value in data.items()})
        return _edit(ArgumentsForm(tool, {"colour": "new"}, sent))

    assert given(colour="new", again="") is None
    assert given(colour="contacted", again="") == {"colour": "contacted"}
    assert given(colour="new", again="contacted") == {"colour": "new", "again": "contacted"}


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


@pytest.fixture
def parcel(declare: Declared) -> Tool:
    """A tool that is about a row and takes files with it."""

    @declare(permission=None)
    def send_parcel(
        ctx: Any,
        *,
        lead_id: str,
        message_id: str = "",
        artifact_ids: list[str] | None = None,
        label: str = "",
    ) -> str:
        """Send a parcel."""
        return label

    found = tools.get("send_parcel")
    assert found is not None
    return found


@pytest.mark.django_db
def test_files_have_names_and_may_be_left_out_and_ids_stay_as_they_were(cast: Cast, parcel: Tool) -> None:
    offer, secret = (
        store(owner=owner, name=name, content=b"x")
        for owner, name in ((cast.owner, "offer.pdf"), (cast.outsider, "secret.pdf"))
    )
    proposed = {
        "lead_id": "l-1", "message_id": "AAMk", "artifact_ids": [str(offer.pk), str(secret.pk)], "label": "a",
    }  # fmt: skip
    lead = Touched(model="crm.lead", id="l-1", version="", label="Golden Wok", url="/lead")

    def form(**data: Any) -> ArgumentsForm:
        given = MultiValueDict({f"arg-{name}": value for name, value in data.items()}) if data else None
        return ArgumentsForm(parcel, proposed, given, user=cast.owner, touches=[lead])

    shown = form()
    assert shown.fixed == [Fixed("Lead", "Golden Wok", "/lead")]
    assert list(shown.fields) == ["artifact_ids", "label"]
    html = shown.as_p()
    assert "offer.pdf</a>" in html
    assert "A file that you may not see" in html
    assert "secret.pdf" not in html
    for raw in ("l-1", "AAMk"):
        assert raw not in html

    assert _edit(form(artifact_ids=proposed["artifact_ids"], label=["a"])) is None
    left_out = _edit(form(artifact_ids=[str(secret.pk)], label=["a"]))
    assert left_out == {**proposed, "artifact_ids": [str(secret.pk)]}
    assert not form(artifact_ids=["another"], label=["a"]).is_valid()


def _edit(form: ArgumentsForm) -> dict[str, Any] | None:
    assert form.is_valid(), form.errors
    return form.edited()
