"""Filters of lists that do not read the whole table to know what they can offer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import FieldListFilter, ModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.core.querysets import VisibleQuerySet

#: The newest rows that are looked at for values.
LOOKED_AT = 2000
MAX_VALUES = 30


class RecentValuesFilter(FieldListFilter):
    """Offers the values that the newest rows hold; any other value can still be asked for in the address."""

    def __init__(
        self,
        field: Any,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[models.Model],
        model_admin: ModelAdmin[Any],
        field_path: str,
    ) -> None:
        self.lookup_kwarg = field_path
        self.lookup_val = params.get(field_path)
        super().__init__(field, request, params, model, model_admin, field_path)
        self.values = self._values(request, model)

    def _values(self, request: HttpRequest, model: type[models.Model]) -> list[str]:
        newest = model._default_manager.order_by("-pk").values("pk")[:LOOKED_AT]
        rows = model._default_manager.filter(pk__in=newest)
        if isinstance(rows, VisibleQuerySet):
            rows = rows.visible_to(request.user)
        found = rows.order_by(self.field_path).values_list(self.field_path, flat=True).distinct()
        values = [value for value in found[:MAX_VALUES] if value not in (None, "")]
        chosen = [value for value in self.lookup_val or [] if value and value not in values]
        return [*chosen, *values]

    def expected_parameters(self) -> list[str | None]:
        """The field's own name."""
        return [self.lookup_kwarg]

    def has_output(self) -> bool:
        """Whether there is a choice at all."""
        return len(self.values) > 1 or bool(self.lookup_val)

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """All, then each value."""
        chosen = self.lookup_val or []
        yield {
            "selected": not chosen,
            "query_string": changelist.get_query_string(remove=[self.lookup_kwarg]),
            "display": _("All"),
        }
        for value in self.values:
            yield {
                "selected": value in chosen,
                "query_string": changelist.get_query_string({self.lookup_kwarg: value}),
                "display": value,
            }


def bounded_filters(model: type[models.Model], declared: Any) -> list[Any]:
    """`list_filter` with every plain text field read by `RecentValuesFilter`; the others are cheap."""
    return [_bounded(model, entry) for entry in declared]


def _bounded(model: type[models.Model], entry: Any) -> Any:
    if not isinstance(entry, str) or "__" in entry:
        return entry
    field: Any = model._meta.get_field(entry)
    is_text = isinstance(field, models.CharField | models.TextField)
    return (entry, RecentValuesFilter) if is_text and not field.choices else entry
