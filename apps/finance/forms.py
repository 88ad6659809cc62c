"""The forms of the ledger in the back office. The rules are the services'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminTextInputWidget,
)

from apps.core.errors import DomainError
from apps.core.versions import version_of
from apps.finance.models import Category, Entry

#: What people type about an entry.
FIELDS = (
    "category",
    "booked_on",
    "paid_on",
    "amount",
    "currency",
    "party",
    "company",
    "description",
    "external_reference",
)


class EntryForm(forms.ModelForm[Entry]):
    """A draft. It is refused when somebody else changed it since the page was opened."""

    #: What the service said when it was asked to save what was typed; set by the admin.
    refusal: DomainError | None = None
    version = forms.CharField(widget=forms.HiddenInput, required=False)
    upload = forms.FileField(
        label=gettext_lazy("Receipt or invoice"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text=gettext_lazy("A PDF or a photo. It is kept with the entry."),
    )

    class Meta:
        model = Entry
        fields = FIELDS
        widgets = {
            "amount": UnfoldAdminDecimalFieldWidget,
            "currency": UnfoldAdminTextInputWidget(attrs={"size": 3, "autocapitalize": "characters"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "category" in self.fields:
            field: Any = self.fields["category"]
            own = Category.objects.filter(pk=self.instance.category_id)
            field.queryset = Category.objects.active() | own
        if not self.instance._state.adding:
            self.fields["version"].initial = version_of(self.instance)

    def clean_currency(self) -> str:
        """In capitals, however it was typed."""
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        """Refuse what the service refused, and what would hide somebody else's change."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.refusal is not None:
            raise ValidationError(self.refusal.detail, code=self.refusal.code)
        sent = cleaned.get("version")
        if sent and sent != version_of(self.instance):
            raise ValidationError(
                _("Somebody else changed this entry in the meantime. Open it again, then change it."),
                code="stale",
            )
        return cleaned

    def edits(self) -> dict[str, Any]:
        """What the person changed, by field; for a new entry all that was filled in."""
        known = (*FIELDS, "upload")
        names = known if self.instance._state.adding else self.changed_data
        return {name: self.cleaned_data[name] for name in names if name in known}


class VersionForm(forms.Form):
    """Which state of the entry is meant."""

    version = forms.CharField(max_length=40, required=False)


class ReasonForm(VersionForm):
    """Why something is taken back."""

    reason = forms.CharField(max_length=500, required=False, strip=True)


class PaidForm(VersionForm):
    """The day on which the money moved."""

    paid_on = forms.DateField()
