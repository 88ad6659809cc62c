"""What a call does to the world, in one sentence: where it goes, what it deletes, what it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.assistant.choices import ApprovalReason
from apps.assistant.models import Approval
from apps.assistant.rehearsing.reading import ShownRow
from apps.assistant.toolkit import Preview, Tool, tools
from apps.audit.choices import RowOperation

#: Arguments that say where something goes.
DESTINATIONS = ("to", "cc", "bcc", "attendees", "channel", "recipient", "recipients")
MAX_NAMED = 5


def effect_of_call(tool: Tool, arguments: Mapping[str, Any], preview: Preview) -> str:
    """What the tool itself or a trial told, else what its declaration and the arguments say; may be ""."""
    if preview.effect:
        return preview.effect
    if tool.external and not tool.read_only:
        return _goes_out(arguments, preview)
    if tool.destructive:
        return _("Cannot be taken back.")
    if tool.shares(arguments):
        return _("Lets more people read it.")
    return ""


def effect_on_rows(rows: Sequence[ShownRow]) -> str:
    """How many rows of what kind are deleted, changed and added; "" for none."""
    parts = [
        (RowOperation.DELETE, _("deletes %(what)s for good")),
        (RowOperation.UPDATE, _("changes %(what)s")),
        (RowOperation.INSERT, _("adds %(what)s")),
    ]
    told = []
    for operation, words in parts:
        concerned = [row for row in rows if row.operation == operation]
        if concerned:
            told.append(words % {"what": _list(_counted(concerned))})
    sentence = "; ".join(told)
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""


def _counted(rows: Sequence[ShownRow]) -> list[str]:
    """Each kind with its number: "2 activities"; one alone with its name, if that may be seen."""
    kinds: dict[str, list[ShownRow]] = {}
    for row in rows:
        kinds.setdefault(row.kind, []).append(row)
    return [_one(same[0]) if len(same) == 1 else f"{len(same)} {_kinds(same)}" for same in kinds.values()]


def _one(row: ShownRow) -> str:
    return f"1 {row.kind}" if row.hidden or not row.label else f"1 {row.kind} ({row.label})"


def _kinds(rows: Sequence[ShownRow]) -> str:
    return next((row.kinds for row in rows if row.kinds), rows[0].kind)


def why(approval: Approval, preview: Preview | None = None) -> str:
    """What it does and why a person is asked; `preview` is of an edit, in place of the proposal's."""
    told = preview or Preview.model_validate(approval.preview or {})
    return " ".join(part for part in (told.effect or _declared(approval, told), _why_asked(approval)) if part)


def _why_asked(approval: Approval) -> str:
    """What made a person necessary, beyond what the call does; "" when that is reason enough."""
    if approval.reason == ApprovalReason.UNTRUSTED:
        follows = approval.preview.get("follows") or []
        if not follows:
            return _("It follows what somebody else wrote.")
        return _("It follows words from %(what)s.") % {"what": _list(follows)}
    if approval.reason == ApprovalReason.POLICY:
        return "" if _reaches_far(approval) else _("A policy wants a person to agree.")
    return f"{approval.get_reason_display()}."


def _declared(approval: Approval, preview: Preview) -> str:
    """For questions from before effects were told."""
    tool = tools.get(approval.tool)
    return effect_of_call(tool, approval.arguments, preview) if tool else ""


def _reaches_far(approval: Approval) -> bool:
    tool = tools.get(approval.tool)
    return tool is not None and (tool.external or tool.destructive)


def _goes_out(arguments: Mapping[str, Any], preview: Preview) -> str:
    given = [arguments.get(name) or [] for name in DESTINATIONS]
    named = [str(one) for value in given for one in ([value] if isinstance(value, str) else value)]
    named = named or [value for label, value in preview.lines if label == "To"]
    if not named:
        return _("Leaves our system.")
    return _("Goes out to %(whom)s.") % {"whom": _list(named)}


def _list(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MAX_NAMED])
    more = len(names) - MAX_NAMED
    return _("%(names)s and %(more)d more") % {"names": shown, "more": more} if more > 0 else shown
