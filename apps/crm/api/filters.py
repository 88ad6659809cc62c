"""What lists can be narrowed by."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from apps.crm.choices import OPEN, ActivityKind, LeadSource, LeadStatus
from apps.crm.models import Activity, Customer, Lead, Task

MAX_SEARCH = 200


class PersonField(forms.CharField):
    """`me`, `none`, or somebody's id."""

    def clean(self, value: Any) -> UUID | str:
        text = super().clean(value)
        if text in {"", "me", "none"}:
            return str(text)
        try:
            return UUID(text)
        except ValueError as error:
            raise forms.ValidationError("Write me, none, or a user's id.") from error


class PersonFilter(filters.Filter):
    """Rows of a person; `me` is who asks."""

    field_class = PersonField

    def filter(self, qs: QuerySet[Any], value: UUID | str) -> QuerySet[Any]:
        if value == "none":
            return qs.filter(**{f"{self.field_name}__isnull": True})
        who = self.parent.request.user.pk if value == "me" else value
        return qs.filter(**{self.field_name: who}) if who else qs


class SearchFilter(filters.CharFilter):
    """Words, each the beginning of one in the row."""

    def filter(self, qs: Any, value: str) -> Any:
        return qs.search(value) if value else qs


class LeadFilters(filters.FilterSet):
    """`search` finds by company, contact, e-mail, phone, place and industry."""

    search = SearchFilter(max_length=MAX_SEARCH)
    status = filters.MultipleChoiceFilter(choices=LeadStatus.choices)
    source = filters.MultipleChoiceFilter(choices=LeadSource.choices)
    assigned_to = PersonFilter(help_text="`me`, `none` or a user's id")
    is_open = filters.BooleanFilter(method="open_or_closed")
    company = filters.UUIDFilter()
    contact = filters.UUIDFilter()
    industry = filters.CharFilter(lookup_expr="iexact", max_length=80)
    currency = filters.CharFilter(max_length=3)
    value_min = filters.NumberFilter(field_name="value", lookup_expr="gte", max_digits=14)
    value_max = filters.NumberFilter(field_name="value", lookup_expr="lte", max_digits=14)
    follow_up_before = filters.DateFilter(field_name="follow_up_date", lookup_expr="lt")
    created_after = filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte")
    created_before = filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="lt")
    quiet_since = filters.IsoDateTimeFilter(field_name="last_contacted", lookup_expr="lt")

    class Meta:
        model = Lead
        fields: list[str] = []

    def open_or_closed(self, leads: QuerySet[Lead], name: str, value: bool) -> QuerySet[Lead]:  # noqa: ARG002
        """Neither won nor lost, or one of both."""
        return leads.filter(status__in=OPEN) if value else leads.exclude(status__in=OPEN)


class ActivityFilters(filters.FilterSet):
    """By what it is about, and kind."""

    lead = filters.UUIDFilter()
    company = filters.UUIDFilter()
    contact = filters.UUIDFilter()
    kind = filters.MultipleChoiceFilter(choices=ActivityKind.choices)

    class Meta:
        model = Activity
        fields: list[str] = []


class TaskFilters(filters.FilterSet):
    """By what it is about, whose it is, and whether it is done or overdue."""

    lead = filters.UUIDFilter()
    company = filters.UUIDFilter()
    contact = filters.UUIDFilter()
    assigned_to = PersonFilter(help_text="`me` or a user's id")
    is_done = filters.BooleanFilter(field_name="done_at", lookup_expr="isnull", exclude=True)
    is_overdue = filters.BooleanFilter(method="overdue")
    due_before = filters.IsoDateTimeFilter(field_name="due_at", lookup_expr="lt")

    class Meta:
        model = Task
        fields: list[str] = []

    def overdue(self, tasks: QuerySet[Task], name: str, value: bool) -> QuerySet[Task]:  # noqa: ARG002
        """Not done although its time has come."""
        late = {"done_at__isnull": True, "due_at__lt": timezone.now()}
        return tasks.filter(**late) if value else tasks.exclude(**late)


class WordFilters(filters.FilterSet):
    """`search` finds by the beginnings of words."""

    search = SearchFilter(max_length=MAX_SEARCH)


class ContactFilters(WordFilters):
    """Words, and the company."""

    company = filters.UUIDFilter()


class CustomerFilters(filters.FilterSet):
    """By state and account manager."""

    account_manager = PersonFilter(help_text="`me`, `none` or a user's id")

    class Meta:
        model = Customer
        fields = ["status"]
