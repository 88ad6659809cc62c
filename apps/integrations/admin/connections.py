"""Connections: what may be read is shown, secrets are only ever entered."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from apps.accounts.signed_in import signed_in
from apps.core.admin import VisibleAdmin, by_post
from apps.core.errors import DomainError
from apps.integrations import services
from apps.integrations.choices import Provider
from apps.integrations.credentials import service_account
from apps.integrations.models import Connection

#: What is kept readable, and what sealed.
SETTINGS = ("tenant_id", "client_id", "mailbox")
SECRETS = ("client_secret", "service_account")
SECRET_NAMES = {
    "client_secret": _("client secret"),
    "service_account": _("key of the service account"),
    "teams_sign_in": _("sign-in for Teams"),
}
ACTIVE_COLOURS = {"on": "success", "off": "default"}
_UNSEEN = {"autocomplete": "new-password", "spellcheck": "false"}


class _UnseenInput(UnfoldAdminTextInputWidget):
    """Takes a secret; what was typed does not come back with the page, not even beside an error."""

    input_type = "password"

    def format_value(self, value: Any) -> str | None:  # noqa: ARG002
        """Nothing."""
        return None


class _UnseenTextarea(UnfoldAdminTextareaWidget):
    """Takes a secret of many lines, likewise."""

    def format_value(self, value: Any) -> str | None:  # noqa: ARG002
        """Nothing."""
        return None


class ConnectionForm(forms.ModelForm[Connection]):
    """Secrets are empty when the form is shown; left empty, they stay as they are."""

    tenant_id = forms.CharField(
        label=_("Tenant"), required=False, widget=UnfoldAdminTextInputWidget,
        help_text=_("“Directory (tenant) ID” of the app registration (entra.microsoft.com)"),
    )  # fmt: skip
    client_id = forms.CharField(
        label=_("Client"), required=False, widget=UnfoldAdminTextInputWidget,
        help_text=_("“Application (client) ID” of the app registration"),
    )  # fmt: skip
    client_secret = forms.CharField(
        label=_("Client secret"), required=False,
        widget=_UnseenInput(attrs=_UNSEEN),
        help_text=_(
            "The value under “Certificates & secrets”, not its id. The app needs the application permissions"
            " Mail.ReadWrite, Mail.Send and Calendars.ReadWrite, with admin consent."
        ),
    )  # fmt: skip
    mailbox = forms.EmailField(
        label=_("Shared mailbox"), required=False, widget=UnfoldAdminTextInputWidget,
        help_text=_("Sends for everybody; answers go to who wrote. Empty: each sends from the own mailbox."),
    )  # fmt: skip
    channels = forms.JSONField(
        label=_("Teams channels"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=_('May stay empty. {"Team/Channel": {"team_id": "…", "channel_id": "…"}} saves look-ups.'),
    )  # fmt: skip
    service_account = forms.CharField(
        label=_("Key of the service account"), required=False,
        widget=_UnseenTextarea(attrs={**_UNSEEN, "rows": 6}),
        help_text=_("The whole JSON file from Firebase: project settings, service accounts, new private key"),
    )  # fmt: skip

    class Meta:
        model = Connection
        fields = ["provider", "name", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SETTINGS:
            self.fields[name].initial = self.instance.settings.get(name, "")
        self.fields["channels"].initial = self.instance.settings.get("channels") or {}
        kept = kept_secrets(self.instance)
        for name in SECRETS:
            if name in kept:
                self.fields[name].help_text = _("One is kept. Leave this empty to keep it.")

    def clean(self) -> dict[str, Any]:
        """What the chosen service needs must be there, now or from before."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        kept = kept_secrets(self.instance)
        if given.get("provider") == Provider.MICROSOFT:
            self._need(given, "tenant_id", "client_id")
            if "client_secret" not in kept:
                self._need(given, "client_secret")
        elif "service_account" not in kept:
            self._need(given, "service_account")
        if given.get("service_account"):
            try:
                service_account(given["service_account"])
            except DomainError as error:
                self.add_error("service_account", ValidationError(error.detail))
        return given

    def settings(self) -> dict[str, Any]:
        """What is kept readable."""
        if self.cleaned_data["provider"] != Provider.MICROSOFT:
            return {}
        found = {name: self.cleaned_data[name].strip() for name in SETTINGS}
        return {**found, "channels": self.cleaned_data.get("channels") or {}}

    def secrets(self) -> dict[str, str]:
        """What was entered anew."""
        wanted = "client_secret" if self.cleaned_data["provider"] == Provider.MICROSOFT else "service_account"
        return {wanted: self.cleaned_data.get(wanted) or ""}

    def _need(self, given: dict[str, Any], *names: str) -> None:
        for name in names:
            if not given.get(name) and name not in self.errors:
                self.add_error(name, _now("This service needs it."))


