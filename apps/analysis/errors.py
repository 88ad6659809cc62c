"""Why a question about a table cannot be answered, in sentences for the person who asked."""

from __future__ import annotations

from apps.core.errors import Invalid, TooLarge


class BadQuery(Invalid):
    """The query names what the table does not have, or asks for what its types do not allow."""

    code = "bad_query"


class TooMuchData(TooLarge):
    """The table, or the work on it, is above a limit."""

    code = "too_much_data"
