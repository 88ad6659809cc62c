"""Numbered pages without a count, for the choice fields that look rows up while somebody types."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator

#: Nobody scrolls further in a list of suggestions.
MAX_PAGES = 20


class UncountedPaginator(Paginator[Any]):
    """Reads one row more than the page shows, to know whether there is another page."""

    @property
    def count(self) -> int:
        """No more rows than can be shown; the true number is not known."""
        return MAX_PAGES * self.per_page

    def page(self, number: int | str) -> Page[Any]:
        """The page with that number."""
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        rows = list(self.object_list[bottom : bottom + self.per_page + 1])
        return _UncountedPage(rows[: self.per_page], number, self, further=len(rows) > self.per_page)


class _UncountedPage(Page[Any]):
    def __init__(self, rows: list[Any], number: int, paginator: Paginator[Any], *, further: bool) -> None:
        super().__init__(rows, number, paginator)
        self.further = further

    def has_next(self) -> bool:
        return self.further and self.number < MAX_PAGES
