"""Sending a mail: a draft in the mailbox, its files, then the word to send it.

Each step is marked before the next. Whoever takes over looks first: a draft is found again by the key that it
carries, files by their names, and a draft that is one no more was sent.
"""

from __future__ import annotations

from apps.artifacts.models import Artifact
from apps.artifacts.services import open_bytes
from apps.integrations import credentials
from apps.integrations.errors import Missing, Refused
from apps.integrations.graph import Graph, Mail, NewMail
from apps.integrations.graph import mail as mails
from apps.integrations.graph.attaching import attach
from apps.integrations.outbox.claiming import Claim
from apps.integrations.outbox.payloads import MailPayload, mail_of


def deliver(claim: Claim) -> str:
    """Returns the id of the mail in the mailbox. Raises what the services raise, `LostLease`."""
    payload = mail_of(claim.dispatch)
    graph = Graph.of(credentials.microsoft())
    draft = _draft(graph, claim, payload)
    if draft is None or not draft.is_draft:
        return str(claim.marks["draft"])
    _attach(graph, claim, payload, draft.id)
    claim.mark(begun=True)
    try:
        mails.send_draft(graph, payload.mailbox, draft.id)
    except Missing:
        raise Refused("The draft was deleted in the mailbox before it was sent.") from None
    return draft.id


def _draft(graph: Graph, claim: Claim, payload: MailPayload) -> Mail | None:
    """The draft, made or found again; None when it has left after the word to send it was given."""
    known = claim.marks.get("draft", "")
    if known:
        found = mails.state_of(graph, payload.mailbox, known)
        if found is None and not claim.marks.get("begun"):
            raise Refused("The draft was deleted in the mailbox before it was sent.")
        return found
    found = None if claim.is_first else mails.find_by_key(graph, payload.mailbox, claim.dispatch.key)
    made = found or _new_draft(graph, claim, payload)
    claim.mark(draft=made.id, message_id=made.internet_message_id)
    return made


def _new_draft(graph: Graph, claim: Claim, payload: MailPayload) -> Mail:
    key = claim.dispatch.key
    if payload.answers:
        try:
            return mails.create_reply_draft(
                graph, payload.mailbox, payload.answers, to=payload.to, html=payload.html, key=key
            )
        except Missing:
            raise Refused("The mail that this answers is no longer in the mailbox.") from None
    new = NewMail(payload.to, payload.cc, payload.subject, payload.html, key, payload.reply_to)
    return mails.create_draft(graph, payload.mailbox, new)


def _attach(graph: Graph, claim: Claim, payload: MailPayload, draft_id: str) -> None:
    """Files that the draft does not have yet, by their names."""
    if not payload.files:
        return
    there = set() if claim.is_first else mails.attached_names(graph, payload.mailbox, draft_id)
    for name, artifact in named_files(payload.files):
        if name in there:
            continue
        claim.alive()
        with open_bytes(artifact) as content:
            attach(
                graph, payload.mailbox, draft_id, name=name, content_type=artifact.content_type,
                size=artifact.size_bytes, content=content, alive=claim.alive,
            )  # fmt: skip


def named_files(ids: list[str]) -> list[tuple[str, Artifact]]:
    """The files with names that differ. Raises `Refused` when one was deleted meanwhile."""
    found = {str(row.pk): row for row in Artifact.objects.filter(pk__in=ids)}
    if missing := [key for key in ids if key not in found]:
        raise Refused(f"{len(missing)} of the files to be attached no longer exist.")
    named: dict[str, Artifact] = {}
    for key in dict.fromkeys(ids):
        artifact = found[key]
        stem, dot, suffix = artifact.name.rpartition(".")
        name, number = artifact.name, 2
        while name in named:
            name = f"{stem} ({number}){dot}{suffix}" if dot else f"{suffix} ({number})"
            number += 1
        named[name] = artifact
    return list(named.items())
