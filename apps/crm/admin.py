"""Leads in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import TabularInline
from unfold.decorators import display

from apps.core.admin import ReadOnlyAdmin, VisibleAdmin
from apps.crm.choices import LeadStatus
from apps.crm.forms import LeadForm
from apps.crm.models import Lead, LeadActivity, LeadImport
from apps.crm.services import leads

STATUS_COLOURS = {
    LeadStatus.NEW: "info",
    LeadStatus.CONTACTED: "info",
    LeadStatus.QUALIFIED: "warning",
    LeadStatus.PROPOSAL: "warning",
    LeadStatus.CLOSED_WON: "success",
    LeadStatus.CLOSED_LOST: "danger",
}


class ActivityInline(TabularInline):
    """What happened to the lead, newest first."""

    model = LeadActivity
    fields = ["occurred_at", "kind", "from_status", "to_status", "by", "note"]
    readonly_fields = fields
    extra = 0
    per_page = 20
    can_delete = False
    hide_title = True
    verbose_name_plural = _("History")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LeadActivity]:
        """With the people it names."""
        found: QuerySet[LeadActivity] = super().get_queryset(request)
        return found.select_related("by")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Services write history."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Whoever sees the lead sees what happened to it."""
        return request.user.has_perm("crm.view_lead")


@admin.register(Lead)
class LeadAdmin(VisibleAdmin):
    """The pipeline as a list; every change goes through the services."""

    form = LeadForm
    inlines = [ActivityInline]
    list_display = [
        "company_name",
        "contact_name",
        "stage",
        "worth",
        "assigned_to",
        "spoken_to",
        "due",
    ]
    list_filter = ["status", "source", "currency"]
    list_select_related = ["assigned_to"]
    search_fields = ["company_name", "contact_name", "contact_email", "contact_phone"]
    search_help_text = _("Company, contact, e-mail or phone")
    date_hierarchy = None
    readonly_fields = ["last_contacted", "closed_at", "created_at", "company_link", "imported_by", "extra"]
    actions = ["contacted_just_now"]
    fieldsets = [
        (None, {"fields": [("company_name", "company_link"), ("contact_name", "assigned_to")]}),
        (_("Reach"), {"fields": [("contact_email", "contact_phone")]}),
        (
            _("Deal"),
            {"fields": [("status", "source"), ("value", "currency"), ("follow_up_date", "last_contacted")]},
        ),
        (_("About"), {"fields": [("industry", "location"), "notes"]}),
        (
            _("Origin"),
            {"classes": ["collapse"], "fields": [("created_at", "closed_at"), "imported_by", "extra"]},
        ),
    ]

    @display(description=_("Status"), ordering="status", label=STATUS_COLOURS)
    def stage(self, lead: Lead) -> tuple[str, str]:
        """Coloured."""
        return lead.status, lead.get_status_display()

    @display(description=_("Value"), ordering="value")
    def worth(self, lead: Lead) -> str:
        """With its currency."""
        if lead.value is None:
            return "–"
        return f"{lead.currency} {number_format(lead.value, 0, use_l10n=True, force_grouping=True)}"

    @display(description=_("Last contact"), ordering="last_contacted")
    def spoken_to(self, lead: Lead) -> str:
        """The day; the page has the time."""
        if lead.last_contacted is None:
            return str(_("never"))
        return date_format(timezone.localtime(lead.last_contacted), "j M Y")

    @display(description=_("Follow up"), ordering="follow_up_date")
    def due(self, lead: Lead) -> str:
        """The day, short."""
        return date_format(lead.follow_up_date, "j M Y") if lead.follow_up_date else "–"

    @admin.display(description=_("Company page"))
    def company_link(self, lead: Lead) -> str:
        """To everything we know of the company."""
        if lead.company_id is None:
            return "–"
        url = f"/admin/contacts/company/{lead.company_id}/change/"
        return format_html('<a class="text-primary-600" href="{}">{}</a>', url, lead.company)

    @admin.action(description=_("Contacted just now"), permissions=["change"])
    def contacted_just_now(self, request: HttpRequest, queryset: QuerySet[Lead]) -> None:
        """Log a contact with each of the chosen leads."""
        chosen = list(queryset[:200])
        for lead in chosen:
            leads.log_contact(actor=_user(request), lead=lead, at=timezone.now())
        text = ngettext("%d lead was contacted.", "%d leads were contacted.", len(chosen)) % len(chosen)
        messages.success(request, text)

    def get_readonly_fields(self, request: HttpRequest, obj: Lead | None = None) -> list[str]:
        """Only those who may give leads away choose whose it is."""
        fixed = list(super().get_readonly_fields(request, obj))
        return fixed if request.user.has_perm("crm.assign_lead") else [*fixed, "assigned_to"]

    def get_form(
        self, request: HttpRequest, obj: Lead | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """A form that knows who is typing."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type("LeadForm", (form,), {"user": request.user})

    def save_model(self, request: HttpRequest, obj: Lead, form: LeadForm, change: bool) -> None:
        """Through the service, with what was typed."""
        changes = form.changes(form.cleaned_data)
        if change:
            leads.update_lead(actor=_user(request), lead=obj, **changes)
        else:
            obj.pk = leads.create_lead(actor=_user(request), **changes).pk
            obj._state.adding = False
        obj.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: Lead) -> None:
        """Through the service."""
        leads.delete_lead(actor=_user(request), lead=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Lead]) -> None:
        """Through the service, one by one."""
        for lead in queryset:
            leads.delete_lead(actor=_user(request), lead=lead)


@admin.register(LeadImport)
class LeadImportAdmin(ReadOnlyAdmin):
    """Files of leads and what became of their rows."""

    list_display = ["file_name", "user", "rows", "created", "duplicates", "refused", "created_at"]
    list_select_related = ["user"]
    search_fields = ["file_name"]
    fields = [
        "file_name",
        "user",
        "created_at",
        ("rows", "created", "duplicates", "refused"),
        "rejects",
        "new_leads",
        "summary",
    ]

    @admin.display(description=_("Rows that were not imported"))
    def rejects(self, row: LeadImport) -> str:
        """Link to the report file."""
        if row.report is None:
            return "–"
        return format_html(
            '<a class="text-primary-600" href="{}">{}</a>', row.report.download_url, row.report
        )

    @admin.display(description=_("New leads"))
    def new_leads(self, row: LeadImport) -> str:
        """Link to the leads it made."""
        url = f"/admin/crm/lead/?imported_by__id__exact={row.pk}"
        return format_html('<a class="text-primary-600" href="{}">{}</a>', url, row.created)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002
        """All of it."""
        return ["rejects", "new_leads"]


def _user(request: HttpRequest) -> Any:
    return request.user
