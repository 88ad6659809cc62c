"""Places of cards in their columns of the board: the larger number is higher."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from apps.crm.models import Lead
from apps.crm.models.leads import new_position
from apps.crm.querysets import LeadQuerySet
from apps.crm.services.locks import hold_column

#: Between two cards where nothing limits the distance.
STEP = Decimal(1)
#: The smallest number that the column can hold: two cards this close have nothing between them.
GRAIN = Decimal("1e-15")
#: Cards on each side that move a little when the gap between two is used up; four times as many if need be.
RUN = 16


class Place(NamedTuple):
    """Where a card is: cards of one column are in falling order of this."""

    position: Decimal
    pk: UUID


def top_of(status: str) -> Decimal:
    """A place above every card of the column."""
    highest = Lead.objects.filter(status=status).order_by("-position", "-pk").values_list("position").first()
    return max(new_position(), highest[0] + STEP) if highest else new_position()


def place_between(*, lead: Lead, status: str, above: Lead | None, below: Lead | None) -> Decimal:
    """The place for `lead` in the column `status` under the card `above` and over the card `below`.

    A neighbour that is not in that column (any more) is as good as none; when the two changed their order,
    `above` counts. Without neighbours it is the top. When there is no room between the two, some cards around
    them move apart; call this before the lead itself is locked: that locks rows in the order of their keys.
    """
    column = Lead.objects.filter(status=status).exclude(pk=lead.pk)
    over, under = _neighbours(column, above, below)
    if _touch(over, under):
        hold_column(status)
        # While we waited for that, somebody else may have made room.
        over, under = _neighbours(column, above, below)
        if over is not None and _touch(over, under):
            over, under = _make_room(lead, status, over)
    if over is None:
        return top_of(status)
    if under is None:
        return over.position - STEP
    return ((over.position + under.position) / 2).quantize(GRAIN)


def _touch(over: Place | None, under: Place | None) -> bool:
    """Whether nothing fits between the two."""
    return over is not None and under is not None and over.position - under.position <= 2 * GRAIN


def _neighbours(
    column: LeadQuerySet, above: Lead | None, below: Lead | None
) -> tuple[Place | None, Place | None]:
    """The two cards that the new one goes between, as they are now; (None, …) means the top."""
    wanted = [card.pk for card in (above, below) if card is not None]
    rows = column.filter(pk__in=wanted).values_list("position", "pk")
    found = {pk: Place(position, pk) for position, pk in rows}
    over = found.get(above.pk) if above else None
    under = found.get(below.pk) if below else None
    if over is None and under is None:
        return None, None
    if over is None:
        assert under is not None
        return _next(column, under, upwards=True), under
    if under is None or under >= over:
        return over, _next(column, over, upwards=False)
    return over, under


def _next(column: LeadQuerySet, card: Place, *, upwards: bool) -> Place | None:
    """The card just above or below in the whole column, whatever part of it a page shows."""
    return next(iter(_beside(column, card, upwards=upwards, count=1)), None)


def _beside(column: LeadQuerySet, card: Place, *, upwards: bool, count: int) -> list[Place]:
    """Up to `count` cards from that one on, the nearest first."""
    side, order = ("gt", "") if upwards else ("lt", "-")
    beyond = Q(**{f"position__{side}": card.position}) | Q(**{f"pk__{side}": card.pk})
    # The first condition is where the index begins; the second only tells apart cards in the same place.
    rows = column.filter(beyond, **{f"position__{side}e": card.position})
    rows = rows.order_by(f"{order}position", f"{order}pk")
    return [Place(*row) for row in rows.values_list("position", "pk")[:count]]


def _make_room(lead: Lead, status: str, over: Place) -> tuple[Place, Place]:
    """Space the cards around the gap under `over` evenly; returns the two beside the gap with new places.

    Nobody's version changes by it: only the order means something, and that stays.
    """
    column = Lead.objects.filter(status=status).exclude(pk=lead.pk)
    size = RUN
    while True:
        higher = _beside(column, over, upwards=True, count=size)
        lower = _beside(column, over, upwards=False, count=size)
        cards = [*reversed(higher), over, *lower]
        # The outermost cards stay where they are, unless they are the ends of the column.
        top = cards[0].position if len(higher) == size else top_of(status)
        bottom = cards[-1].position if len(lower) == size else cards[-1].position - len(cards) * STEP
        step = ((top - bottom) / (len(cards) - 1)).quantize(GRAIN, ROUND_DOWN)
        if step > 4 * GRAIN:
            break
        size *= 4
    spaced = [Place(top - number * step, card.pk) for number, card in enumerate(cards)]
    _write(lead, status, spaced)
    gap = len(higher)
    return spaced[gap], spaced[gap + 1]


def _write(lead: Lead, status: str, places: Sequence[Place]) -> None:
    """Locks in the order of keys, the lead among them: two people who do this never wait in a ring."""
    new = {place.pk: place.position for place in places}
    touched = Q(pk__in=list(new), status=status) | Q(pk=lead.pk)
    rows = list(Lead.objects.select_for_update().filter(touched).order_by("pk"))
    moved = [row for row in rows if row.pk in new]
    for row in moved:
        row.position = new[row.pk]
    Lead.objects.bulk_update(moved, ["position"])
