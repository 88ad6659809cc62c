"""What the admin classes of all apps have in common."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import ShowFacets, display
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, checkbox

from apps.core.admin.changelist import MAX_CHOSEN, KeysetChangeList, chosen_rows
from apps.core.admin.lookups import is_plain
from apps.core.admin.ordering import sortable_columns
from apps.core.admin.paginator import UncountedPaginator
from apps.core.querysets import VisibleQuerySet
from apps.core.search import SearchableQuerySet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_ANY_KEY = "key-of-the-row"


class VisibleAdmin(ModelAdmin):
    """A `ModelAdmin` whose rows are those that `visible_to` grants: one rule for screens, API and tools.

    Lists page by position and never count; the search of a list is the full-text search of the rows where
    they have one. `sortable_by = None` lets exactly the columns sort that an index serves. The search
    over everything finds rows with full-text search, and those with a `palette_icon`.
    """

    list_per_page = 50
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    paginator = UncountedPaginator
    sortable_by: ClassVar[Sequence[str] | None] = None
    warn_unsaved_form = True
    palette_icon = ""
    #: What an empty list says, and its button; "" for the usual words.
    empty_text: StrOrPromise = ""
    add_text: StrOrPromise = ""
    #: Lookups across relations that addresses may hold besides those of the list's own filters, each whole:
    #: a beginning would lead from table to table, to whatever somebody wants to guess.
    linked_lookups: ClassVar[frozenset[str]] = frozenset()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Only the rows that the signed-in user may see."""
        queryset: QuerySet[Any] = super().get_queryset(request)
        if isinstance(queryset, VisibleQuerySet):
            return queryset.visible_to(request.user)
        return queryset

    @display(description=ModelAdmin.action_checkbox.short_description)
    def action_checkbox(self, obj: Model) -> str:
        """The theme's box, without rendering its template for every row."""
        return mark_safe(_checkbox(get_language()).replace(_ANY_KEY, escape(obj.pk)))  # noqa: S308

    def palette_rows(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows that the search over everything looks through: as the list, without what it counts."""
        rows: QuerySet[Any] = self.model._default_manager.all()
        if isinstance(rows, VisibleQuerySet):
            rows = rows.visible_to(request.user)
        related = self.list_select_related
        return rows.select_related(*related) if isinstance(related, list | tuple) else rows

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Plain comparisons of the list's own fields and filters, and `linked_lookups`; nothing else."""
        if lookup in self.linked_lookups:
            return True
        return is_plain(self.model, lookup) and bool(super().lookup_allowed(lookup, value, request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetChangeList]:  # noqa: ARG002
        """The list that pages by position."""
        return KeysetChangeList

    def get_sortable_by(self, request: HttpRequest) -> Sequence[str]:
        """The declared columns, or those that an index serves."""
        if self.sortable_by is not None:
            return self.sortable_by
        return sortable_columns(self, self.get_list_display(request))

    def approximate_total(self, request: HttpRequest) -> int | None:  # noqa: ARG002
        """How many rows the unfiltered list has, where that is known without counting; else None."""
        return None

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows by their key, by full-text search where they have it, else by `search_fields`."""
        term = search_term.replace("\x00", "").strip()
        if not term:
            return queryset, False
        key = _uuid(term)
        if key is not None and self.model._meta.pk.get_internal_type() == "UUIDField":
            return queryset.filter(pk=key), False
        if isinstance(queryset, SearchableQuerySet):
            return queryset.search(term), False
        found: tuple[QuerySet[Any], bool] = super().get_search_results(request, queryset, term)
        return found

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase | None:
        """Run an action; "all that match" are `MAX_CHOSEN` rows at most."""
        if request.POST.get("select_across") == "1":
            keys, more = chosen_rows(queryset)
            queryset = queryset.filter(pk__in=keys)
            if more:
                text = _("Only the first %(number)d were chosen: one action takes no more at a time.")
                messages.warning(request, text % {"number": MAX_CHOSEN})
        response: HttpResponseBase | None = super().response_action(request, queryset)
        return response


class ReadOnlyAdmin(VisibleAdmin):
    """For rows that are records of what happened."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody adds a record by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Nobody edits a record."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Nobody deletes a record."""
        return False


class RecordPageAdmin(ReadOnlyAdmin):
    """For records that open as a page of their own in place of a form: see `record_page`."""

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> HttpResponse:
        """The page of the record, or Django's way back when there is none that the user may see."""
        record = self.get_object(request, object_id)
        if record is None:
            missing: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            return missing
        return self.record_page(request, record)

    def record_page(self, request: HttpRequest, record: Any) -> HttpResponse:
        """What a record that the user may see opens as."""
        raise NotImplementedError


@cache
def _checkbox(language: str | None) -> str:  # noqa: ARG001
    """The box of a row in the language that is active."""
    return str(checkbox.render(ACTION_CHECKBOX_NAME, _ANY_KEY))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
