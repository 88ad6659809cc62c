"""The columns with their first cards, and the cards that come after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from apps.accounts.models import User
from apps.core.errors import Forbidden, NotFound
from apps.core.keyset import Keyset
from apps.crm.board.cards import Card, as_cards, cards_of
from apps.crm.board.filters import BoardFilters
from apps.crm.board.looking import Looked, look, totals_of_looked
from apps.crm.board.totals import ColumnTotals, tallied
from apps.crm.choices import LeadStatus
from apps.crm.lifecycle import TRANSITIONS
from apps.crm.models import Lead, Stage

#: Cards of a column that are read at once.
PAGE = 25
#: The order of a column, which two indexes serve.
ORDER = Keyset("-position", "-id")


class CardPage(BaseModel):
    """Some cards of a column; `next` is the value of `after` for the cards below, empty at the end."""

    cards: list[Card]
    next: str


class Column(ColumnTotals, CardPage):
    """A stage with its numbers and its first cards."""

    label: str
    probability: int = Field(description="Per cent.")
    ages_after: int | None = Field(description="Days after which a card looks old.")
    allowed: list[LeadStatus] = Field(description="The stages that may follow.")


class Board(BaseModel):
    """All columns, in the order of the lifecycle.

    `is_summary`: the reader may know the numbers, but no lead. `may_move`: the reader may change leads.
    """

    is_summary: bool
    may_move: bool
    columns: list[Column]


class CardState(BaseModel):
    """One card as it is now, whether it passes the filters, and the numbers of all columns."""

    card: Card
    is_shown: bool
    totals: list[ColumnTotals]


def board_of(*, user: User, filters: BoardFilters, now: datetime) -> Board:
    """The board as `user` may see it. Raises `Forbidden` for those who have no business with leads."""
    stages = _stages(user)
    _require_readable(user, filters)
    looked = _looked(user, filters, stages, now) if filters.reads_rows else {}
    numbers = totals_of_looked(looked, stages) if looked else tallied(user, filters, stages)
    keys = _found(looked) if looked else _tops(user, filters, stages, numbers, now)
    pages = _first_pages(user, stages, keys, now)
    columns = [
        Column(
            **numbers[status].model_dump(),
            **dict(pages[status]),
            label=stage.get_status_display(),
            probability=stage.probability,
            ages_after=stage.ages_after,
            allowed=list(TRANSITIONS[LeadStatus(status)]),
        )
        for status, stage in stages.items()
    ]
    may_move = user.has_perm("crm.change_lead") and user.has_perm("crm.view_lead")
    return Board(is_summary=not user.has_perm("crm.view_lead"), may_move=may_move, columns=columns)


def column_page(
    *, user: User, status: LeadStatus, filters: BoardFilters, now: datetime, after: str
) -> CardPage:
    """The cards of one column below the position `after`.

    Raises `Forbidden` for those who may see no lead, `Invalid` with the code "bad_cursor".
    """
    stages = _stages(user)
    if not user.has_perm("crm.view_lead"):
        raise Forbidden("You may read the sums of leads, not the leads.")
    leads = filters.leads(Lead.objects.visible_to(user), user, stages, now).filter(status=status)
    page = ORDER.page(as_cards(leads), limit=PAGE, after=after)
    return CardPage(cards=cards_of(page.rows, user=user, stages=stages, now=now), next=page.next)


def card_state(*, user: User, lead_id: UUID, filters: BoardFilters, now: datetime) -> CardState:
    """One card, read again. Raises `NotFound` for a lead that is gone or that `user` may not see."""
    lead = as_cards(Lead.objects.visible_to(user)).filter(pk=lead_id).first()
    if lead is None:
        raise NotFound("This lead is gone, or is not yours any more.")
    stages = _stages(user)
    passing = filters.leads(Lead.objects.visible_to(user), user, stages, now)
    return CardState(
        card=cards_of([lead], user=user, stages=stages, now=now)[0],
        is_shown=filters.is_empty or passing.filter(pk=lead.pk).exists(),
        totals=_totals(user, filters, stages, now),
    )


def totals_of(*, user: User, filters: BoardFilters, now: datetime) -> list[ColumnTotals]:
    """The numbers of all columns. Raises `Forbidden` as `board_of` does."""
    stages = _stages(user)
    _require_readable(user, filters)
    return _totals(user, filters, stages, now)


def _stages(user: User) -> dict[str, Stage]:
    """Every stage in the order of the lifecycle; one without settings has no chance and no limit of days."""
    if not (user.has_perm("crm.view_lead") or user.has_perm("crm.view_lead_summary")):
        raise Forbidden("The board is for those who work with leads. Ask an administrator.")
    known = {stage.status: stage for stage in Stage.objects.visible_to(user)}
    return {
        status.value: known.get(status) or Stage(status=status, order=order, probability=0)
        for order, status in enumerate(LeadStatus)
    }


def _require_readable(user: User, filters: BoardFilters) -> None:
    """Whoever may read sums only must not find out about single leads by searching for them."""
    if filters.reads_rows and not user.has_perm("crm.view_lead"):
        raise Forbidden("You may narrow the sums by owner and source only.")


def _looked(
    user: User, filters: BoardFilters, stages: Mapping[str, Stage], now: datetime
) -> dict[str, Looked]:
    return look(user=user, filters=filters, stages=stages, now=now, enough=PAGE + 1)


def _totals(
    user: User, filters: BoardFilters, stages: Mapping[str, Stage], now: datetime
) -> list[ColumnTotals]:
    if filters.reads_rows:
        return list(totals_of_looked(_looked(user, filters, stages, now), stages).values())
    return list(tallied(user, filters, stages).values())


def _first_pages(
    user: User, stages: Mapping[str, Stage], keys: list[UUID], now: datetime
) -> dict[str, CardPage]:
    """The top of each column: one query reads the leads of all, one reads their tasks."""
    visible = Lead.objects.visible_to(user)
    leads = sorted(
        as_cards(visible).filter(pk__in=keys), key=lambda lead: (lead.position, lead.pk), reverse=True
    )
    columns = {status: [lead for lead in leads if lead.status == status] for status in stages}
    shown = [lead for column in columns.values() for lead in column[:PAGE]]
    cards = cards_of(shown, user=user, stages=stages, now=now)
    return {
        status: CardPage(
            cards=[card for card in cards if card.status == status],
            next=ORDER.token(visible, column[PAGE - 1]) if len(column) > PAGE else "",
        )
        for status, column in columns.items()
    }


def _found(looked: Mapping[str, Looked]) -> list[UUID]:
    return [row.id for column in looked.values() for row in column.fits[: PAGE + 1]]


def _tops(
    user: User,
    filters: BoardFilters,
    stages: Mapping[str, Stage],
    numbers: Mapping[str, ColumnTotals],
    now: datetime,
) -> list[UUID]:
    """The first leads of each column and one more, along the column's index."""
    found = filters.leads(Lead.objects.visible_to(user), user, stages, now)
    columns = [
        found.filter(status=status).order_by(*ORDER.ordering).values_list("pk", flat=True)[: PAGE + 1]
        for status, totals in numbers.items()
        if totals.count
    ]
    return list(columns[0].union(*columns[1:], all=True)) if columns else []
