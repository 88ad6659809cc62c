"""Reads of the board: leads as cards in columns, with the sums above them."""

from __future__ import annotations

from apps.crm.board.cards import Card, NextStep, Person
from apps.crm.board.columns import (
    PAGE,
    Board,
    CardPage,
    CardState,
    Column,
    board_of,
    card_state,
    column_page,
    totals_of,
)
from apps.crm.board.filters import BoardFilters
from apps.crm.board.totals import ColumnTotals

__all__ = [
    "PAGE",
    "Board",
    "BoardFilters",
    "Card",
    "CardPage",
    "CardState",
    "Column",
    "ColumnTotals",
    "NextStep",
    "Person",
    "board_of",
    "card_state",
    "column_page",
    "totals_of",
]
