"""What a run has been told, and by whom: messages, files and the results of its steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain
from uuid import UUID

from django.utils.translation import gettext as _

from apps.artifacts.models import Artifact
from apps.assistant.approving.provenance import SHORT, Leaf, Origin, Sources, leaves, origins, texts
from apps.assistant.approving.spelling import is_sentence, skeleton
from apps.assistant.choices import StepKind, StepStatus
from apps.assistant.models import Run, RunStep
from apps.assistant.naming import tool_title
from apps.assistant.toolkit import FILE_ARGUMENT, Tool, tools
from apps.conversations.choices import Role
from apps.conversations.models import Attachment, Message
from apps.core.errors import DomainError
from apps.core.ids import uuid_or_none
from apps.perception.text import extract_text

MESSAGES = 40
STEPS = 80
FILE_CHARACTERS = 200_000
MAX_NAME = 80
#: Modes in which no model writes the arguments.
OUR_OWN_CODE = {"", "offline"}
_ADDRESS = re.compile(r"(?:https?://|\bwww\.)\S+", re.IGNORECASE)


def sources_of(run: Run) -> Sources:
    """Everything said in the conversation up to now, sorted by who said it."""
    messages, steps = _messages(run), _steps(run)
    sources = Sources(is_tainted=_was_tainted(run, messages, steps))
    for message in messages:
        _hear(sources, message, run)
    is_planted = False
    files = _file_names(steps)
    for step in steps:
        if _is_untrusted(step):
            sources.taint(_name_of(step, files), chain(texts(step.result), [step.error]))
        elif step.status == StepStatus.DONE:
            is_planted = _weigh(sources, step, is_planted=is_planted) or is_planted
    return sources


def _was_tainted(run: Run, messages: Iterable[Message], steps: Iterable[RunStep]) -> bool:
    """Whether a stranger spoke before what is looked at here: an answer that was kept may still say it."""
    before = Message.objects.filter(
        conversation_id=run.conversation_id, created_at__lte=run.message.created_at, role=Role.USER
    ).exclude(pk__in=[message.pk for message in messages])
    read = RunStep.objects.filter(run__conversation_id=run.conversation_id, untrusted=True)
    return (
        read.exclude(pk__in=[step.pk for step in steps]).exists()
        or Attachment.objects.filter(message__in=before).exists()
        or before.exclude(sender_user=run.user_id).exists()
    )


def _messages(run: Run) -> list[Message]:
    found = (
        Message.objects.filter(
            conversation_id=run.conversation_id, created_at__lte=run.message.created_at, role=Role.USER
        )
        .prefetch_related("attachments__artifact")
        .order_by("-created_at", "-id")[:MESSAGES]
    )
    return list(reversed(found))


def _hear(sources: Sources, message: Message, run: Run) -> None:
    """The person's own words, or a stranger's; and the files, which are strangers' whoever sends them."""
    if message.sender_user_id == run.user_id:
        sources.user.add(message.body)
    else:
        sources.taint(_("a message that the person did not type"), [message.body])
    if found := _ADDRESS.search(message.body):
        sources.taint(_("the page %(url)s") % {"url": found[0][:MAX_NAME]})
    for attachment in message.attachments.all():
        name = _("the file %(name)s") % {"name": attachment.name[:MAX_NAME]}
        sources.taint(name, [attachment.name])
        if attachment.artifact is not None:
            sources.user.add(str(attachment.artifact.pk))
            sources.taint(name, [_words_of(attachment.artifact.pk)])


@lru_cache(maxsize=64)
def _words_of(artifact_id: UUID) -> str:
    """The words of a file, which never change; "" for one without any that we can read."""
    artifact = Artifact.objects.filter(pk=artifact_id).first()
    try:
        return extract_text(artifact, limit_chars=FILE_CHARACTERS) if artifact is not None else ""
    except DomainError:
        return ""


