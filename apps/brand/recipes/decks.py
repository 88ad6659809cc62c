"""Slides about Mezzofy from the product data of today."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.brand.recipes import writing
from apps.brand.recipes.arguments import DeckArguments
from apps.brand.recipes.texts import MAY_MAKE, product_of
from apps.documents import templates
from apps.documents.content import Column, Table
from apps.documents.deck import (
    Bullet,
    Card,
    CardsSlide,
    ClosingSlide,
    Deck,
    Slide,
    Step,
    StepsSlide,
    TableSlide,
    TitleSlide,
    render_deck,
)
from apps.documents.numbers import day
from apps.documents.recipes import Made, Snapshot, SnapshotTable, recipe, table_of
from apps.knowledge import selectors
from apps.knowledge.catalogue import Pricing, Product

_SOURCES = ("knowledge/product_data/products.json", "knowledge/product_data/pricing.yaml")


@recipe("overview_deck", arguments=DeckArguments, permission=MAY_MAKE, title=_("Overview deck"))
def overview_deck(user: User, now: datetime, arguments: DeckArguments) -> Made:
    """What Mezzofy is, what it sells and what it costs, on the overview master."""
    products = [product_of(name) for name in arguments.products] or list(selectors.products())
    prices = _prices(selectors.pricing())
    prepared_on = writing.today(user, now)
    deck = Deck(
        title=f"Mezzofy for {arguments.audience}" if arguments.audience else "Mezzofy in short",
        slides=_slides(user, arguments, products, prices, day(prepared_on)),
        prepared_on=prepared_on,
        author=user.name,
        master="overview",
    )
    master = templates.in_force("pptx/overview.pptx")
    shown = [[product.name, product.tagline, product.min_plan] for product in products]
    modules = SnapshotTable(title="Products", columns=["Product", "Says", "From plan"], rows=shown)
    return Made(
        name="mezzofy-overview.pptx",
        content=render_deck(deck, master=master.content),
        snapshot=Snapshot(
            facts={"Title": deck.title}, tables=[table_of(prices, title="Prices"), modules]
        ).model_dump(),
        template_version=master.version,
        text="\n".join(
            [deck.title, *(slide.title for slide in deck.slides), *(cell for row in shown for cell in row)]
        ),
    )


def _slides(
    user: User, arguments: DeckArguments, products: list[Product], prices: Table, on: str
) -> tuple[Slide, ...]:
    company = selectors.company()
    cards = tuple(Card(item.name, item.tagline, tag=item.category.capitalize()) for item in products)
    steps = tuple(Step(item.title, item.body, item.days) for item in company.rollout)
    contact = (user.name, company.contact.sales, company.website)
    return (
        TitleSlide(
            title=f"Mezzofy for {arguments.audience}" if arguments.audience else "Mezzofy in short",
            subtitle=company.one_line,
            byline=f"{user.name}, {on}",
        ),
        CardsSlide(title="What merchants use, one module at a time", cards=cards, sources=_SOURCES),
        StepsSlide(title="Live in 30 days", steps=steps, sources=("knowledge/product_data/company.yaml",)),
        TableSlide(
            title="Four plans, one price book",
            table=prices,
            note=selectors.pricing().tax_note,
            sources=_SOURCES,
        ),
        ClosingSlide(
            title="The next step", steps=(Bullet("A walk-through with your own menu"),), contact=contact
        ),
    )


def _prices(pricing: Pricing) -> Table:
    columns = (
        Column("Plan"),
        Column("A month", "money", pricing.currency),
        Column("A year", "money", pricing.currency),
        Column("Set-up", "money", pricing.currency),
    )
    return Table(
        columns, tuple((plan.name, plan.monthly, plan.annual, plan.setup_fee) for plan in pricing.plans)
    )
