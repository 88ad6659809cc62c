"""The search over everything (Ctrl-K): a few rows of each kind that the user may see, found by indexes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst

from apps.core.admin.base import VisibleAdmin
from apps.core.search import SearchableQuerySet, prefix_query

MIN_LETTERS = 2
MAX_LETTERS = 100
HITS_OF_A_KIND = 5
MAX_PAGES = 5
#: Matches that are put in order; kinds of rows without full-text search are looked through this far.
LOOKED_THROUGH = 500


@dataclass(frozen=True)
class Hit:
    """A page or a row. `kind` says what it is, for people."""

    title: str
    kind: str
    link: str
    icon: str


def find(site: AdminSite, request: HttpRequest, text: str, navigation: list[dict[str, Any]]) -> list[Hit]:
    """Pages of `navigation` (unfold's side bar) and rows that hold `text`; nothing is remembered.

    Kinds of rows come in the order in which the side bar lists them, those without an entry last. At most one
    query for each kind; each goes through the rights of that kind's own list.
    """
    term = " ".join(text.replace("\x00", "").split())[:MAX_LETTERS]
    if len(term) < MIN_LETTERS or prefix_query(term) is None:
        return []
    hits = list(_pages(navigation, term.casefold()))[:MAX_PAGES]
    icons = {str(item["link"]): item["icon"] for group in navigation for item in group["items"]}
    places = {link: place for place, link in enumerate(icons)}
    for admin in sorted(_searched(site), key=lambda admin: places.get(_list_of(admin), len(places))):
        if admin.has_view_permission(request):
            hits += _rows(admin, request, term, icons)
    return hits


def _searched(site: AdminSite) -> Iterator[VisibleAdmin]:
    for admin in site._registry.values():
        if isinstance(admin, VisibleAdmin) and _is_searched(admin):
            yield admin


def _list_of(admin: VisibleAdmin) -> str:
    meta = admin.model._meta
    return reverse(f"{admin.admin_site.name}:{meta.app_label}_{meta.model_name}_changelist")


def _is_searched(admin: VisibleAdmin) -> bool:
    has_words = isinstance(admin.model._default_manager.none(), SearchableQuerySet)
    return has_words or bool(admin.palette_icon)


def _pages(navigation: list[dict[str, Any]], term: str) -> Iterator[Hit]:
    for group in navigation:
        for item in group["items"]:
            if item["has_permission"] and term in str(item["title"]).casefold():
                yield Hit(str(item["title"]), str(group["title"] or ""), str(item["link"]), item["icon"])


def _rows(admin: VisibleAdmin, request: HttpRequest, term: str, icons: dict[str, str]) -> Iterator[Hit]:
    meta = admin.model._meta
    name = f"{admin.admin_site.name}:{meta.app_label}_{meta.model_name}"
    icon = admin.palette_icon or icons.get(_list_of(admin), "article")
    for row in _found(admin, request, term)[:HITS_OF_A_KIND]:
        yield Hit(
            title=str(row),
            kind=capfirst(str(meta.verbose_name)),
            link=reverse(f"{name}_change", args=[row.pk]),
            icon=icon,
        )


def _found(admin: VisibleAdmin, request: HttpRequest, term: str) -> QuerySet[Any]:
    rows = admin.palette_rows(request)
    order = admin.get_ordering(request) or rows.model._meta.ordering or ["-pk"]
    if isinstance(rows, SearchableQuerySet):
        # Matches first, their order after: looking for a word along an order by name may read every name.
        matches, _ = admin.get_search_results(request, rows.order_by(), term)
        return rows.filter(pk__in=matches.values("pk")[:LOOKED_THROUGH]).order_by(*order)
    newest = rows.order_by(*order).values("pk")[:LOOKED_THROUGH]
    found, _ = admin.get_search_results(request, rows.filter(pk__in=newest), term)
    return found
