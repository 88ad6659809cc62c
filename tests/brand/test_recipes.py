"""Proposals, texts, decks and tables from today's data."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook
from pptx import Presentation
from pypdf import PdfReader

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.artifacts.services import open_bytes
from apps.brand.recipes.arguments import ProposalArguments
from apps.brand.recipes.proposals import lines_of
from apps.brand.services import lint_file
from apps.core.errors import Invalid
from apps.documents import services
from apps.documents.comparison import compare
from apps.knowledge import selectors
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
SECTIONS = [
    {
        "title": "Where you stand",
        "paragraphs": ["Twelve outlets & <b>quiet</b> Tuesdays."],
        "points": ["Stamps at the table"],
        "columns": ["Month", "Step"],
        "rows": [["May", "Pilot"]],
    }
]
OFFER = {"company": "ABC Restaurant Group", "plan": "growth"}


def made(user: User, recipe: str, **arguments: Any) -> Artifact:
    return services.make(user=user, recipe=recipe, arguments=arguments, now=timezone.now())


def text_of(artifact: Artifact) -> str:
    with open_bytes(artifact) as stream:
        content = stream.read()
    if artifact.kind == "pdf":
        return " ".join(
            " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split()
        )
    if artifact.kind == "docx":
        document = Document(io.BytesIO(content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return " ".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    return content.decode()


@pytest.mark.parametrize("look", ["report", "playbook"])
@pytest.mark.parametrize("form", ["pdf", "docx", "md"])
def test_a_document_says_what_it_was_given(cast: Cast, look: str, form: str) -> None:
    artifact = made(
        cast.owner,
        "document",
        title="A plan",
        format=form,
        look=look,
        sections=SECTIONS,
        sources=["Price book"],
    )
    said = text_of(artifact)
    assert artifact.name == f"a-plan.{form}"
    for words in (
        "Where you stand",
        "Twelve outlets & <b>quiet</b> Tuesdays.",
        "Stamps at the table",
        "Pilot",
        "Price book",
    ):
        assert words in said
    assert artifact.lineage.template_version is not None


@pytest.mark.parametrize("form", ["pdf", "docx", "md"])
def test_a_proposal_has_the_prices_of_the_price_book(cast: Cast, form: str) -> None:
    artifact = made(
        cast.owner,
        "proposal",
        **OFFER,
        format=form,
        discount_percent=5,
        add_ons=[{"id": "extra_outlet", "quantity": 2}, {"id": "training_day"}],
    )
    said = text_of(artifact)
    plan = selectors.pricing().plan("growth")
    total = plan.annual * Decimal("0.95") + plan.setup_fee + 2 * 15 * 12 + 800
    assert f"SGD {total:,.2f}" in said
    assert "GST" in said
    assert [item for item in lint_file(artifact) if item.severity == "block"] == []


def test_lines_multiply_what_is_paid_by_the_month_and_add_what_is_paid_once() -> None:
    arguments = ProposalArguments(
        company="A",
        plan="scale",
        billing="monthly",
        add_ons=[{"id": "white_label"}],  # type: ignore[list-item]
    )
    amounts = [line.yearly for line in lines_of(selectors.pricing(), arguments)]
    assert amounts == [690 * 12, 1500, 350 * 12 + 2500]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"add_ons": [{"id": "nothing"}]}, "There is no add-on"),
        ({"plan": "starter", "add_ons": [{"id": "white_label"}]}, "not available on the plan"),
        ({"discount_percent": 16}, "discount_percent"),
        ({"plan": "gold"}, "plan"),
    ],
)
def test_offers_that_we_do_not_make_are_refused(cast: Cast, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        made(cast.owner, "proposal", **{**OFFER, **wrong})


def test_a_proposal_made_again_shows_the_new_price(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    old = made(cast.owner, "proposal", **OFFER, format="md")
    book = selectors.pricing()
    dearer = tuple(
        plan.model_copy(update={"annual": Decimal("2600.00")}) if plan.id == "growth" else plan
        for plan in book.plans
    )
    monkeypatch.setattr(selectors, "pricing", lambda: book.model_copy(update={"plans": dearer}))
    new = services.regenerate(user=cast.owner, artifact=old, now=timezone.now())
    changes = compare(old.lineage.snapshot, new.lineage.snapshot)
    prices = next(table for table in changes.tables if table.title == "Prices")
    changed = {row.cells[0].after: row.cells[2].after for row in prices.rows if row.change == "changed"}
    assert changed == {"Growth plan": "SGD 2,600.00", "First year": "SGD 3,100.00"}


@pytest.mark.parametrize(("language", "words"), [("zh", "优惠券"), ("ms", "Kupon digital")])
def test_website_copy_is_written_in_the_language_of_its_readers(
    cast: Cast, language: str, words: str
) -> None:
    artifact = made(cast.owner, "website_copy", product="coupons", language=language, format="md")
    text = text_of(artifact)
    assert words in text
    assert "Who it is for" not in text
    assert [item for item in lint_file(artifact) if item.severity == "block"] == []


def test_website_copy_comes_from_the_data_of_the_product(cast: Cast) -> None:
    artifact = made(cast.owner, "website_copy", product="Digital Coupons")
    said = text_of(artifact)
    product = selectors.products()[0]
    assert artifact.kind == "docx"
    for words in (
        product.tagline,
        product.benefits[0],
        "SGD 89 a month",
        "digital-coupons",
        "Book a walk-through",
    ):
        assert words in said
    with pytest.raises(Invalid, match="There are: coupons"):
        made(cast.owner, "website_copy", product="teapots")


def test_the_overview_has_every_product_and_price(cast: Cast) -> None:
    artifact = made(cast.owner, "overview_deck", audience="hotels")
    with open_bytes(artifact) as stream:
        slides = Presentation(io.BytesIO(stream.read())).slides
    words = " ".join(
        text
        for slide in slides
        for shape in slide.shapes
        for text in (
            [shape.text_frame.text]
            if shape.has_text_frame
            else [cell.text for row in shape.table.rows for cell in row.cells]  # type: ignore[attr-defined]
            if shape.has_table
            else []
        )
    )
    assert "Mezzofy for hotels" in words
    for product in selectors.products():
        assert product.name in words
    assert "6,900" in words
    assert [item for item in lint_file(artifact) if item.rule == "colour"] == []


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_rows_become_a_table_that_runs_nothing(cast: Cast, form: str) -> None:
    artifact = made(
        cast.owner,
        "table",
        name="Guests",
        format=form,
        columns=["Name", "Visits"],
        rows=[["=1+1", 3], ["李", None]],
    )
    with open_bytes(artifact) as stream:
        content = stream.read()
    if form == "csv":
        assert "'=1+1,3" in content.decode("utf-8-sig")
        return
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]] == ["'=1+1", 3]
    assert sheet["A2"].data_type == "s"
