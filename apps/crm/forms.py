"""The form of a lead in the back office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from apps.accounts.models import User
from apps.core.errors import DomainError
from apps.crm.models import Lead
from apps.crm.selectors import lead_holders
from apps.crm.services.leads import check_lead


class LeadForm(forms.ModelForm[Lead]):
    """What people type. The rules are the services'; here they become messages beside the fields."""

    #: Who is typing; set by the admin.
    user: User

    class Meta:
        model = Lead
        fields = (
            "company_name",
            "contact_name",
            "contact_email",
            "contact_phone",
            "industry",
            "location",
            "source",
            "status",
            "assigned_to",
            "value",
            "currency",
            "follow_up_date",
            "notes",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "assigned_to" in self.fields:
            self.fields["assigned_to"].queryset = lead_holders()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse what the service would refuse."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            typed = {name: value for name, value in cleaned.items() if name != "assigned_to" or value}
            lead = Lead(**{"assigned_to": self.user, **typed})
            try:
                check_lead(actor=self.user, lead=lead, is_new=self.instance._state.adding)
            except DomainError as error:
                raise ValidationError(error.detail, code=error.code) from error
        return cleaned

    def changes(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """The fields of a new lead, or those of an old one that were changed."""
        if self.instance._state.adding:
            return {name: value for name, value in cleaned.items() if name != "assigned_to" or value}
        return {name: cleaned[name] for name in self.changed_data}
