"""Companies to pitch to, and the product data that a pitch is made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from apps.documents.compose.pitch_deck import CompanyFacts, Sender, build_pitch_deck
from apps.documents.deck import Deck
from apps.knowledge import selectors

TODAY = date(2026, 11, 22)


@pytest.fixture
def pitch() -> Callable[..., Deck]:
    """`pitch(name=…, outlets=…, notes=…)` composes a deck from the real product data."""

    def compose(name: str = "ABC Restaurant Group", **facts: Any) -> Deck:
        return build_pitch_deck(
            company=CompanyFacts(name, **{"industry": "F&B", "location": "Singapore", **facts}),
            sender=Sender("Aisha Rahman", "Sales representative, Mezzofy", "aisha@mezzofy.example"),
            prepared_on=TODAY,
            products=selectors.products(),
            pricing=selectors.pricing(),
            features=selectors.features(),
            profile=selectors.company(),
            assumptions=selectors.roi_assumptions(),
            playbooks=("Restaurant onboarding in 30 days",),
        )

    return compose
