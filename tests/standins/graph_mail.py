"""The stand-in's mailboxes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.standins import graph_schemas as schemas
from tests.standins.graph_tokens import authorize
from tests.standins.https import Answer, Problem, Request, epoch, stamp

if TYPE_CHECKING:
    from tests.standins.graph_api import GraphApi, Mailbox

PIECE_UNIT = 320 * 1024
PIECE_LIMIT = 4 * 1024 * 1024
BASE = "/v1.0/users/{user}"


def add_routes(api: GraphApi) -> None:
    """The paths of mail."""
    api.route("GET", f"{BASE}/mailFolders/{{folder}}", lambda r, user, folder: _folder(api, r, user, folder))
    api.route(
        "GET", f"{BASE}/mailFolders/{{folder}}/messages", lambda r, user, folder: _list(api, r, user, folder)
    )
    api.route("GET", f"{BASE}/messages", lambda r, user: _list(api, r, user, ""))
    api.route("POST", f"{BASE}/messages", lambda r, user: _create(api, r, user))
    api.route("GET", f"{BASE}/messages/{{key}}", lambda r, user, key: _get(api, r, user, key))
    api.route("GET", f"{BASE}/messages/{{key}}/[$]value", lambda r, user, key: _value(api, r, user, key))
    api.route("PATCH", f"{BASE}/messages/{{key}}", lambda r, user, key: _change(api, r, user, key))
    api.route("POST", f"{BASE}/messages/{{key}}/send", lambda r, user, key: _send(api, r, user, key))
    api.route("POST", f"{BASE}/messages/{{key}}/createReply", lambda r, user, key: _reply(api, r, user, key))
    path = f"{BASE}/messages/{{key}}/attachments"
    api.route("GET", path, lambda r, user, key: _attachments(api, r, user, key))
    api.route("POST", path, lambda r, user, key: _attach(api, r, user, key))
    api.route("POST", f"{path}/createUploadSession", lambda r, user, key: _session(api, r, user, key))
    api.route("PUT", "/upload/{upload}", lambda r, upload: _piece(api, r, upload))
    api.route("GET", "/upload/{upload}", lambda r, upload: _expected(api, r, upload))


def receive(mailbox: Mailbox, sender: str, subject: str, text: str, more: dict[str, Any]) -> str:
    """Put a mail into the inbox."""
    row = _row({"subject": subject, "body": {"contentType": "text", "content": text}}, mailbox.address)
    row |= {"isDraft": False, "parentFolderId": "inbox", "receivedDateTime": stamp(), "isRead": False}
    row |= {"from": {"emailAddress": {"address": sender, "name": sender.partition("@")[0].title()}}}
    row |= {"toRecipients": [{"emailAddress": {"address": mailbox.address}}], **more}
    return _keep(mailbox, row, lasting=True)


def _row(given: dict[str, Any], mailbox: str) -> dict[str, Any]:
    text = (given.get("body") or {}).get("content", "")
    return {
        "toRecipients": [], "ccRecipients": [], "replyTo": [], "body": {"contentType": "text", "content": ""},
        **given,
        "bodyPreview": re.sub(r"<[^>]*>", "", text)[:255],
        "isDraft": True,
        "parentFolderId": "drafts",
        "hasAttachments": False,
        "from": {"emailAddress": {"address": mailbox}},
        "conversationId": given.get("conversationId") or uuid4().hex,
        "internetMessageId": f"<{uuid4().hex}@mezzofy.test>",
        "receivedDateTime": stamp(),
    }  # fmt: skip


def _keep(mailbox: Mailbox, row: dict[str, Any], *, lasting: bool) -> str:
    from tests.standins.graph_api import new_id

    row["id"] = new_id(lasting=lasting)
    mailbox.messages[row["id"]] = row
    mailbox.attachments[row["id"]] = []
    return str(row["id"])


def _create(api: GraphApi, request: Request, user: str) -> Answer:
    from tests.standins.graph_api import immutable

    authorize(api, request, app="Mail.ReadWrite")
    mailbox = api.mailbox(user)
    given = schemas.parse(schemas.Message, request.json()).model_dump(exclude_unset=True)
    row = _row(given, user)
    _keep(mailbox, row, lasting=immutable(request))
    return Answer(201, _shown(row))


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in schemas.MESSAGE_FIELDS}


def _get(api: GraphApi, request: Request, user: str, key: str) -> Answer:
    authorize(api, request, app="Mail.ReadWrite")
    row = dict(api.mailbox(user).message(key))
    if (
        'body-content-type="text"' in request.headers.get("prefer", "")
        and row["body"]["contentType"] == "html"
    ):
        row["body"] = {"contentType": "text", "content": re.sub(r"<[^>]*>", "", row["body"]["content"])}
    return Answer(body=schemas.selected(row, request.query, schemas.MESSAGE_FIELDS))


def _value(api: GraphApi, request: Request, user: str, key: str) -> Answer:
    """The mail as MIME: what a test gave it as `mime`."""
    authorize(api, request, app="Mail.ReadWrite")
    row = api.mailbox(user).message(key)
    return Answer(body=row.get("mime", b""))


def _folder(api: GraphApi, request: Request, user: str, folder: str) -> Answer:
    authorize(api, request, app="Mail.ReadWrite")
    api.mailbox(user)
    return Answer(body={"id": folder, "displayName": folder.title()})


def _list(api: GraphApi, request: Request, user: str, folder: str) -> Answer:
    authorize(api, request, app="Mail.ReadWrite")
    query = request.query
    if "$search" in query and {"$filter", "$orderby"} & set(query):
        raise Problem(400, "SearchWithFilter", "$search cannot be combined with $filter or $orderby.")
    rows = [
        row for row in api.mailbox(user).messages.values() if not folder or row["parentFolderId"] == folder
    ]
    schemas.selected({}, query, schemas.MESSAGE_FIELDS)
    rows = _filtered(rows, query.get("$filter", ""))
    if words := query.get("$search", "").strip('"').lower().split():
        rows = [
            row
            for row in rows
            if all(word in str(row["subject"] + row["body"]["content"]).lower() for word in words)
        ]
    if query.get("$orderby") == "receivedDateTime desc":
        rows = sorted(rows, key=lambda row: row["receivedDateTime"], reverse=True)
    elif "$orderby" in query:
        raise Problem(400, "BadRequest", "The stand-in sorts by receivedDateTime desc only.")
    rows = [schemas.selected(row, query, schemas.MESSAGE_FIELDS) for row in rows]
    return Answer(body=api.page(request, rows))


def _filtered(rows: list[dict[str, Any]], condition: str) -> list[dict[str, Any]]:
    from tests.standins.graph_api import has_key, key_filter

    if not condition:
        return rows
    if wanted := key_filter(condition):
        return [row for row in rows if has_key(row, wanted)]
    if found := re.fullmatch(r"receivedDateTime ge (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)", condition):
        return [row for row in rows if row["receivedDateTime"] >= found[1]]
    raise Problem(400, "ErrorInvalidUrlQueryFilter", f"Invalid filter: {condition}")


def _change(api: GraphApi, request: Request, user: str, key: str) -> Answer:
    authorize(api, request, app="Mail.ReadWrite")
    row = api.mailbox(user).message(key)
    given = schemas.parse(schemas.Message, request.json()).model_dump(exclude_unset=True)
    if not row["isDraft"] and set(given) & {"body", "subject", "toRecipients"}:
        raise Problem(400, "ErrorInvalidPropertySet", "These can only be changed while it is a draft.")
    row |= given
    return Answer(body=_shown(row))


def _send(api: GraphApi, request: Request, user: str, key: str) -> Answer:
    from tests.standins.graph_api import Sent, new_id

    authorize(api, request, app="Mail.Send")
    mailbox = api.mailbox(user)
    row = mailbox.message(key)
    if request.raw or request.headers.get("content-length") != "0":
        raise Problem(411, "ContentLengthRequired", "Send takes no body and wants Content-Length: 0.")
    if not row["isDraft"]:
        raise Problem(400, "ErrorInvalidOperation", "The message is not a draft.")
    if not row["toRecipients"] and not row["ccRecipients"]:
        raise Problem(400, "ErrorInvalidRecipients", "At least one recipient is required.")
    row |= {"isDraft": False, "parentFolderId": "sentitems", "sentDateTime": stamp()}
    files = mailbox.attachments[key]
    api.sent.append(Sent(
        mailbox=user, to=_addresses(row["toRecipients"]), cc=_addresses(row["ccRecipients"]),
        subject=row["subject"], html=row["body"]["content"], reply_to=_addresses(row["replyTo"]),
        conversation_id=row["conversationId"], message_id=row["internetMessageId"],
        files={file["name"]: file["content"] for file in files},
    ))  # fmt: skip
    if key.startswith("AAMkAD"):
        # Without immutable ids the copy in Sent Items is another item.
        row["id"] = new_id(lasting=False)
        mailbox.messages[row["id"]] = mailbox.messages.pop(key)
    return Answer(202)


def _addresses(recipients: list[dict[str, Any]]) -> list[str]:
    return [one["emailAddress"]["address"] for one in recipients]


def _reply(api: GraphApi, request: Request, user: str, key: str) -> Answer:
    from tests.standins.graph_api import immutable

    authorize(api, request, app="Mail.ReadWrite")
    mailbox = api.mailbox(user)
    original = mailbox.message(key)
    given = schemas.parse(schemas.CreateReply, request.json()) if request.raw else schemas.CreateReply()
    quoted = f"<hr><div>From: {_addresses([original['from']])[0]}<br>{original['body']['content']}</div>"
    row = _row({
        "subject": f"RE: {original['subject']}",
        "toRecipients": original.get("replyTo") or [original["from"]],
        "conversationId": original["conversationId"],
        "body": {"contentType": "html", "content": f"{given.comment}{quoted}"},
    }, user)  # fmt: skip
    _keep(mailbox, row, lasting=immutable(request))
    return Answer(201, _shown(row))


def _attachments(api: GraphApi, request: Request, user: str, key: str) -> Answer:
    authorize(api, request, app="Mail.ReadWrite")
    mailbox = api.mailbox(user)
    mailbox.message(key)
    rows = [
        schemas.selected(row, request.query, schemas.ATTACHMENT_FIELDS) for row in mailbox.attachments[key]
    ]
    return Answer(body=api.page(request, rows))


def _attach(api: GraphApi, request: Request, user: str, key: str) -> Answer:
    authorize(api, request, app="Mail.ReadWrite")
    mailbox = api.mailbox(user)
    row = mailbox.message(key)
    given = schemas.parse(schemas.FileAttachment, request.json())
    content = given.content()
    made = {
        "id": uuid4().hex,
        "name": given.name,
        "contentType": given.contentType,
        "size": len(content),
        "content": content,
    }
    mailbox.attachments[key].append(made)
    row["hasAttachments"] = True
    return Answer(201, {name: value for name, value in made.items() if name != "content"})


def _session(api: GraphApi, request: Request, user: str, key: str) -> Answer:
    authorize(api, request, app="Mail.ReadWrite")
    api.mailbox(user).message(key)
    item = schemas.parse(schemas.UploadSession, request.json()).AttachmentItem
    upload = uuid4().hex
    api.uploads[upload] = {"user": user, "key": key, "item": item, "content": b"", "until": epoch() + 3600}
    return Answer(201, {
        "uploadUrl": f"{api.url}/upload/{upload}?authtoken={uuid4().hex}",
        "expirationDateTime": stamp(), "nextExpectedRanges": ["0-"],
    })  # fmt: skip


def _piece(api: GraphApi, request: Request, upload: str) -> Answer:
    session = _open_session(api, request, upload)
    if request.headers.get("content-type") != "application/octet-stream":
        raise Problem(400, "BadRequest", "Content-Type must be application/octet-stream.")
    size, start = session["item"].size, len(session["content"])
    end = start + len(request.raw) - 1
    if request.headers.get("content-range") != f"bytes {start}-{end}/{size}":
        raise Problem(416, "InvalidContentRange", f"Expected a range that begins with {start}.")
    is_last = end == size - 1
    if len(request.raw) > PIECE_LIMIT or (not is_last and len(request.raw) % PIECE_UNIT):
        raise Problem(400, "InvalidChunkSize", "Pieces are multiples of 320 KiB and at most 4 MB.")
    session["content"] += request.raw
    if not is_last:
        return Answer(body={"expirationDateTime": stamp(), "nextExpectedRanges": [str(end + 1)]})
    mailbox = api.mailbox(session["user"])
    made = {"id": uuid4().hex, "name": session["item"].name, "size": size, "content": session["content"]}
    mailbox.attachments[session["key"]].append(made)
    mailbox.message(session["key"])["hasAttachments"] = True
    del api.uploads[upload]
    return Answer(201, None, {"Location": f"{api.url}/Attachments('{made['id']}')"})


def _expected(api: GraphApi, request: Request, upload: str) -> Answer:
    session = _open_session(api, request, upload)
    return Answer(body={"nextExpectedRanges": [f"{len(session['content'])}-"], "expirationDateTime": stamp()})


def _open_session(api: GraphApi, request: Request, upload: str) -> dict[str, Any]:
    if "authorization" in request.headers:
        raise Problem(400, "BadRequest", "Do not send Authorization to a pre-authenticated address.")
    if upload not in api.uploads or "authtoken" not in request.query:
        raise Problem(404, "UploadSessionNotFound", "The upload session is not there.")
    return api.uploads[upload]
