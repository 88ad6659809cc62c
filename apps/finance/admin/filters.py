"""What the list of entries can be narrowed by."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from apps.accounts.signed_in import signed_in
from apps.core.periods import local_today
from apps.core.reporting.filters import resolve_period
from apps.finance.choices import EntryKind
from apps.finance.models import Category, Entry


class KindFilter(admin.SimpleListFilter):
    """Revenue or expenses."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        """The choices."""
        return list(EntryKind.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:  # noqa: ARG002
        """By the kind of the category."""
        return queryset.filter(category__kind=self.value()) if self.value() else queryset


class CategoryFilter(admin.SimpleListFilter):
    """One line of the statements; there are a few dozen."""

    title = _("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        """Those that the person may see, by code."""
        return list(Category.objects.visible_to(request.user).values_list("code", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:  # noqa: ARG002
        """By the code."""
        return queryset.filter(category__code=self.value()) if self.value() else queryset


class WhenFilter(admin.SimpleListFilter):
    """The usual periods, on the person's own calendar."""

    title = _("date")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        """The choices."""
        return [
            ("this_month", _("This month")),
            ("last_month", _("Last month")),
            ("this_quarter", _("This quarter")),
            ("last_quarter", _("Last quarter")),
            ("this_year", _("This year")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        """By the day they are booked."""
        chosen = self.value()
        if chosen not in dict(self.lookup_choices):
            return queryset
        period = resolve_period(str(chosen), now=timezone.now(), tz=signed_in(request).timezone)
        return queryset.filter(booked_on__gte=period.start, booked_on__lt=period.end)


class PaidFilter(admin.SimpleListFilter):
    """Whether the money has moved."""

    title = _("payment")
    parameter_name = "payment"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        """The choices."""
        return [("paid", _("Paid")), ("open", _("Not paid"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:  # noqa: ARG002
        """What is reversed needs no payment."""
        if self.value() == "paid":
            return queryset.filter(paid_on__isnull=False)
        if self.value() == "open":
            return queryset.filter(paid_on__isnull=True, reverses__isnull=True, reversal__isnull=True)
        return queryset


class OpenAtFilter(admin.SimpleListFilter):
    """What was not paid at the end of a day: the rows behind the sums of the cash summary."""

    title = _("not paid at the end of")
    parameter_name = "open_at"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002
        """Today, and the day that a statement asked for."""
        today = local_today(signed_in(request).timezone)
        days = {today, self._day() or today}
        return [(day.isoformat(), date_format(day, "j M Y")) for day in sorted(days)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:  # noqa: ARG002
        """Booked by then, and paid later or not at all; reversals among them, which count against theirs."""
        if not self.value():
            return queryset
        day = self._day()
        if day is None:
            return queryset.none()
        return queryset.filter(booked_on__lte=day).filter(Q(paid_on__isnull=True) | Q(paid_on__gt=day))

    def _day(self) -> date | None:
        try:
            return date.fromisoformat(self.value() or "")
        except ValueError:
            return None
