"""The forms of leads, companies and contacts in the back office. The rules are the services'."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy

from apps.accounts.models import User
from apps.contacts.models import Company, Contact
from apps.core.errors import DomainError
from apps.crm.action_forms import MomentField
from apps.crm.choices import OPEN
from apps.crm.models import Customer, Lead, Task
from apps.crm.selectors import lead_holders
from apps.crm.services.leads import check_lead
from apps.crm.versioned_forms import VersionedForm


class LeadForm(VersionedForm[Lead]):
    """What people type about a lead; what the service would refuse becomes a message beside the fields.

    A new lead may begin in any open stage; an old one is moved on its page, not here.
    """

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
            "expected_close",
            "follow_up_date",
            "notes",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "assigned_to" in self.fields:
            self.fields["assigned_to"].queryset = lead_holders()  # type: ignore[attr-defined]
        if "status" in self.fields:
            self.fields["status"].choices = [(stage.value, stage.label) for stage in OPEN]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse what the service would refuse."""
        cleaned = super().clean()
        if not self.errors:
            self._check(cleaned)
        return cleaned

    def edits(self) -> dict[str, Any]:
        """The fields of a new lead, or those of an old one that the person changed."""
        if self._is_change:
            return super().edits()
        return _typed(self.cleaned_data)

    def _check(self, cleaned: dict[str, Any]) -> None:
        lead = Lead(**{"assigned_to": self.user, **_typed(cleaned)})
        try:
            check_lead(actor=self.user, lead=lead, is_new=not self._is_change)
        except DomainError as error:
            raise ValidationError(_told(error), code=error.code) from error


def _told(error: DomainError) -> str:
    """The sentence of the refusal; of a duplicate that the user may see, with a link to it."""
    if not (pk := error.errors.get("lead_id")):
        return error.detail
    return format_html(
        '{} <a class="mz-link" href="{}" target="_blank" rel="noopener">{}'
        '<span class="mz-sr-only"> {}</span></a>',
        error.detail,
        reverse("admin:crm_lead_change", args=[pk]),
        gettext("Open it"),
        gettext("(opens in a new tab)"),
    )


def _typed(cleaned: dict[str, Any]) -> dict[str, Any]:
    """Without the version, and without an owner where none was chosen: then it is the actor's own."""
    own = {name: value for name, value in cleaned.items() if name != "version"}
    return {name: value for name, value in own.items() if name != "assigned_to" or value}


class CompanyForm(VersionedForm[Company]):
    """What people type about a company."""

    class Meta:
        model = Company
        fields = ("name", "industry", "location", "website")


class ContactForm(VersionedForm[Contact]):
    """What people type about a person outside the house."""

    class Meta:
        model = Contact
        fields = ("name", "email", "phone", "company")


class CustomerForm(VersionedForm[Customer]):
    """Who looks after a customer, and whether it still is one."""

    class Meta:
        model = Customer
        fields = ("status", "account_manager")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "account_manager" in self.fields:
            self.fields["account_manager"].queryset = lead_holders()  # type: ignore[attr-defined]


class TaskAdminForm(VersionedForm[Task]):
    """A task, after it was added."""

    #: Keys of those who may see what it is about; set by the admin.
    people: list[str]

    due_at = MomentField(label=gettext_lazy("Due"))
    remind_at = MomentField(label=gettext_lazy("Remind at"), required=False)

    class Meta:
        model = Task
        fields = ("title", "due_at", "remind_at", "assigned_to", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "assigned_to" in self.fields:
            self.fields["assigned_to"].queryset = User.objects.filter(pk__in=self.people)  # type: ignore[attr-defined]
