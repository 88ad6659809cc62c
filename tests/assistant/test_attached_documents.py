"""What is said about a document that is attached, and about the answer before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.accounts.models import User
from apps.artifacts.choices import Origin
from apps.artifacts.services import store
from apps.assistant.models import Run
from tests.assistant.test_routing_tables import TABLE
from tests.conftest import Cast

pytestmark = pytest.mark.django_db(transaction=True)

LETTER = """# Lease of the Bugis outlet

## 1. Rent

The monthly rent of the Bugis outlet is SGD 8,400.00 and is due on the first day of each month.
The landlord may raise the rent by 5 % once, from 1 March 2027.

## 2. Notice

Either party may end the lease with three months of written notice to the other party.
"""
MAIL = (
    "From: Ann <ann@wok.test>\nTo: us@mezzofy.test\nSubject: Delivery of the printers\n\n"
    "The twelve printers arrive on 2026-12-04 at the warehouse in Jurong.\n"
)


@pytest.fixture
def ask(turn: Callable[..., Run]) -> Callable[..., Run]:
    """`ask(user, "words", name, text)` is a turn with that file attached."""

    def with_file(
        user: User, body: str, name: str = "lease.md", text: str = LETTER, **options: object
    ) -> Run:
        file = store(owner=user, name=name, content=text.encode(), origin=Origin.UPLOADED)
        return turn(user, body, attachments=[file], **options)

    return with_file


@pytest.mark.parametrize(
    "body",
    ["what's in this?", "summarise this", "what is this about", "tl;dr", "总结一下", "apa isi fail ini?"],
)
def test_a_document_is_read_and_summarised(cast: Cast, ask: Callable[..., Run], body: str) -> None:
    run = ask(cast.owner, body)
    assert run.skill == "document_summary"
    for said in ("Lease of the Bugis outlet", "1. Rent", "SGD 8,400.00", "1 March 2027", "not checked"):
        assert said in run.text.replace("\\", "")


HTML_MAIL = (
    "From: Ann <ann@wok.test>\nTo: us@mezzofy.test\nSubject: Delivery of the printers\nMIME-Version: 1.0\n"
    "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    '<html><head><style>p {color: red}</style></head><body><table style=3D"width: 10px"><tr><td>'
    "<p>The twelve printers arrive on 2026-12-04 at the =\nwarehouse in Jurong.</p></td></tr></table>"
    "<p>Please pay SGD 120.50 to the caf=C3=A9.</p></body></html>\n"
)


def test_a_mail_of_html_alone_is_read_as_its_reader_sees_it(cast: Cast, ask: Callable[..., Run]) -> None:
    run = ask(cast.owner, "what's this?", "printers.eml", HTML_MAIL)
    text = run.text.replace("\\", "")
    assert "The twelve printers arrive on 2026-12-04 at the warehouse in Jurong." in text
    assert "Please pay SGD 120.50 to the café." in text
    for raw in ("<p>", "<td", "color: red", "=3D", "quoted-printable"):
        assert raw not in text


def test_the_reading_of_a_document_is_untrusted(cast: Cast, ask: Callable[..., Run]) -> None:
    run = ask(cast.owner, "summarise this")
    assert run.steps.get(name="digest_attachment").untrusted


def test_a_question_about_a_document_is_answered_from_it(cast: Cast, ask: Callable[..., Run]) -> None:
    run = ask(cast.owner, "how much notice must be given to end the lease?")
    assert run.skill == "document_summary"
    assert "three months of written notice" in run.text
    assert "8,400" not in run.text


def test_a_mail_is_named_by_its_subject(cast: Cast, ask: Callable[..., Run]) -> None:
    run = ask(cast.owner, "what's this?", "printers.eml", MAIL)
    assert "Delivery of the printers" in run.text
    assert "2026" in run.text
    assert "twelve printers" in run.text


def test_a_table_is_described_as_one(cast: Cast, ask: Callable[..., Run]) -> None:
    for body in ("what's in this?", "summarise this", "what is this about"):
        run = ask(cast.owner, body, "orders.csv", TABLE)
        assert run.skill == "data_analysis"
        assert "3 rows and 3 columns" in run.text


def test_a_wish_with_a_document_stays_with_its_skill(cast: Cast, ask: Callable[..., Run]) -> None:
    assert ask(cast.owner, "add this file to the knowledge base").skill == "remember_file"


SALES = "Campaign,Period,Units,Revenue\nSpring,2025-01,3.000000,10.50\nSummer,2025-02,9.000000,30.25\n"


def test_the_half_that_is_not_answered_is_said_and_the_measure_named(
    cast: Cast, ask: Callable[..., Run]
) -> None:
    run = ask(cast.owner, "which campaign sold most and in what period?", "sales.csv", SALES)
    assert "Not answered: “in what period”" in run.text
    assert "“Sold” is measured by “Units”" in run.text
    assert "ask “Campaign by Revenue”" in run.text
    assert "3.0" not in run.text
    whole = ask(cast.owner, "which campaign sold most, and by how much?", "sales.csv", SALES)
    assert "Not answered" not in whole.text


def test_a_share_stands_beside_its_amount(cast: Cast, ask: Callable[..., Run]) -> None:
    run = ask(
        cast.owner,
        "top 2 campaigns by revenue and their share",
        "sales.csv",
        f"{SALES}Summer,2025-03,1,10.00\n",
    )
    assert "40.25" in run.text
    assert "79.31 %" in run.text


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        ("export the sales pipeline report as Excel", ".xlsx"),
        ("sales pipeline report as PDF", ".pdf"),
    ],
)
def test_a_report_is_exported_as_the_file_that_was_asked_for(
    cast: Cast, turn: Callable[..., Run], body: str, ending: str
) -> None:
    run = turn(cast.manager, body)
    assert run.steps.get(name="export_report").result["file_name"].endswith(ending)
    assert "is attached as" in run.text


@pytest.mark.parametrize("body", ["make a chart of that", "as a pie chart", "can you draw this as a graph?"])
def test_a_chart_of_that_is_of_the_answer_before(
    cast: Cast, ask: Callable[..., Run], turn: Callable[..., Run], body: str
) -> None:
    first = ask(cast.owner, "total amount by outlet", "orders.csv", TABLE)
    after = turn(cast.owner, body, conversation=first.conversation)
    assert after.skill == "data_analysis"
    assert "by Outlet" in after.text
    chart = after.steps.get(name="chart_table")
    assert (
        chart.arguments["query"]["dimensions"]
        == first.steps.get(name="query_table").result["query"]["dimensions"]
    )
    assert "Attached:" in after.text
