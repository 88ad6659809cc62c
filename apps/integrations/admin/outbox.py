"""The outbox: what was sent, what waits, what failed and why."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.core.admin import ReadOnlyAdmin, by_post
from apps.core.errors import DomainError
from apps.core.masking import without_keys
from apps.integrations import services
from apps.integrations.choices import DispatchStatus
from apps.integrations.models import Dispatch
from apps.integrations.services import steering

COLOURS = {
    DispatchStatus.QUEUED: "info",
    DispatchStatus.SENDING: "info",
    DispatchStatus.SENT: "success",
    DispatchStatus.FAILED: "danger",
    DispatchStatus.KEPT: "warning",
    DispatchStatus.CANCELLED: "default",
}
Change = Callable[..., Dispatch]


@admin.register(Dispatch)
class DispatchAdmin(ReadOnlyAdmin):
    """Newest first; one's own, or everybody's for those who may see them."""

    list_display = ["title", "state", "kind", "recipient", "user", "created_at"]
    list_filter = ["status", "kind", "created_at"]
    search_fields = ["title", "recipient"]
    search_help_text = _("Words of the subject, or an address")
    list_select_related = ["user"]
    actions = ["retry_chosen"]
    actions_detail = ["retry", "cancel"]
    fields = [
        "title", "status", "kind", "recipient", "user", "words", "error", "attempts", "created_at", "sent_at",
        "not_before", "draft", "run",
    ]  # fmt: skip
    readonly_fields = ["words", "draft", "run"]

    @display(description=_("Status"), label=COLOURS, ordering="status")
    def state(self, dispatch: Dispatch) -> tuple[str, str]:
        """A coloured label."""
        return dispatch.status, dispatch.get_status_display()

    @admin.display(description=_("Words"))
    def words(self, dispatch: Dispatch) -> str:
        """What a mail says, without keys that are its recipient's; of others, what they are."""
        text = dispatch.payload.get("text") or dispatch.payload.get("body") or dispatch.title
        return format_html('<div class="whitespace-pre-wrap">{}</div>', without_keys(text))

    @admin.display(description=_("Kept as"))
    def draft(self, dispatch: Dispatch) -> str:
        """The file of a mail that could not leave."""
        if dispatch.artifact is None:
            return "–"
        return _link(dispatch.artifact.download_url, dispatch.artifact.name)

    @admin.display(description=_("Run"))
    def run(self, dispatch: Dispatch) -> str:
        """What of the assistant's wanted it."""
        if dispatch.run_id is None:
            return "–"
        return _link(reverse("admin:assistant_run_change", args=[dispatch.run_id]), _now("Open"))

    @action(description=_("Send again"), icon="send", permissions=["retry"])
    @by_post(_("Send it again?"))
    def retry(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Once more, from where it stopped."""
        return self._steer(request, object_id, services.retry, _now("It is in the outbox again."))

    @action(description=_("Stop"), icon="cancel", permissions=["cancel"])
    @by_post(_("Stop it before it is sent?"))
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """While it has not begun to leave."""
        return self._steer(request, object_id, services.cancel, _now("It will not be sent."))

    @admin.action(description=_("Send again"), permissions=["steer"])
    def retry_chosen(self, request: HttpRequest, queryset: QuerySet[Dispatch]) -> None:
        """All that failed or were kept."""
        done = sum(self._try(request, dispatch, services.retry) for dispatch in queryset)
        if done:
            said = ngettext("%(n)d is in the outbox again.", "%(n)d are in the outbox again.", done)
            messages.success(request, said % {"n": done})

    def has_steer_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Those who may change what they see here; the service has the last word."""
        return request.user.has_perm("integrations.change_dispatch")

    def has_retry_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """For what did not leave; a click that comes too late is answered by the service."""
        return self._offers(request, object_id, steering.RETRIED)

    def has_cancel_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """For what waits."""
        return self._offers(request, object_id, steering.STOPPED)

    def _offers(self, request: HttpRequest, object_id: Any, states: Collection[str]) -> bool:
        if not self.has_steer_permission(request):
            return False
        dispatch = self.get_object(request, str(object_id)) if object_id and request.method == "GET" else None
        return dispatch is None or dispatch.status in states

    def _steer(self, request: HttpRequest, object_id: str, change: Change, said: str) -> HttpResponse:
        dispatch = self.get_object(request, object_id)
        if dispatch is None:
            return HttpResponseRedirect(reverse("admin:integrations_dispatch_changelist"))
        if self._try(request, dispatch, change):
            messages.success(request, said)
        return HttpResponseRedirect(reverse("admin:integrations_dispatch_change", args=[object_id]))

    def _try(self, request: HttpRequest, dispatch: Dispatch, change: Change) -> bool:
        actor: User = signed_in(request)
        try:
            change(actor=actor, dispatch=dispatch)
        except DomainError as error:
            messages.error(request, f"{dispatch}: {error.detail}")
            return False
        return True


def _link(url: str, text: str) -> str:
    return format_html('<a class="text-primary-600" href="{}">{}</a>', url, text)
