"""The forms of tool policies and pre-approvals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from apps.accounts.models import User
from apps.assistant.admin.tool_choice import PatternField, ToolField, chosen, show_known
from apps.assistant.agents import agents
from apps.assistant.approving.deciders import ALL, decidable_people
from apps.assistant.approving.grants import check_grant
from apps.assistant.approving.policies import effect_of, policies_of
from apps.assistant.models import Grant, ToolPolicy
from apps.core.errors import DomainError


def _agents() -> list[tuple[str, str]]:
    return [("", str(_("Every agent"))), *((agent.name, agent.title) for agent in agents().values())]


class PolicyForm(forms.ModelForm[ToolPolicy]):
    """A policy; what it is about is chosen, or a pattern that means something."""

    tool = ToolField()
    pattern = PatternField()
    agent = forms.ChoiceField(
        label=_("Agent"), required=False, choices=_agents, widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = ToolPolicy
        fields = [
            "tool", "effect", "role", "department", "agent", "four_eyes_above", "currency", "note",
            "is_active",
        ]  # fmt: skip
        help_texts = {
            "role": _("Empty: every role."),
            "department": _("Empty: every department."),
            "four_eyes_above": _("Above this amount somebody other than the requester has to agree."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "tool" in self.fields:
            show_known(self)

    def clean(self) -> dict[str, Any]:
        """With the one tool or pattern that was meant."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["tool"] = chosen(self)
        return cleaned

    def clean_currency(self) -> str:
        """Three capital letters."""
        return str(self.cleaned_data["currency"]).strip().upper()


class GrantForm(forms.ModelForm[Grant]):
    """An answer in advance, in lines that a person can write. What one may not grant is not offered."""

    actor: User

    tool = ToolField()
    pattern = PatternField()
    scope_lines = forms.CharField(
        label=_("Only with"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("One argument a line, with the patterns that all its values must match: to: *@abc.sg"),
    )

    class Meta:
        model = Grant
        fields = ["tool", "user", "department", "max_uses", "max_amount", "currency", "expires_at", "note"]
        labels = {
            "user": _("Person"),
            "max_uses": _("How often"),
            "max_amount": _("Amount at most"),
            "expires_at": _("Until"),
        }
        help_texts = {
            "user": _("Whose runs need not ask. Or everybody's of a department."),
            "max_uses": _("So many calls, then a person is asked again."),
            "max_amount": _("Of all calls together. Empty: any amount."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "user" not in self.fields:
            return
        policies = policies_of(self.actor)
        show_known(
            self,
            lambda tool: (
                not tool.read_only
                and tool.allowed(self.actor)
                and not effect_of(tool, self.actor, policies=policies).is_denied
            ),
        )
        people: Any = self.fields["user"]
        people.queryset = decidable_people(self.actor)
        departments: Any = self.fields["department"]
        if not self.actor.has_perm(f"assistant.{ALL}"):
            del self.fields["pattern"]
            departments.queryset = departments.queryset.filter(pk=self.actor.department_id)

    def clean_scope_lines(self) -> dict[str, list[str]]:
        """Argument to patterns."""
        scope: dict[str, list[str]] = {}
        for line in str(self.cleaned_data["scope_lines"]).splitlines():
            name, colon, patterns = line.partition(":")
            found = [part.strip() for part in patterns.split(",") if part.strip()]
            if line.strip() and not (colon and name.strip() and found):
                raise forms.ValidationError(_("Write each line as argument: pattern, pattern"))
            if found:
                scope.setdefault(name.strip(), []).extend(found)
        return scope

    def clean(self) -> dict[str, Any]:
        """All that the service would refuse is said beside its field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["tool"] = chosen(self)
        if not (cleaned.get("user") or cleaned.get("department") or "user" in self.errors):
            self.add_error("user", _("Either a person or a department, please."))
        if self.errors:
            return cleaned
        try:
            check_grant(actor=self.actor, **self.terms())
        except DomainError as error:
            self._tell(error)
        return cleaned

    def terms(self) -> dict[str, Any]:
        """What the service takes."""
        terms = {name: value for name, value in self.cleaned_data.items() if name != "pattern"}
        terms["scope"] = terms.pop("scope_lines")
        terms["currency"] = str(terms["currency"]).strip().upper()
        return terms

    def _tell(self, error: DomainError) -> None:
        if not error.errors:
            self.add_error(None, error.detail)
        for name, sentences in error.errors.items():
            field = "scope_lines" if name == "scope" else name
            for sentence in sentences:
                self.add_error(field if field in self.fields else None, sentence)
