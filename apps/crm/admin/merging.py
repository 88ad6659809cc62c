"""Merging two leads, companies or contacts in the back office."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.contacts.models import Company
from apps.core.admin import VisibleAdmin
from apps.core.errors import DomainError, Forbidden
from apps.core.versions import version_of
from apps.crm.duplicates import find_duplicates
from apps.crm.merged import merged_into
from apps.crm.models import Lead
from apps.crm.services import merging
from apps.crm.services.merging import Mergeable

M = TypeVar("M", bound=Mergeable)
Page = Callable[[HttpRequest, UUID], HttpResponse]

#: Rows that a search for the other one shows.
FOUND = 10


def urls(model_admin: ModelAdmin[Any]) -> list[URLPattern]:
    """The page of two rows, below the list of leads, companies or contacts."""
    model = model_admin.model
    page = _page(model_admin.admin_site, model)
    return [path("<uuid:pk>/merge/", page, name=f"crm_{model._meta.model_name}_merge")]


def merge_url(row: Mergeable, other: Mergeable | UUID | None = None) -> str:
    """The page that merges something into `row`: `other` if it is given."""
    address = reverse(f"admin:crm_{row._meta.model_name}_merge", args=[row.pk])
    key = other if isinstance(other, UUID) else other and other.pk
    return f"{address}?{urlencode({'with': key})}" if key else address


def row_url(row: Mergeable) -> str:
    """The page of the row itself."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


@admin.action(description=gettext_lazy("Merge two selected %(verbose_name_plural)s"), permissions=["change"])
def merge_two(
    model_admin: ModelAdmin[Any],  # noqa: ARG001
    request: HttpRequest,
    queryset: QuerySet[Any],
) -> HttpResponse | None:
    """To the page of the two; the older one stays unless somebody swaps them."""
    chosen = list(queryset.order_by("created_at", "pk")[:3])
    if len(chosen) != 2:
        messages.warning(request, _("Choose exactly two rows to merge."))
        return None
    return HttpResponseRedirect(merge_url(*chosen))


class FollowsMerges(VisibleAdmin):
    """Old links to a merged row open the row that it was merged into."""

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        kept = kept_row(self.model, object_id, signed_in(request))
        if kept is None:
            usual: HttpResponse = super()._get_obj_does_not_exist_redirect(request, opts, object_id)
            return usual
        messages.info(request, _("It was merged into “%(name)s”, which is shown here.") % {"name": kept})
        return HttpResponseRedirect(row_url(kept))


def kept_row(model: type[M], key: object, user: User) -> M | None:
    """The row that the row of that key was merged into, if `user` may see it."""
    try:
        pk = merged_into(model, UUID(str(key)))
    except ValueError:
        return None
    rows: Any = model.objects.visible_to(user)
    found: M | None = rows.filter(pk=pk).first() if pk else None
    return found


def _page(site: admin.AdminSite, model: type[Mergeable]) -> Page:
    def page(request: HttpRequest, pk: UUID) -> HttpResponse:
        user = signed_in(request)
        kept = _visible(model, pk, user)
        if kept is None:
            return _gone(request, model, pk, user)
        asked = request.POST.get("other") or request.GET.get("with")
        other = _visible(model, asked, user) if asked else None
        context = {**site.each_context(request), "opts": model._meta, "kept": _side(kept)}
        try:
            if other is None:
                return _search(request, user, kept, context)
            return _compare(request, user, kept, other, context)
        except Forbidden as error:
            raise PermissionDenied(error.detail) from error
        except DomainError as error:
            messages.error(request, error.detail)
            return HttpResponseRedirect(row_url(kept))

    found: Page = site.admin_view(page)
    return found


def _gone(request: HttpRequest, model: type[Mergeable], pk: UUID, user: User) -> HttpResponse:
    """Somebody merged it meanwhile, or it was never there for this user."""
    kept = kept_row(model, pk, user)
    if kept is None:
        messages.warning(request, _("There is no such row, or it is not yours."))
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        return HttpResponseRedirect(reverse(name))
    messages.warning(request, _("It was merged into “%(name)s” in the meantime.") % {"name": kept})
    return HttpResponseRedirect(row_url(kept))


