"""A question as a person reads it before answering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.agents import agents
from apps.assistant.approving.deciders import reason_against
from apps.assistant.choices import ApprovalStatus
from apps.assistant.models import Approval
from apps.assistant.toolkit import Preview, Touched, tools
from apps.core.markdown import rendered

#: Colours of the places that an argument can come from.
TONES = {"user": "good", "trusted": "good", "composed": "warn", "untrusted": "bad"}
MAX_SHOWN = 300


@dataclass(frozen=True)
class Origin:
    """Where one argument comes from, and the beginning of it."""

    path: str
    label: str
    tone: str
    text: str


@dataclass(frozen=True)
class DiffLine:
    """A line of a unified diff. `tone` is "good" for new, "bad" for old, "" for the rest."""

    text: str
    tone: str


@dataclass(frozen=True)
class Question:
    """What the page of an approval shows; `body` is HTML that is safe, or for a sandbox if `is_html`."""

    title: str
    agent: str
    why: str
    message: str
    lines: Sequence[tuple[str, str]] = ()
    body: str = ""
    is_html: bool = False
    warnings: Sequence[str] = ()
    files: Sequence[Artifact] = ()
    touches: Sequence[Touched] = ()
    origins: Sequence[Origin] = ()
    diff: Sequence[DiffLine] = field(default_factory=list)
    may_reject: bool = False
    may_learn: bool = False


def question(approval: Approval, user: User, preview: Preview | None = None) -> Question:
    """The approval for `user`, who may see it; only files that he may see are among its files.

    `preview` is what an edit would do, in place of what was proposed.
    """
    preview = preview or Preview.model_validate(approval.preview or {})
    agent = agents().get(approval.run.agent)
    is_edited = approval.status == ApprovalStatus.APPROVED and bool(approval.decided_arguments)
    return Question(
        title=preview.title or approval.summary,
        agent=agent.title if agent else _("The assistant"),
        why=_why(approval),
        message=approval.run.message.body[:MAX_SHOWN],
        lines=preview.lines or _arguments(approval),
        body=rendered(preview.body) if preview.body_format == "markdown" else preview.body,
        is_html=preview.body_format == "html" and bool(preview.body),
        warnings=preview.warnings,
        files=_files(preview.files, user),
        touches=preview.touches,
        origins=[_origin(leaf) for leaf in approval.provenance],
        diff=[DiffLine(line, _tone(line)) for line in approval.diff.splitlines()],
        may_reject=not reason_against(approval, user, approving=False),
        may_learn=is_edited
        and user.has_perm("assistant.add_evaluationcase")
        and not hasattr(approval, "case"),
    )


def _why(approval: Approval) -> str:
    reason = str(approval.get_reason_display())
    tool = tools.get(approval.tool)
    if tool is None:
        return _("%(reason)s. The tool is no longer there.") % {"reason": reason}
    return f"{reason}."


def _arguments(approval: Approval) -> list[tuple[str, str]]:
    """What was proposed, where the tool itself tells nothing better."""
    return [
        (name.replace("_", " ").capitalize(), _text(value))
        for name, value in approval.arguments.items()
        if value not in (None, "", [])
    ]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _files(keys: Sequence[str], user: User) -> list[Artifact]:
    return list(Artifact.objects.visible_to(user).filter(pk__in=keys).order_by("name"))


def _origin(leaf: dict[str, Any]) -> Origin:
    labels = {
        "user": _("the person's own words"),
        "trusted": _("our own rows"),
        "composed": _("written by the agent"),
        "untrusted": _("words of a stranger"),
    }
    source = str(leaf.get("origin", ""))
    return Origin(
        path=str(leaf.get("path", "")).replace("_", " "),
        label=labels.get(source, source),
        tone=TONES.get(source, "muted"),
        text=str(leaf.get("value", "")),
    )


def _tone(line: str) -> str:
    if line.startswith(("+++", "---", "@@")):
        return ""
    return {"+": "good", "-": "bad"}.get(line[:1], "")