def _steps(run: Run) -> list[RunStep]:
    """Finished tool calls of the conversation, oldest first; what a failed one says may be a stranger's."""
    found = (
        RunStep.objects.filter(
            run__conversation_id=run.conversation_id,
            kind=StepKind.TOOL,
            status__in=(StepStatus.DONE, StepStatus.ERROR),
        )
        .select_related("run")
        .order_by("-started_at", "-id")[:STEPS]
    )
    return list(reversed(found))


def _name_of(step: RunStep, files: Mapping[str, str]) -> str:
    """What people call that which a step read."""
    if url := str(step.arguments.get("url") or ""):
        return _("the page %(url)s") % {"url": url[:MAX_NAME]}
    if name := files.get(str(step.arguments.get(FILE_ARGUMENT))):
        return _("the file %(name)s") % {"name": name[:MAX_NAME]}
    return _("the result of “%(tool)s”") % {"tool": tool_title(step.name)}


def _file_names(steps: Iterable[RunStep]) -> dict[str, str]:
    """The names of the files that the steps were given, by their ids."""
    given = {str(step.arguments.get(FILE_ARGUMENT) or "") for step in steps}
    found = Artifact.objects.filter(pk__in=[key for one in given if (key := uuid_or_none(one))])
    return {str(key): name for key, name in found.values_list("pk", "name")}


def _is_untrusted(step: RunStep) -> bool:
    tool = tools.get(step.name)
    return step.untrusted or (tool is not None and tool.untrusted)


def _weigh(sources: Sources, step: RunStep, *, is_planted: bool) -> bool:
    """Add the result of a step of ours to what is trusted; returns whether it wrote a stranger's words.

    What a step merely says back stays its arguments' writer's. What a stranger said is not made truer by
    finding it in our rows, alone or among other words: it may have been written there, or in the report on
    his file. A file that was made with his words in it is his.
    """
    own = _not_ours(step, sources) if sources.is_tainted else []
    echoes = [bones for leaf in own if len(bones := skeleton(str(leaf.value))) > SHORT]
    tool = tools.get(step.name)
    is_written = bool(own) and (tool is None or not tool.read_only)
    has_strange_words = is_written
    for place, value in leaves(step.result):
        text = str(value)
        if text in step.artifact_ids or _is_echo(skeleton(text), echoes):
            continue
        if (is_planted or sources.is_tainted) and sources.repeats(text):
            has_strange_words = True
        elif is_second_hand(tool, place) and is_sentence(text):
            has_strange_words = True
            sources.untrusted.add(text, _("notes in our rows"))
        else:
            sources.trusted.add(text)
    for key in step.artifact_ids:
        if has_strange_words:
            sources.untrusted.add(key, _("a file with somebody else's words"))
        else:
            sources.trusted.add(key)
    if is_written:
        _write(sources, own)
    return is_written


def _write(sources: Sources, own: Iterable[Leaf]) -> None:
    """What may be a stranger's stays his where it is read again, also by code of ours."""
    for leaf in own:
        if isinstance(leaf.value, str) and len(skeleton(leaf.value)) > SHORT:
            sources.untrusted.add(leaf.value, leaf.source)


def is_second_hand(tool: Tool | None, place: str) -> bool:
    """Whether a sentence in that place of a tool's result may be a stranger's; if the tool is gone it may."""
    if tool is None:
        return True
    return tool.second_hand if isinstance(tool.second_hand, bool) else place.startswith(tool.second_hand)


def _not_ours(step: RunStep, sources: Sources) -> list[Leaf]:
    """The arguments that are a stranger's, or may be: a model wrote them after reading him."""
    suspect = {Origin.UNTRUSTED} if step.run.mode in OUR_OWN_CODE else {Origin.UNTRUSTED, Origin.COMPOSED}
    return [leaf for leaf in origins(step.arguments, sources) if leaf.origin in suspect]


def _is_echo(bones: str, echoes: Iterable[str]) -> bool:
    return len(bones) > SHORT and any(bones in said or said in bones for said in echoes)
