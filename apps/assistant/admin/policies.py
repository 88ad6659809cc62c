"""Tool policies and pre-approvals in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.accounts.signed_in import signed_in
from apps.assistant import services
from apps.assistant.admin.policy_forms import GrantForm, PolicyForm
from apps.assistant.admin.tool_choice import readable
from apps.assistant.approving.deciders import ALL
from apps.assistant.models import Grant, ToolPolicy
from apps.audit import services as audit
from apps.core.admin import VisibleAdmin
from apps.core.errors import DomainError

EFFECT_COLOURS = {"allow": "success", "ask": "warning", "deny": "danger"}
GRANT_COLOURS = {"open": "success", "used": "default", "expired": "default", "revoked": "danger"}


@admin.register(ToolPolicy)
class ToolPolicyAdmin(VisibleAdmin):
    """What may be done with a tool. Of the policies that hold for a call the strictest counts."""

    form = PolicyForm
    list_display = ["what", "rule", "holds_for", "four_eyes", "is_active", "note"]
    list_filter = ["effect", "is_active", "department", "role"]
    list_select_related = ["role", "department"]
    search_fields = ["tool", "note"]
    search_help_text = _("Name of a tool, or words of the note")
    fields = [
        ("tool", "pattern"), "effect", ("role", "department", "agent"), ("four_eyes_above", "currency"),
        "note", "is_active",
    ]  # fmt: skip

    @admin.display(description=_("Tool"), ordering="tool")
    def what(self, policy: ToolPolicy) -> str:
        """By a name that a person can read."""
        return readable(policy.tool)

    @display(description=_("Effect"), label=EFFECT_COLOURS, ordering="effect")
    def rule(self, policy: ToolPolicy) -> tuple[str, str]:
        """A coloured label."""
        return policy.effect, policy.get_effect_display()

    @admin.display(description=_("Holds for"))
    def holds_for(self, policy: ToolPolicy) -> str:
        """Whom it binds."""
        parts = [str(part) for part in (policy.role, policy.department, policy.agent) if part]
        return ", ".join(parts) or str(_("everybody"))

    @admin.display(description=_("Four eyes above"))
    def four_eyes(self, policy: ToolPolicy) -> str:
        """From which amount a second person has to agree."""
        return "" if policy.four_eyes_above is None else f"{policy.currency} {policy.four_eyes_above:,.2f}"

    def save_model(self, request: HttpRequest, obj: ToolPolicy, form: Any, change: bool) -> None:
        """With a trace of what it was before."""
        super().save_model(request, obj, form, change)
        details = {
            name: [str(form.initial.get(name)), str(form.cleaned_data[name])] for name in form.changed_data
        }
        verb = "updated" if change else "created"
        audit.record(action=f"assistant.toolpolicy.{verb}", obj=obj, details=details)

    def delete_model(self, request: HttpRequest, obj: ToolPolicy) -> None:
        """With a trace of what it was."""
        details = {"tool": obj.tool, "effect": obj.effect}
        audit.record(action="assistant.toolpolicy.deleted", obj=obj, details=details)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """One by one, each with its trace."""
        for policy in queryset:
            self.delete_model(request, policy)


@admin.register(Grant)
class GrantAdmin(VisibleAdmin):
    """Answers given in advance. They are not changed: an unfitting one is revoked, and another given."""

    form = GrantForm
    list_display = ["what", "state", "holder", "used", "amount", "expires_at", "granted_by"]
    list_filter = ["tool", "department", "expires_at"]
    list_select_related = ["user", "department", "granted_by"]
    search_fields = ["tool", "note"]
    search_help_text = _("Name of a tool, or words of the note")
    ordering = ["-id"]
    actions = ["revoke"]
    add_fields = [
        ("tool", "pattern"), ("user", "department"), "scope_lines", "max_uses", ("max_amount", "currency"),
        "expires_at", "note",
    ]  # fmt: skip
    shown_fields = [
        "what", "state", "user", "department", "scope", ("uses", "max_uses"),
        ("amount_used", "max_amount", "currency"), "expires_at", "revoked_at", "granted_by", "note",
    ]  # fmt: skip

    @admin.display(description=_("Tool"), ordering="tool")
    def what(self, grant: Grant) -> str:
        """By a name that a person can read."""
        return readable(grant.tool)

    @display(description=_("State"), label=GRANT_COLOURS)
    def state(self, grant: Grant) -> tuple[str, Any]:
        """Whether it still covers anything."""
        if grant.revoked_at is not None:
            return "revoked", _("Revoked")
        if grant.expires_at <= timezone.now():
            return "expired", _("Expired")
        return ("used", _("Used up")) if grant.uses >= grant.max_uses else ("open", _("In force"))

    @admin.display(description=_("For"))
    def holder(self, grant: Grant) -> str:
        """A person, or everybody in a department."""
        return str(grant.user or grant.department)

    @admin.display(description=_("Used"))
    def used(self, grant: Grant) -> str:
        """How many calls of how many."""
        return f"{grant.uses} / {grant.max_uses}"

    @admin.display(description=_("Amount"))
    def amount(self, grant: Grant) -> str:
        """How much money of how much."""
        if grant.max_amount is None:
            return ""
        return f"{grant.currency} {grant.amount_used:,.2f} / {grant.max_amount:,.2f}"

    def get_fields(self, request: HttpRequest, obj: Grant | None = None) -> Any:
        """What is granted, or what became of it. Patterns are for those who decide on everything."""
        if obj is not None:
            return self.shown_fields
        if request.user.has_perm(f"assistant.{ALL}"):
            return self.add_fields
        return ["tool", *self.add_fields[1:]]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form knows who grants, so that it can say what this person may not."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.actor = signed_in(request)
        return form

    def save_model(self, request: HttpRequest, obj: Grant, form: Any, change: bool) -> None:  # noqa: ARG002
        """Through the service, as everybody grants."""
        made = services.create_grant(actor=signed_in(request), **form.terms())
        obj.__dict__.update(made.__dict__)

    def has_change_permission(self, request: HttpRequest, obj: Grant | None = None) -> bool:  # noqa: ARG002
        """What was granted stays as it was granted."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Grant | None = None) -> bool:  # noqa: ARG002
        """Approvals name the grant they were given under."""
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whoever sees it may try; the service has the last word."""
        return request.user.has_perm("assistant.view_grant")

    @admin.action(description=_("Revoke the chosen pre-approvals"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Grant]) -> None:
        """End them now, each by itself."""
        revoked = 0
        for grant in queryset:
            try:
                services.revoke_grant(actor=signed_in(request), grant=grant)
            except DomainError as error:
                messages.error(request, f"{grant}: {error.detail}")
            else:
                revoked += 1
        if revoked:
            messages.success(request, _("Revoked. From now on a person is asked again."))
