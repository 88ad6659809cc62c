"""The board of leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.core.errors import Forbidden, Invalid
from apps.core.saved_filters import filter_pages
from apps.crm import board
from apps.crm.admin.board_words import board_words
from apps.crm.board import BoardFilters
from apps.crm.choices import LeadSource, LostReason
from apps.crm.models import Lead
from apps.crm.selectors import lead_holders
from apps.crm.services.moves import CHOOSABLE_REASONS

PAGE_NAME = "crm.board"
filter_pages.register(PAGE_NAME, ("crm.view_lead", "crm.view_lead_summary"))


def urls(admin: ModelAdmin[Lead]) -> list[URLPattern]:
    """The pages, below the list of leads."""
    page = ensure_csrf_cookie(_page(admin))
    return [path("board/", admin.admin_site.admin_view(page), name="crm_lead_board")]


def _page(admin: ModelAdmin[Lead]) -> Callable[[HttpRequest], HttpResponse]:
    def page(request: HttpRequest) -> HttpResponse:
        """The columns as they are now; everything after that comes over the API and the socket."""
        user = signed_in(request)
        try:
            filters, found, complaint = _found(user, request)
        except Forbidden as error:
            raise PermissionDenied(error.detail) from error
        context = {
            **admin.admin_site.each_context(request),
            "opts": admin.model._meta,
            "title": _("Board"),
            "is_fullwidth": "1",
            "filters": filters,
            "complaint": complaint,
            "is_summary": found.is_summary,
            "may_add": admin.has_add_permission(request),
            "sources": LeadSource.choices,
            "owners": _owners(user, found),
            "lost_reasons": [(reason.value, reason.label) for reason in CHOOSABLE_REASONS],
            "page_name": PAGE_NAME,
            "bootstrap": _bootstrap(user, found),
        }
        return TemplateResponse(request, "admin/crm/board.html", context)

    return page


def _found(user: User, request: HttpRequest) -> tuple[BoardFilters, board.Board, str]:
    """The board under the filters of the address; a broken filter shows everything and says so.

    Raises `Forbidden` for those who have no business with leads.
    """
    now = timezone.now()
    try:
        filters = BoardFilters.from_query(request.GET)
        return filters, board.board_of(user=user, filters=filters, now=now), ""
    except (Invalid, Forbidden) as error:
        filters = BoardFilters()
        return filters, board.board_of(user=user, filters=filters, now=now), error.detail


def _owners(user: User, found: board.Board) -> list[tuple[str, str]]:
    """Whose leads can be picked out, by those who see those of others."""
    if not (user.has_perm("crm.view_all_leads") or found.is_summary):
        return []
    names = lead_holders().order_by("name").values_list("pk", "name")
    return [(str(key), name) for key, name in names]


def _bootstrap(user: User, found: board.Board) -> dict[str, Any]:
    """What the page's script starts with."""
    return {
        "user": str(user.pk),
        "board": found.model_dump(mode="json"),
        "today": timezone.localdate().isoformat(),
        "needs_note": LostReason.OTHER.value,
        "words": board_words(),
    }
