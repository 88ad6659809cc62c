"""A question as a person reads it before answering."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.agents import agents
from apps.assistant.approving.deciders import reason_against
from apps.assistant.approving.effects import why
from apps.assistant.choices import ApprovalStatus
from apps.assistant.models import Approval
from apps.assistant.toolkit import Preview, Touched, tools
from apps.core.markdown import rendered

#: Colours of the places that an argument can come from.
TONES = {"user": "good", "trusted": "good", "composed": "warn", "untrusted": "bad"}
MAX_SHOWN = 300
_PLACE = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Origin:
    """Where one argument comes from, and the beginning of it."""

    path: str
    label: str
    tone: str
    text: str


@dataclass(frozen=True)
class Line:
    """What would happen, line by line; `url` leads to the row that the line is about."""

    label: str
    value: str
    url: str = ""


@dataclass(frozen=True)
class DiffLine:
    """A line of a unified diff. `tone` is "good" for new, "bad" for old, "" for the rest."""

    text: str
    tone: str


@dataclass(frozen=True)
class Question:
    """What the page of an approval shows; `body` is HTML that is safe, or for a sandbox if `is_html`.

    `touches` are the rows that no line is about.
    """

    title: str
    agent: str
    why: str
    message: str
    lines: Sequence[Line] = ()
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
    lines = preview.lines or _arguments(approval)
    files = _files(preview.files, user)
    told = {label for label, _value in lines}
    is_edited = approval.status == ApprovalStatus.APPROVED and bool(approval.decided_arguments)
    return Question(
        title=preview.title or approval.summary,
        agent=agent.title if agent else _("The assistant"),
        why=_why(approval, preview),
        message=approval.run.message.body[:MAX_SHOWN],
        lines=_linked(lines, preview.touches),
        body=rendered(preview.body) if preview.body_format == "markdown" else preview.body,
        is_html=preview.body_format == "html" and bool(preview.body),
        warnings=preview.warnings,
        files=files,
        touches=[row for row in preview.touches if row.label not in told],
        origins=_origins(approval, preview.touches, files),
        diff=[DiffLine(line, _tone(line)) for line in approval.diff.splitlines()],
        may_reject=not reason_against(approval, user, approving=False),
        may_learn=is_edited
        and user.has_perm("assistant.add_evaluationcase")
        and not hasattr(approval, "case"),
    )


def _why(approval: Approval, preview: Preview) -> str:
    gone = "" if tools.get(approval.tool) else _("The tool is no longer there.")
    return f"{why(approval, preview)} {gone}".strip()


def _linked(lines: Sequence[tuple[str, str]], touches: Sequence[Touched]) -> list[Line]:
    """Each line with the way to its row; a row that several lines are about is named by the first."""
    urls = {row.label: row.url for row in touches}
    found: list[Line] = []
    for label, value in lines:
        again = label in urls and label in {line.label for line in found}
        found.append(Line("" if again else label, value, "" if again else urls.get(label, "")))
    return found


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


def _origins(approval: Approval, touches: Sequence[Touched], files: Sequence[Artifact]) -> Sequence[Origin]:
    """Of ids only those whose rows have names; the others say nothing to a person."""
    names = {row.id: row.label for row in touches} | {str(file.pk): file.name for file in files}
    found = []
    for leaf in approval.provenance:
        place = _PLACE.sub("", str(leaf.get("path", "")))
        value = str(leaf.get("value", ""))
        is_id = place.endswith(("_id", "_ids"))
        if not is_id or value in names:
            label = place.removesuffix("s").removesuffix("_id") if is_id else place
            shown = _("File") if label == "artifact" else label.replace("_", " ").capitalize()
            found.append(_origin(leaf, shown, names.get(value, value).removeprefix(f"{shown} ")))
    return found


def _origin(leaf: dict[str, Any], place: str, text: str) -> Origin:
    labels = {
        "user": _("the person's own words"),
        "trusted": _("our own rows"),
        "composed": _("written by the agent"),
        "untrusted": _("from %(source)s") % {"source": leaf.get("source") or _("what somebody else wrote")},
    }
    origin = str(leaf.get("origin", ""))
    return Origin(
        path=place,
        label=labels.get(origin, origin),
        tone=TONES.get(origin, "muted"),
        text=text,
    )


def _tone(line: str) -> str:
    if line.startswith(("+++", "---", "@@")):
        return ""
    return {"+": "good", "-": "bad"}.get(line[:1], "")
