"""What happened, as lists: activities and changes of stage."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.template.defaultfilters import truncatechars
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.core.admin import ReadOnlyAdmin
from apps.crm.admin.moments import short
from apps.crm.models import Activity, StageChange
from apps.crm.subjects import subject_url

SECONDS_OF_A_DAY = 86_400


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    """Calls, mails, meetings and notes, newest first. They are written on the page of what they are about."""

    list_display = ["when", "kind", "about", "by", "said"]
    list_filter = ["kind"]
    list_select_related = ["by", "lead", "company", "contact"]
    search_fields = ["subject_line", "note"]
    search_help_text = _("Subject or text")
    fields = [("kind", "occurred_at"), ("about", "by"), "subject_line", "note", "created_at"]
    readonly_fields = ["about"]

    @admin.display(description=_("About"))
    def about(self, activity: Activity) -> str:
        """To the lead, company or contact."""
        subject = activity.subject
        return format_html('<a class="mz-link" href="{}">{}</a>', subject_url(subject), subject)

    @admin.display(description=_("When"), ordering="occurred_at")
    def when(self, activity: Activity) -> str:
        """Day and time, short."""
        return short(activity.occurred_at)

    @admin.display(description=_("Text"))
    def said(self, activity: Activity) -> str:
        """The first words."""
        return truncatechars(activity.subject_line or activity.note, 80) or "–"


@admin.register(StageChange)
class StageChangeAdmin(ReadOnlyAdmin):
    """Every step of every lead, newest first: who moved it, from where to where, after how long."""

    list_display = ["when", "about", "step", "by", "days", "lost_reason"]
    list_filter = ["to_status", "from_status", "lost_reason"]
    list_select_related = ["lead", "by"]
    #: Reports lead to the changes of the leads of one owner, source or industry.
    linked_lookups: ClassVar[frozenset[str]] = frozenset(
        {
            "lead__assigned_to__isnull",
            "lead__assigned_to__id__exact",
            "lead__source__exact",
            "lead__industry__exact",
        }
    )
    fields = [
        ("about", "at"),
        ("from_status", "to_status"),
        ("by", "days"),
        ("value", "currency"),
        "lost_reason",
    ]
    readonly_fields = ["about", "days"]

    @admin.display(description=_("Lead"))
    def about(self, change: StageChange) -> str:
        """To the lead."""
        return format_html('<a class="mz-link" href="{}">{}</a>', subject_url(change.lead), change.lead)

    @admin.display(description=_("When"), ordering="at")
    def when(self, change: StageChange) -> str:
        """Day and time, short."""
        return short(change.at)

    @admin.display(description=_("Step"))
    def step(self, change: StageChange) -> str:
        """From one stage to the next."""
        before = change.get_from_status_display() if change.from_status else _("came in")
        return f"{before} → {change.get_to_status_display()}"

    @admin.display(description=_("Days before"))
    def days(self, change: StageChange) -> str:
        """How long it had been in the stage it left."""
        return "–" if change.seconds is None else f"{change.seconds / SECONDS_OF_A_DAY:.1f}"
