"""Closed months in the back office."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSingleDateWidget

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.core.admin import VisibleAdmin
from apps.core.errors import DomainError
from apps.core.moments import require_sane
from apps.core.periods import Period
from apps.documents.numbers import amount
from apps.finance.admin.confirming import Question, ask, is_confirmed
from apps.finance.models import ClosedMonth
from apps.finance.services.closing import close_month, reopen_month, require_closable
from apps.finance.statements import profit_and_loss

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class CloseForm(forms.ModelForm[ClosedMonth]):
    """Any day of the month. Once confirmed, it is closed as the form is checked, so that a refusal is said in
    it.
    """

    actor: User
    is_confirmed = False
    month = forms.DateField(
        label=gettext_lazy("A day of the month"),
        widget=UnfoldAdminSingleDateWidget,
        help_text=gettext_lazy("The whole month that holds this day is closed."),
    )

    class Meta:
        model = ClosedMonth
        fields = ("month",)

    def clean(self) -> dict[str, Any]:
        """By the service."""
        cleaned: dict[str, Any] = super().clean() or {}
        if day := cleaned.get("month"):
            try:
                if self.is_confirmed:
                    self.instance = close_month(actor=self.actor, month=day)
                else:
                    require_sane(day, "month")
                    require_closable(actor=self.actor, span=Period.month_of(day, self.actor.timezone))
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
    empty_text = gettext_lazy(
        "No month is closed. Once a month is over and all of it is posted, close it: "
        "its statement then stays as it was handed out."
    )
    add_text = gettext_lazy("Close a month")

    @admin.display(description=gettext_lazy("Month"))
    def name(self, closed: ClosedMonth) -> str:
        """`October 2026`."""
        return date_format(closed.month, "F Y")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """A month is closed or open."""
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form knows who closes."""
        form = super().get_form(request, obj, change=change, **kwargs)
        known = {"actor": signed_in(request), "is_confirmed": is_confirmed(request)}
        return type(form.__name__, (form,), known)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A month that can be closed is shown with its results, and closed when the person says yes."""
        if request.method == "POST" and not is_confirmed(request) and self.has_add_permission(request):
            form = self.get_form(request)(request.POST)
            if form.is_valid():
                return ask(self, request, _question(signed_in(request), form.cleaned_data["month"]))
        answer: HttpResponse = super().add_view(request, form_url, extra_context)
        return answer

    def save_model(self, request: HttpRequest, obj: ClosedMonth, form: Any, change: bool) -> None:
        """The service made the row."""

    def delete_model(self, request: HttpRequest, obj: ClosedMonth) -> None:
        """By the service."""
        reopen_month(actor=signed_in(request), closed=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ClosedMonth]) -> None:
        """Each by the service."""
        for closed in queryset:
            reopen_month(actor=signed_in(request), closed=closed)


def _question(actor: User, day: date) -> Question:
    """What the month says now: that is what will stay."""
    span = Period.month_of(day, actor.timezone)
    books = profit_and_loss(actor, span, span.previous())
    results: list[tuple[StrOrPromise, str]] = [
        (_("Net profit, %(currency)s") % {"currency": each.currency}, amount(each.line("net_profit").amount))
        for each in books.statements
        if each.categories
    ]
    name = date_format(span.start, "F Y")
    return Question(
        _("Close %(month)s?") % {"month": name},
        _("Nothing is posted into it or paid in it any more. Deleting the row opens it again."),
        _("Yes, close %(month)s") % {"month": name},
        reverse("admin:finance_closedmonth_changelist"),
        facts=results or [(_("Entries"), _("none"))],
    )
