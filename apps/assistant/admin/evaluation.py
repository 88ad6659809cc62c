"""How good the agents are, in the back office: evaluations, their results, and the cases."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.assistant.admin import evaluation_pages
from apps.assistant.choices import CaseOrigin
from apps.assistant.evaluation import selectors
from apps.assistant.models import Evaluation, EvaluationCase
from apps.assistant.naming import agent_title, mode_title
from apps.core.admin import RecordPageAdmin, VisibleAdmin

STATES = {"completed": "success", "failed": "warning", "running": "info", "queued": "info"}


@admin.register(Evaluation)
class EvaluationAdmin(RecordPageAdmin):
    """Goes through the cases, newest first; one opens with its results."""

    list_display = ["created_at", "state", "answered_by", "share", "versions", "started_by"]
    list_filter = ["status", "mode", "created_at"]
    ordering = ["-id"]
    list_select_related = ["started_by"]
    actions_list = ["evaluate_now"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Evaluation]:
        """With how many cases were played so far."""
        found: QuerySet[Evaluation] = super().get_queryset(request)
        passed = Count("results", filter=Q(results__passed=True))
        return found.annotate(done=Count("results"), right=passed)

    def get_urls(self) -> list[URLPattern]:
        """What people do with evaluations, before their own pages."""
        return [*evaluation_pages.urls(self), *super().get_urls()]

    @display(description=_("Status"), label=STATES, ordering="status")
    def state(self, evaluation: Evaluation) -> tuple[str, str]:
        """A coloured label."""
        return evaluation.status, evaluation.get_status_display()

    @admin.display(description=_("Answered by"), ordering="mode")
    def answered_by(self, evaluation: Evaluation) -> str:
        """A provider, or no model."""
        return mode_title(evaluation.mode)

    @admin.display(description=_("Passed"))
    def share(self, evaluation: Any) -> str:
        """How many of how many, and how far it is."""
        text = f"{evaluation.right} / {evaluation.done}"
        if evaluation.done < evaluation.total:
            text += " " + gettext("(of %(total)d cases)") % {"total": evaluation.total}
        return text

    @admin.display(description=_("Versions"))
    def versions(self, evaluation: Evaluation) -> str:
        """Which version of each agent answered."""
        numbers = sorted(evaluation.agent_versions.items())
        return ", ".join(f"{agent_title(agent)} v{number}" for agent, number in numbers)

    @action(description=_("Evaluate now"), icon="play_arrow", permissions=["evaluate"])
    def evaluate_now(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """Choose how, then play all cases."""
        return HttpResponseRedirect(reverse("admin:assistant_evaluation_ask"))

    def has_evaluate_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Whoever reads evaluations may ask for one: it changes nothing."""
        return request.user.has_perm("assistant.view_evaluation")

    def record_page(self, request: HttpRequest, record: Evaluation) -> HttpResponse:
        """As far as it is: shares by column and agent, the trend, and every case, failed ones first."""
        return evaluation_pages.page(self, request, record)


class CaseForm(forms.ModelForm[EvaluationCase]):
    """A case is played with the rights of its role, over all rows that there are."""

    reader: ClassVar[User]

    def clean_role(self) -> str:
        """Nobody has somebody with more rights ask for him, nor takes such a case over."""
        role = str(self.cleaned_data["role"])
        wanted = {role} if self.instance._state.adding else {role, str(self.initial["role"])}
        if not wanted <= selectors.roles_within(self.reader):
            raise forms.ValidationError(_("Choose a role that may do nothing that you may not do yourself."))
        return role


@admin.register(EvaluationCase)
class EvaluationCaseAdmin(VisibleAdmin):
    """The cases. Those of files are edited in their files and can only be switched off here."""

    list_display = ["key", "title", "agent", "skill", "role", "origin", "is_active"]
    list_filter = ["is_active", "origin", "agent", "skill", "role"]
    form = CaseForm
    search_fields = ["key", "title", "message"]
    search_help_text = _("Key, title or words of the message")
    ordering = ["key"]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ["key", "title", "message", "role", "requested_agent", "is_active"]}),
        (_("What has to be there"), {"fields": ["given", "files"]}),
        (
            _("What is expected"),
            {"fields": ["agent", "skill", "tools", "facts", "forbidden", "expected_arguments", "modes"]},
        ),
        (_("Where it comes from"), {"fields": ["origin", "approval", "tags"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: EvaluationCase | None = None) -> list[str]:  # noqa: ARG002
        """All of a file's case but its switch; of others, where they come from."""
        if obj is not None and obj.origin == CaseOrigin.FILE:
            return [name for _title, part in self.fieldsets for name in part["fields"] if name != "is_active"]
        return ["origin", "approval"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form knows who fills it."""
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"reader": signed_in(request)})

    def has_change_permission(self, request: HttpRequest, obj: EvaluationCase | None = None) -> bool:
        """A case that asks with more rights than one has is for others to change."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or obj.role in selectors.roles_within(signed_in(request))

    def has_delete_permission(self, request: HttpRequest, obj: EvaluationCase | None = None) -> bool:
        """A file's case would come back; it is switched off instead."""
        if obj is not None and obj.origin == CaseOrigin.FILE:
            return False
        return bool(super().has_delete_permission(request, obj))
