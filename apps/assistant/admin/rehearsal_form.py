"""What a rehearsal is asked for with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.assistant.agents import agents
from apps.assistant.models import AgentVersion
from apps.assistant.rehearsing.modes import modes
from apps.conversations.services import MAX_BODY

MAX_FILES = 5


class _ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if len(files) > MAX_FILES:
            raise forms.ValidationError(_("Choose %(count)d files at most.") % {"count": MAX_FILES})
        clean = super().clean
        return [clean(one, initial) for one in files]


class RehearsalForm(forms.Form):
    """A message and who answers it; of a past run only who answers is chosen anew."""

    message = forms.CharField(
        label=_("Message"),
        max_length=MAX_BODY,
        widget=forms.Textarea(attrs={"class": "mz-textarea", "rows": 4}),
    )
    agent = forms.ChoiceField(label=_("Agent"), required=False)
    version = forms.ModelChoiceField(
        label=_("Version of an agent"), queryset=AgentVersion.objects.none(), required=False,
        empty_label=_("The published ones"),
    )  # fmt: skip
    mode = forms.ChoiceField(label=_("Answered by"), required=False)
    attached = _FilesField(
        label=_("Files"), required=False, widget=_ManyFiles(attrs={"class": "mz-input", "multiple": True})
    )

    def __init__(self, *args: Any, user: User, is_replay: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(agent.name, agent.title) for agent in agents().values()]
        self._field("agent").choices = [("", _("Whoever the router finds")), *names]
        self._field("mode").choices = modes()
        versions = AgentVersion.objects.visible_to(user).order_by("agent", "-number")
        self._field("version").queryset = versions
        self._field("version").label_from_instance = _version
        for name in ("agent", "version", "mode"):
            self.fields[name].widget.attrs["class"] = "mz-select"
        if is_replay:
            del self.fields["message"], self.fields["attached"]

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def clean(self) -> dict[str, Any]:
        """A version is one of the agent that is chosen."""
        found: dict[str, Any] = super().clean() or {}
        version, agent = found.get("version"), found.get("agent")
        if version and agent and version.agent != agent:
            self.add_error("version", _("This is a version of another agent."))
        return found


def _version(version: AgentVersion) -> str:
    return f"{version.title} v{version.number} ({version.get_status_display()})"
