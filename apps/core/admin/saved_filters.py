"""Saving filters from a list or a board: small JSON answers below /admin/saved-filters/."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.errors import DomainError, Forbidden, Invalid
from apps.core.models import SavedFilter
from apps.core.saved_filters import change_filter, delete_filter, filter_pages, save_filter, saved_filters

MAX_BODY = 10_000
View = Callable[..., JsonResponse]


def urls(site: AdminSite) -> list[URLPattern]:
    """The two addresses, for staff only."""
    return [
        path("saved-filters/", site.admin_view(_many(site)), name="saved_filters"),
        path("saved-filters/<uuid:filter_id>/", site.admin_view(_one), name="saved_filter"),
    ]


def _answering(view: View) -> View:
    """Expected failures as problem documents (RFC 9457)."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            body = {
                "title": error.title,
                "status": error.status,
                "code": error.code,
                "detail": error.detail,
                "errors": error.errors,
            }
            return JsonResponse(body, status=error.status, content_type="application/problem+json")

    return answer


def _many(site: AdminSite) -> View:
    @require_http_methods(["GET", "POST"])
    @_answering
    def many(request: HttpRequest) -> JsonResponse:
        user: Any = request.user
        if request.method == "GET":
            page = _open_page(site, request, request.GET.get("page", ""))
            return JsonResponse(
                {"filters": [_card(row, user) for row in saved_filters(user=user, page=page)]}
            )
        body = _body(request)
        page = _open_page(site, request, _text(body, "page"))
        row = save_filter(
            actor=user,
            page=page,
            name=_text(body, "name"),
            query=_text(body, "query"),
            is_shared=body.get("shared") is True,
        )
        return JsonResponse(_card(row, user), status=201)

    return many


@require_http_methods(["PATCH", "DELETE"])
@_answering
def _one(request: HttpRequest, filter_id: UUID) -> JsonResponse:
    user: Any = request.user
    if request.method == "DELETE":
        delete_filter(actor=user, filter_id=filter_id)
        return JsonResponse({})
    body = _body(request)
    shared = body.get("shared")
    row = change_filter(
        actor=user,
        filter_id=filter_id,
        name=_text(body, "name") if "name" in body else None,
        query=_text(body, "query") if "query" in body else None,
        is_shared=shared if isinstance(shared, bool) else None,
    )
    return JsonResponse(_card(row, user))


def _card(row: SavedFilter, user: Any) -> dict[str, Any]:
    own = row.user_id == user.pk
    return {
        "id": str(row.pk),
        "name": row.name,
        "query": row.query,
        "shared": row.is_shared,
        "own": own,
        "owner": "" if own else str(row.user),
    }


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body[:MAX_BODY])
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Invalid(_("The request was not understood."))
    return body


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise Invalid(_("The request was not understood."), errors={name: [_("Not a text.")]})
    return value


def _open_page(site: AdminSite, request: HttpRequest, page: str) -> str:
    """`page` as it is, when it is a page of the back office that the user may open.

    It is the name of a list's address ("crm_lead_changelist"), or one of `filter_pages` ("crm.board").
    """
    permissions = filter_pages.get(page)
    if permissions is not None:
        is_open = any(request.user.has_perm(permission) for permission in permissions)
    else:
        is_open = _listed(site, page).has_view_or_change_permission(request)
    if not is_open:
        raise Forbidden(_("You may not open this page."))
    return page


def _listed(site: AdminSite, page: str) -> ModelAdmin[Any]:
    for model, admin in site._registry.items():
        if page == f"{model._meta.app_label}_{model._meta.model_name}_changelist":
            return admin
    raise Invalid(_("There is no such page."), errors={"page": [_("Unknown.")]})
