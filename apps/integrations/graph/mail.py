"""Mails in mailboxes: drafts, sending, replies, reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from apps.integrations.errors import Missing
from apps.integrations.graph.client import Graph, part
from apps.integrations.graph.types import Mail, NewMail

#: A named property that only we read; with it a draft is found again by what caused it.
KEY_PROPERTY = "String {6f1b8a52-1d3e-4b0e-9f57-2f3c0c6f7a11} Name mezzofy-key"
LIST_FIELDS = (
    "id,subject,from,toRecipients,receivedDateTime,isDraft,hasAttachments,conversationId,"
    "internetMessageId,bodyPreview"
)
WHOLE_FIELDS = f"{LIST_FIELDS},replyTo,body"
TEXT_BODY = 'outlook.body-content-type="text"'


def create_draft(graph: Graph, mailbox: str, mail: NewMail) -> Mail:
    """Put a draft into the mailbox."""
    found = graph.post(f"/users/{part(mailbox)}/messages", _message(mail))
    return read_mail(found)


def create_reply_draft(
    graph: Graph, mailbox: str, message_id: str, *, to: Sequence[str], html: str, key: str
) -> Mail:
    """Put a draft of an answer into the mailbox, in the thread of the mail it answers.

    It goes to whom a person agreed to, not to whom that mail would have it go. Raises `Missing` when that
    mail is not there.
    """
    made = graph.post(f"/users/{part(mailbox)}/messages/{part(message_id)}/createReply")
    quoted = made.get("body", {}).get("content", "")
    change = {
        "body": {"contentType": "html", "content": f"{html}{quoted}"},
        "toRecipients": [recipient(address) for address in to],
        "ccRecipients": [],
        "singleValueExtendedProperties": [{"id": KEY_PROPERTY, "value": key}],
    }
    return read_mail(graph.patch(f"/users/{part(mailbox)}/messages/{part(made['id'])}", change))


def find_by_key(graph: Graph, mailbox: str, key: str) -> Mail | None:
    """The draft, or the mail that became of it, that was made for `key`."""
    condition = (
        f"singleValueExtendedProperties/Any(ep: ep/id eq '{KEY_PROPERTY}' and ep/value eq '{_quoted(key)}')"
    )
    params = {"$filter": condition, "$select": LIST_FIELDS, "$top": "1"}
    rows = graph.get(f"/users/{part(mailbox)}/messages", params=params).get("value", [])
    return read_mail(rows[0]) if rows else None


def state_of(graph: Graph, mailbox: str, message_id: str) -> Mail | None:
    """The mail as it is now; None when it is not there (any more, or between draft and sent)."""
    try:
        found = graph.get(
            f"/users/{part(mailbox)}/messages/{part(message_id)}", params={"$select": LIST_FIELDS}
        )
    except Missing:
        return None
    return read_mail(found)


def send_draft(graph: Graph, mailbox: str, message_id: str) -> None:
    """Send a draft; Graph accepts it and sends soon. Raises `Missing` when there is no such draft."""
    graph.post(f"/users/{part(mailbox)}/messages/{part(message_id)}/send")


def attached_names(graph: Graph, mailbox: str, message_id: str) -> set[str]:
    """The names of the files that a draft has."""
    params = {"$select": "id,name"}
    path = f"/users/{part(mailbox)}/messages/{part(message_id)}/attachments"
    return {str(row["name"]) for row in graph.pages(path, params=params, limit=200)}


def list_mails(
    graph: Graph,
    mailbox: str,
    *,
    folder: str = "inbox",
    since: datetime | None = None,
    search: str = "",
    limit: int = 10,
) -> Iterator[Mail]:
    """The newest mails of a folder, with the beginnings of their texts. A search sorts by fit instead."""
    params = {"$select": LIST_FIELDS, "$top": str(min(limit, 50))}
    if search:
        params["$search"] = '"{}"'.format(search.replace("\\", " ").replace('"', " "))
    else:
        params["$orderby"] = "receivedDateTime desc"
        if since is not None:
            params["$filter"] = f"receivedDateTime ge {since:%Y-%m-%dT%H:%M:%SZ}"
    path = f"/users/{part(mailbox)}/mailFolders/{part(folder)}/messages"
    for row in graph.pages(path, params=params, limit=limit):
        yield read_mail(row)


def get_mail(graph: Graph, mailbox: str, message_id: str) -> Mail:
    """One mail with all of its text, as plain text. Raises `Missing`."""
    path = f"/users/{part(mailbox)}/messages/{part(message_id)}"
    return read_mail(graph.get(path, params={"$select": WHOLE_FIELDS}, prefer=TEXT_BODY))


def get_mime(graph: Graph, mailbox: str, message_id: str) -> bytes:
    """One mail as it came over the wire, with all of its parts. Raises `Missing`."""
    return graph.content(f"/users/{part(mailbox)}/messages/{part(message_id)}/$value")


def read_mail(row: dict[str, Any]) -> Mail:
    """A message of Graph in our words."""
    sender = (row.get("from") or {}).get("emailAddress", {})
    return Mail(
        id=row["id"],
        subject=row.get("subject") or "",
        sender=str(sender.get("address", "")).lower(),
        sender_name=sender.get("name", ""),
        to=_addresses(row.get("toRecipients")),
        reply_to=_addresses(row.get("replyTo")),
        received_at=moment(row.get("receivedDateTime")),
        is_draft=bool(row.get("isDraft")),
        has_attachments=bool(row.get("hasAttachments")),
        conversation_id=row.get("conversationId") or "",
        internet_message_id=row.get("internetMessageId") or "",
        text=(row.get("body") or {}).get("content") or row.get("bodyPreview") or "",
    )


def moment(text: str | None) -> datetime | None:
    """A moment as Graph writes it, always in UTC."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def recipient(address: str) -> dict[str, Any]:
    """An address as Graph wants it."""
    return {"emailAddress": {"address": address}}


def _message(mail: NewMail) -> dict[str, Any]:
    found: dict[str, Any] = {
        "subject": mail.subject,
        "body": {"contentType": "html", "content": mail.html},
        "toRecipients": [recipient(address) for address in mail.to],
        "singleValueExtendedProperties": [{"id": KEY_PROPERTY, "value": mail.key}],
    }
    if mail.cc:
        found["ccRecipients"] = [recipient(address) for address in mail.cc]
    if mail.reply_to:
        found["replyTo"] = [recipient(mail.reply_to)]
    return found


def _addresses(recipients: Sequence[dict[str, Any]] | None) -> list[str]:
    return [str(one["emailAddress"]["address"]).lower() for one in recipients or []]


def _quoted(text: str) -> str:
    return text.replace("'", "''")
