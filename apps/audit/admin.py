"""The audit trail and the e-mail log in the back office: read-only."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.audit.models import AuditEvent, EmailLog
from apps.core.admin import ReadOnlyAdmin


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """Newest first, by action, door and department."""

    list_display = ["at", "actor_label", "action", "object_label", "source", "department", "ip_address"]
    list_filter = ["source", "department", "action", "at"]
    search_fields = ["action", "object_id", "correlation_id", "actor_label"]
    search_help_text = _("Action, person, or the id of an object or a request")


EMAIL_COLOURS = {
    "draft": "default",
    "queued": "info",
    "sent": "success",
    "failed": "danger",
    "bounced": "danger",
}


@admin.register(EmailLog)
class EmailLogAdmin(ReadOnlyAdmin):
    """Mails that the platform sent or tried to send; one's own, or everybody's for those who may see them."""

    list_display = ["subject", "state", "to", "purpose", "user", "created_at"]
    list_filter = ["status", "purpose", "department", "created_at"]
    search_fields = ["subject"]
    search_help_text = _("Words of the subject, or a whole address")

    @display(description=_("Status"), label=EMAIL_COLOURS, ordering="status")
    def state(self, mail: EmailLog) -> tuple[str, str]:
        """A coloured label."""
        return mail.status, mail.get_status_display()

    @admin.display(description=_("To"))
    def to(self, mail: EmailLog) -> str:
        """The first address, and how many others there are."""
        first, *others = mail.recipients or [""]
        return f"{first} +{len(others)}" if others else first

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[EmailLog], search_term: str
    ) -> tuple[QuerySet[EmailLog], bool]:
        """A whole address is looked up among the recipients; anything else in the subjects."""
        address = search_term.strip().lower()
        if "@" in address and " " not in address:
            return queryset.filter(recipients__contains=[address]), False
        return super().get_search_results(request, queryset, search_term)
