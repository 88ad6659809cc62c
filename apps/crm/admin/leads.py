"""Leads in the back office."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from apps.accounts.signed_in import signed_in
from apps.core.admin.changelist import MAX_CHOSEN
from apps.crm.action_forms import AskForm, FileForm, MoveForm
from apps.crm.admin import board, lead_actions, merging
from apps.crm.admin.answers import as_typed
from apps.crm.admin.behind import REPORT_FILTERS
from apps.crm.admin.chosen import to_each
from apps.crm.admin.exchange import LeadExchange
from apps.crm.admin.lead_page import headline
from apps.crm.admin.panels import LEAD_PANELS
from apps.crm.admin.subject_page import SubjectAdmin
from apps.crm.choices import ActivityKind, LeadStatus
from apps.crm.forms import LeadForm
from apps.crm.models import Lead, Stage
from apps.crm.services import activities, leads

STATUS_COLOURS = {
    LeadStatus.NEW: "info",
    LeadStatus.CONTACTED: "info",
    LeadStatus.QUALIFIED: "warning",
    LeadStatus.PROPOSAL: "warning",
    LeadStatus.CLOSED_WON: "success",
    LeadStatus.CLOSED_LOST: "danger",
}


@admin.register(Lead)
class LeadAdmin(LeadExchange, SubjectAdmin):
    """The pipeline as a list, and the page of one lead; every change goes through the services."""

    form = LeadForm
    add_form_template = "admin/crm/lead/add.html"
    panels = LEAD_PANELS
    #: Half of the usual: a row costs a millisecond or two to draw, and this list is opened all day.
    list_per_page = 25
    page_select_related = ("company", "contact", "assigned_to", "imported_by")
    list_display = [
        "who",
        "contact_name",
        "stage",
        "worth",
        "assigned_to",
        "spoken_to",
        "due",
    ]
    list_filter = ["status", "source", "currency", *REPORT_FILTERS]
    list_select_related = ["assigned_to"]
    search_fields = ["company_name", "contact_name", "contact_email", "contact_phone"]
    search_help_text = _("Company, contact, e-mail or phone")
    date_hierarchy = None
    actions = ["contacted_just_now", merging.merge_two]
    fieldsets = [
        (None, {"fields": ["company_name", ("contact_name", "assigned_to")]}),
        (_("Reach"), {"fields": [("contact_email", "contact_phone")]}),
        (
            _("Deal"),
            {"fields": [("status", "source"), ("value", "currency"), ("expected_close", "follow_up_date")]},
        ),
        (_("About"), {"fields": [("industry", "location"), "notes"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        """The pages beside the list and the form."""
        own = [*board.urls(self), *lead_actions.urls(self)]
        return [*own, *super().get_urls()]

    def page_rows(self, request: HttpRequest) -> QuerySet[Any]:
        """With what is set for the stage of each."""
        stage = Stage.objects.filter(pk=OuterRef("status"))
        found: QuerySet[Any] = (
            super()
            .page_rows(request)
            .annotate(
                probability=Subquery(stage.values("probability")),
                ages_after=Subquery(stage.values("ages_after")),
            )
        )
        return found

    def headline(self, request: HttpRequest, subject: Lead) -> dict[str, Any]:
        """Where it stands, and the forms that only leads have."""
        may_change = self.has_change_permission(request, subject)
        return {
            **headline(subject, may_change=may_change, now=timezone.now()),
            "move_form": as_typed(request, MoveForm(initial={"to": LeadStatus.CLOSED_LOST})),
            "file_form": as_typed(request, FileForm()),
            "max_bytes": settings.ARTIFACT_MAX_BYTES,
            "ask_form": as_typed(request, AskForm()),
        }

    @display(description=_("Status"), ordering="status", label=STATUS_COLOURS)
    def stage(self, lead: Lead) -> tuple[str, str]:
        """Coloured."""
        return lead.status, lead.get_status_display()

    @display(description=_("Company"), ordering="company_key")
    def who(self, lead: Lead) -> str:
        """By name, whatever its spelling."""
        return lead.company_name

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

    @admin.action(description=_("Contacted just now"), permissions=["change"])
    def contacted_just_now(self, request: HttpRequest, queryset: QuerySet[Lead]) -> None:
        """Log a contact with each of the chosen leads."""
        log = partial(activities.log_activity, actor=signed_in(request), kind=ActivityKind.CONTACT)
        if done := to_each(request, queryset, lambda lead: log(subject=lead)):
            text = ngettext("%d lead was contacted.", "%d leads were contacted.", done) % done
            messages.success(request, text)

    def get_fieldsets(self, request: HttpRequest, obj: Lead | None = None) -> Any:
        """Without the stage of an old lead (it is moved above) and the owner of one's own new lead."""
        hidden = set()
        if obj is not None:
            hidden.add("status")
        elif not request.user.has_perm("crm.assign_lead"):
            hidden.add("assigned_to")
        return [(title, _without(options, hidden)) for title, options in self.fieldsets or ()]

    def get_readonly_fields(self, request: HttpRequest, obj: Lead | None = None) -> list[str]:
        """Only those who may give leads away choose whose it is."""
        fixed = list(super().get_readonly_fields(request, obj))
        return fixed if request.user.has_perm("crm.assign_lead") else [*fixed, "assigned_to"]

    def form_facts(self, request: HttpRequest, obj: Any) -> dict[str, Any]:  # noqa: ARG002
        """Who is typing."""
        return {"user": request.user}

    def create(self, request: HttpRequest, fields: dict[str, Any]) -> Model:
        """By the service."""
        return leads.create_lead(actor=signed_in(request), **fields)

    def update(self, request: HttpRequest, row: Lead, version: str, fields: dict[str, Any]) -> None:
        """By the service."""
        leads.update_lead(actor=signed_in(request), lead=row, version=version, **fields)

    def delete_model(self, request: HttpRequest, obj: Lead) -> None:
        """By the service."""
        leads.delete_lead(actor=signed_in(request), lead=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Lead]) -> None:
        """By the service, one by one."""
        delete = partial(leads.delete_lead, actor=signed_in(request))
        to_each(request, queryset, lambda lead: delete(lead=lead), most=MAX_CHOSEN)


def _without(options: Any, hidden: set[str]) -> dict[str, Any]:
    """The options of a fieldset without some fields; lines that lose all of theirs go too."""
    lines = [(line,) if isinstance(line, str) else tuple(line) for line in options["fields"]]
    left = [tuple(name for name in line if name not in hidden) for line in lines]
    return {**options, "fields": [line for line in left if line]}
