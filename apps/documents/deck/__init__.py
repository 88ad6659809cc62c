"""Branded, editable presentations from typed slides."""

from __future__ import annotations

from apps.documents.deck.render import render_deck
from apps.documents.deck.slides import (
    Bullet,
    BulletsSlide,
    Card,
    CardsSlide,
    ChartSlide,
    ClosingSlide,
    Deck,
    QuoteSlide,
    Slide,
    Step,
    StepsSlide,
    TableSlide,
    Takeaway,
    TitleSlide,
)

__all__ = [
    "Bullet",
    "BulletsSlide",
    "Card",
    "CardsSlide",
    "ChartSlide",
    "ClosingSlide",
    "Deck",
    "QuoteSlide",
    "Slide",
    "Step",
    "StepsSlide",
    "TableSlide",
    "Takeaway",
    "TitleSlide",
    "render_deck",
]
