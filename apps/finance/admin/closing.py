"""Closed months in the back office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSingleDateWidget

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.core.admin import VisibleAdmin
from apps.core.errors import DomainError
from apps.finance.models import ClosedMonth
from apps.finance.services.closing import close_month, reopen_month


class CloseForm(forms.ModelForm[ClosedMonth]):
    """Any day of the month. It is closed as the form is checked, so that a refusal is said in it."""

    actor: User
    month = forms.DateField(
        label=_("A day of the month"),
        widget=UnfoldAdminSingleDateWidget,
        help_text=_("The whole month that holds this day is closed."),
    )

    class Meta:
        model = ClosedMonth
        fields = ("month",)

    def clean(self) -> dict[str, Any]:
        """By the service."""
        cleaned: dict[str, Any] = super().clean() or {}
        if day := cleaned.get("month"):
            try:
                self.instance = close_month(actor=self.actor, month=day)
            except DomainError as error:
                raise ValidationError(error.detail, code=error.code) from error
        return cleaned

    def _post_clean(self) -> None:
        """The row is made already."""


@admin.register(ClosedMonth)
class ClosedMonthAdmin(VisibleAdmin):
    """Months whose statements are final. Deleting the row opens the month again."""

    form = CloseForm
    list_display = ["name", "closed_by", "created_at"]
    list_select_related = ["closed_by"]
    ordering = ["-month"]
    sortable_by = ()
    fields = ["month"]

    @admin.display(description=_("Month"))
    def name(self, closed: ClosedMonth) -> str:
        """`October 2026`."""
        return date_format(closed.month, "F Y")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """A month is closed or open."""
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form knows who closes."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"actor": signed_in(request)})

    def save_model(self, request: HttpRequest, obj: ClosedMonth, form: Any, change: bool) -> None:
        """The service made the row."""

    def delete_model(self, request: HttpRequest, obj: ClosedMonth) -> None:
        """By the service."""
        reopen_month(actor=signed_in(request), closed=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ClosedMonth]) -> None:
        """Each by the service."""
        for closed in queryset:
            reopen_month(actor=signed_in(request), closed=closed)