def _search(request: HttpRequest, user: User, kept: Mergeable, context: dict[str, Any]) -> HttpResponse:
    """Choosing the other row: by words, or one of those that look alike."""
    merging.require_right(user, kept)
    words = request.GET.get("q", "").strip()[:200]
    if request.POST.get("other") or request.GET.get("with"):
        messages.warning(request, _("The other row is not there any more. Choose another one."))
    found = _by_words(user, kept, words) if words else _alike(user, kept)
    title = _("Merge “%(name)s” with …") % {"name": kept}
    more = {"title": title, "words": words, "found": [(row, merge_url(kept, row)) for row in found]}
    return TemplateResponse(request, "admin/crm/merge_search.html", {**context, **more})


def _by_words(user: User, kept: Mergeable, words: str) -> list[Mergeable]:
    rows: Any = type(kept).objects.visible_to(user).search(words).exclude(pk=kept.pk)
    return list(rows.order_by("-created_at")[:FOUND])


def _alike(user: User, kept: Mergeable) -> list[Mergeable]:
    if not isinstance(kept, Lead):
        words = str(kept).split()
        return _by_words(user, kept, words[0]) if words else []
    found = find_duplicates(
        user=user,
        company=kept.company_name,
        contact=kept.contact_name,
        email=kept.contact_email,
        phone=kept.contact_phone,
        exclude=kept.pk,
        limit=FOUND,
    )
    keys = [known.id for known in found if known.id]
    rows = Lead.objects.visible_to(user).in_bulk(keys)
    return [rows[key] for key in keys if key in rows]


def _compare(
    request: HttpRequest, user: User, kept: Mergeable, other: Mergeable, context: dict[str, Any]
) -> HttpResponse:
    """Both rows side by side; a refused merge keeps what was chosen."""
    fields = merging.merge_fields(user=user, kept=kept, other=other)
    chosen = _chosen(request, fields)
    error = ""
    if request.method == "POST":
        try:
            done = merging.merge(
                actor=user,
                kept=kept,
                other=other,
                choices=chosen,
                versions=_versions(request),
            )
        except DomainError as refused:
            error = refused.detail
        else:
            return HttpResponseRedirect(reverse("admin:crm_merge_change", args=[done.pk]))
    more = {
        "title": _("Merge two %(things)s") % {"things": kept._meta.verbose_name_plural},
        "other": _side(other),
        "fields": [(field, chosen.get(field.name, field.suggestion)) for field in fields],
        "moving": merging.moving_rows(other),
        "swap_url": merge_url(other, kept),
        "search_url": merge_url(kept),
        "error": error,
    }
    return TemplateResponse(
        request, "admin/crm/merge.html", {**context, **more}, status=409 if error else 200
    )


def _chosen(request: HttpRequest, fields: list[merging.FieldChoice]) -> dict[str, str]:
    """Choices of the fields that still differ: somebody may have made the others equal meanwhile."""
    sent = {field.name: request.POST.get(f"choice-{field.name}") for field in fields}
    return {name: choice for name, choice in sent.items() if choice}


def _versions(request: HttpRequest) -> dict[str, str]:
    return {side: request.POST.get(f"{side}_version", "") for side in ("kept", "other")}


def _side(row: Mergeable) -> dict[str, Any]:
    """One of the two as the page shows it."""
    owner = row.assigned_to if isinstance(row, Lead) else None
    return {"row": row, "url": row_url(row), "version": version_of(row), "owner": owner}


def _visible(model: type[Mergeable], key: object, user: User) -> Mergeable | None:
    rows: Any = model.objects.visible_to(user)
    if model is not Company:
        rows = rows.select_related("assigned_to" if model is Lead else "company")
    try:
        found: Mergeable | None = rows.filter(pk=UUID(str(key))).first()
    except ValueError:
        return None
    return found
