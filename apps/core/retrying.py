"""Transactions that outlive meeting another one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import structlog
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _
from psycopg import errors

from apps.core.errors import Conflict

P = ParamSpec("P")
R = TypeVar("R")
log = structlog.get_logger(__name__)

#: Two transactions waited for each other and this one had to give way; or a row that it was about to point
#: at was deleted before the commit, which is when PostgreSQL looks.
MET = (errors.DeadlockDetected, errors.ForeignKeyViolation)
ATTEMPTS = 3


def atomic_retried(work: Callable[P, R]) -> Callable[P, R]:
    """`work` in one transaction; when that met another one, it is done again from the start.

    For services that lock rows of several models, whose order cannot be the same for all: a merge of two
    companies locks these and then their leads, an edit of a lead locks the lead and then its company. `work`
    must read what it changes itself. Raises `Conflict` with the code "busy" if it has to give way each time.
    """

    @wraps(work)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        for _number in range(ATTEMPTS):
            try:
                with transaction.atomic():
                    return work(*args, **kwargs)
            except DatabaseError as error:
                if not isinstance(error.__cause__, MET):
                    raise
                log.warning("transaction.met_another", work=work.__qualname__, error=str(error))
                met = error
        if isinstance(met.__cause__, errors.ForeignKeyViolation):
            # Nobody deletes the same row three times: this is a fault, not a meeting.
            raise met
        raise Conflict(
            _("Somebody else is changing the same things right now. Please try again."), code="busy"
        ) from met

    return attempt
