"""Doing the same to the rows that somebody ticked in a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.core.errors import DomainError

#: Rows of one action: each is locked, and leaves a trace of its own.
MAX_CHOSEN = 200


def to_each(
    request: HttpRequest, rows: QuerySet[Any], act: Callable[[Any], object], *, most: int = MAX_CHOSEN
) -> int:
    """Call `act` with each of the first `most` rows; returns how many were done.

    The person is told what was refused, and that there were more.
    """
    chosen = list(rows[: most + 1])
    if len(chosen) > most:
        text = _("Only the first %(number)d were taken, because each leaves a trace. Choose the rest again.")
        messages.warning(request, text % {"number": most})
    done = 0
    for row in chosen[:most]:
        try:
            act(row)
        except DomainError as error:
            messages.error(request, f"{row}: {error.detail}")
        else:
            done += 1
    return done
