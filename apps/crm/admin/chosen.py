"""Doing the same to the rows that somebody ticked in a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.errors import DomainError

#: Rows of one action: each is locked, and leaves a trace of its own.
MAX_CHOSEN = 200


def to_each(request: HttpRequest, rows: QuerySet[Any], act: Callable[[Any], object]) -> int:
    """Call `act` with each of the first 200 rows; says what was refused, and returns how many were done."""
    done = 0
    for row in rows[:MAX_CHOSEN]:
        try:
            act(row)
        except DomainError as error:
            messages.error(request, f"{row}: {error.detail}")
        else:
            done += 1
    return done
