"""The forms of rules and of answers given in advance."""

from __future__ import annotations

import difflib
from fnmatch import fnmatchcase
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.accounts.models import User
from apps.assistant.agents import agents
from apps.assistant.approving.grants import check_grant
from apps.assistant.models import Grant, ToolPolicy
from apps.assistant.toolkit import tools
from apps.core.errors import DomainError


def known_tools(pattern: str) -> str:
    """The pattern, if any tool answers to it. Raises a `ValidationError` that names similar ones."""
    pattern = pattern.strip()
    names = [tool.qualified_name for tool in tools]
    if any(fnmatchcase(name, pattern) for name in names):
        return pattern
    near = difflib.get_close_matches(pattern, names, n=3, cutoff=0.5)
    hint = _(" Do you mean %(names)s?") % {"names": ", ".join(near)} if near else ""
    raise forms.ValidationError(f"{_('No tool has this name.')}{hint}")


class PolicyForm(forms.ModelForm[ToolPolicy]):
    """A rule; its pattern has to mean something."""

    class Meta:
        model = ToolPolicy
        fields = [
            "tool", "effect", "role", "department", "agent", "four_eyes_above", "currency", "note",
            "is_active",
        ]  # fmt: skip
        help_texts = {
            "tool": _("A name or a pattern: mail.send_mail, mail.*, crm.delete_*"),
            "role": _("Empty: every role."),
            "department": _("Empty: every department."),
            "agent": _("Empty: every agent."),
            "four_eyes_above": _("Above this amount somebody other than the requester has to agree."),
        }

    def clean_tool(self) -> str:
        """A pattern that some tool answers to."""
        return known_tools(self.cleaned_data["tool"])

    def clean_agent(self) -> str:
        """The name of an agent, or nothing."""
        name = str(self.cleaned_data["agent"]).strip().lower()
        if name and name not in agents():
            raise forms.ValidationError(_("Agents: %(names)s.") % {"names": ", ".join(agents())})
        return name

    def clean_currency(self) -> str:
        """Three capital letters."""
        return str(self.cleaned_data["currency"]).strip().upper()


class GrantForm(forms.ModelForm[Grant]):
    """An answer in advance, in lines that a person can write."""

    actor: User

    scope_lines = forms.CharField(
        label=_("Only with"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("One argument a line, with the patterns that all its values must match: to: *@abc.sg"),
    )

    class Meta:
        model = Grant
        fields = ["tool", "user", "department", "max_uses", "max_amount", "currency", "expires_at", "note"]
        help_texts = {
            "tool": _("A name or a pattern: mail.send_mail, mail.*"),
            "max_amount": _("In all. Empty: any amount."),
        }

    def clean_tool(self) -> str:
        """A pattern that some tool answers to."""
        return known_tools(self.cleaned_data["tool"])

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
        if not (cleaned.get("user") or cleaned.get("department")):
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
        terms = dict(self.cleaned_data)
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
