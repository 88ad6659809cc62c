"""Offers on paper: the prices of the price book, filed with the lead."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document as WordDocument

from apps.artifacts.models import Artifact
from apps.artifacts.services import open_bytes
from apps.crm.models import LeadFile
from apps.crm.tools import build_proposal
from apps.documents.models import Lineage
from apps.knowledge import selectors as knowledge
from apps.knowledge.catalogue import Product
from tests.conftest import Cast
from tests.factories.crm import LeadFactory
from tests.tool_bench import BenchContext

pytestmark = pytest.mark.django_db


def words_of(artifact: Artifact) -> str:
    """What stands in the tables of a Word file."""
    with open_bytes(artifact) as content:
        word = WordDocument(BytesIO(content.read()))
    return "\n".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)


def demanding() -> Product:
    """A module that the smallest plan does not have."""
    return next(item for item in knowledge.products() if item.min_plan != "starter")


def test_a_word_file_with_the_prices_of_the_price_book_stands_with_the_lead(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner, company_name="Satay House")
    ctx = BenchContext(cast.owner)
    made = build_proposal(ctx, company="satay house", plan="growth")
    (file,) = ctx.kept
    price = f"SGD {knowledge.pricing().plan('growth').annual:,.2f}"
    assert price in words_of(file)
    assert price in [row[2] for row in made.prices]
    assert LeadFile.objects.get(lead=lead).artifact_id == file.pk
    assert made.lead is not None
    assert made.lead.id == str(lead.pk)


def test_without_a_plan_the_smallest_that_suits_the_lead_is_taken(cast: Cast) -> None:
    module = demanding()
    LeadFactory(assigned_to=cast.owner, company_name="Satay House", notes=" ".join(module.signals))
    made = build_proposal(BenchContext(cast.owner), company="Satay House", billing="monthly", format="md")
    assert made.plan == module.min_plan
    assert module.name in made.plan_because
    kept = Lineage.objects.get(artifact_id=made.artifact_id).arguments
    assert (kept["plan"], kept["billing"], kept["format"]) == (module.min_plan, "monthly", "md")


@pytest.mark.parametrize("company", ["Nobody Knows Kitchen", "Hidden Hawker"])
def test_a_company_whose_lead_one_may_not_see_is_one_that_nobody_knows(cast: Cast, company: str) -> None:
    module = demanding()
    LeadFactory(assigned_to=cast.colleague, company_name="Hidden Hawker", notes=" ".join(module.signals))
    made = build_proposal(BenchContext(cast.owner), company=company, format="md")
    assert made.lead is None
    assert made.plan == "starter"
    assert not LeadFile.objects.exists()