def kept_secrets(connection: Connection) -> set[str]:
    """The names of the secrets that are kept and can be read."""
    try:
        return set(connection.secrets())
    except DomainError:
        return set()


@admin.register(Connection)
class ConnectionAdmin(VisibleAdmin):
    """The services that the house is connected to, each with a button that tries it."""

    form = ConnectionForm
    list_display = ["name", "provider", "state", "last_tested_at", "outcome"]
    list_filter = ["provider", "is_active"]
    search_fields = ["name"]
    sortable_by = ()
    actions_detail = ["test"]
    readonly_fields = ["kept", "last_tested_at", "problems"]
    fields = [
        "provider", "name", "is_active", "tenant_id", "client_id", "client_secret", "mailbox", "channels",
        "service_account", "kept", "last_tested_at", "problems",
    ]  # fmt: skip
    conditional_fields: ClassVar[dict[str, str]] = {
        **dict.fromkeys([*SETTINGS, "client_secret", "channels"], "provider == 'microsoft'"),
        "service_account": "provider == 'fcm'",
    }

    @display(description=_("Use"), label=ACTIVE_COLOURS)
    def state(self, connection: Connection) -> tuple[str, str]:
        """In use or not."""
        return ("on", _now("In use")) if connection.is_active else ("off", _now("Off"))

    @admin.display(description=_("Last test"))
    def outcome(self, connection: Connection) -> str:
        """The first problem in full; the others are on its page."""
        if connection.last_tested_at is None:
            return _now("Not tested yet")
        first, _nl, others = connection.last_error.partition("\n")
        if not first:
            return _now("Works")
        return f"{first} (+{others.count(chr(10)) + 1})" if others else first

    def get_fields(self, request: HttpRequest, obj: Connection | None = None) -> list[str]:  # noqa: ARG002
        """What was kept and tested, once there is something."""
        shown: list[str] = list(self.fields)
        return shown if obj else [name for name in shown if name not in self.readonly_fields]

    @admin.display(description=_("Secrets that are kept"))
    def kept(self, connection: Connection) -> str:
        """Their names; nothing shows more of them."""
        try:
            names = sorted(str(SECRET_NAMES.get(name, name)) for name in connection.secrets())
        except DomainError as error:
            return error.detail
        return ", ".join(names) or _now("None yet")

    @admin.display(description=_("Problems of the last test"))
    def problems(self, connection: Connection) -> str:
        """Each on a line of its own."""
        if connection.last_tested_at is None:
            return _now("Not tested yet. Save it, then press Test.")
        return linebreaksbr(connection.last_error) if connection.last_error else _now("None")

    def save_model(self, request: HttpRequest, obj: Connection, form: Any, change: bool) -> None:  # noqa: ARG002
        """Through the service, which seals the secrets and writes the trail."""
        services.save_connection(
            actor=signed_in(request),
            connection=obj,
            provider=form.cleaned_data["provider"],
            name=form.cleaned_data["name"],
            is_active=form.cleaned_data["is_active"],
            settings=form.settings(),
            secrets=form.secrets(),
        )

    @action(description=_("Test"), icon="network_check", permissions=["test"])
    @by_post(_("Try this connection now?"))
    def test(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Sign in and read something small; say what works and what does not."""
        connection = self.get_object(request, object_id)
        back = HttpResponseRedirect(reverse("admin:integrations_connection_change", args=[object_id]))
        if connection is None:
            return HttpResponseRedirect(reverse("admin:integrations_connection_changelist"))
        found = services.check(actor=signed_in(request), connection=connection)
        for line in found.problems:
            messages.error(request, line)
        if found.works:
            messages.success(request, " ".join(found.works))
        return back

    def has_test_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Those who look after connections."""
        return request.user.has_perm("integrations.test_connection")
