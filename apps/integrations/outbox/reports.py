"""What a mail server says of a mail that it could not deliver (RFC 3464)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser

_MESSAGE_ID = re.compile(r"<[^<>\s]+@[^<>\s]+>")
_DELAY = re.compile(r"\bdelay|\bwarning\b|still being retried", re.IGNORECASE)
#: Of a server's explanation.
MAX_REASON = 500


@dataclass(frozen=True)
class Report:
    """The mails that it may be about, by their Message-IDs, and why which address did not get it."""

    message_ids: list[str]
    reason: str


def read_report(raw: bytes) -> Report | None:
    """None for what says no final failure: a delay, a receipt, somebody's absence.

    Servers differ: some name the mail in their headers, some only in the copy that they send back; not all
    send the part for machines. Without it, what the server wrote for people is the reason.
    """
    mail = BytesParser(policy=policy.default).parsebytes(raw)
    blocks = list(_status_blocks(mail))
    failed = [block for block in blocks if str(block.get("Action", "")).strip().lower() == "failed"]
    if blocks and not failed:
        return None
    if not blocks and _DELAY.search(str(mail.get("Subject", ""))):
        return None
    ids = list(dict.fromkeys(_ids(mail)))
    if not ids:
        return None
    reason = "; ".join(map(_why, failed)) or _words(mail)
    return Report(ids, " ".join(reason.split())[:MAX_REASON])


def _status_blocks(mail: EmailMessage) -> Iterator[Message]:
    """What the part for machines says of each recipient."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            yield from (block for block in blocks if isinstance(block, Message) and "Action" in block)


def _ids(mail: EmailMessage) -> Iterator[str]:
    for name in ("In-Reply-To", "References"):
        yield from _MESSAGE_ID.findall(str(mail.get(name, "")))
    for part in mail.walk():
        if part is mail:
            continue
        if part.get_content_type() == "text/rfc822-headers":
            yield from _MESSAGE_ID.findall(_named(str(part.get_content())))
        else:
            yield from _MESSAGE_ID.findall(str(part.get("Message-ID", "")))


def _named(headers: str) -> str:
    found = re.search(r"^Message-ID:\s*(\S+)", headers, re.IGNORECASE | re.MULTILINE)
    return found[1] if found else ""


def _why(block: Message) -> str:
    """`mia@abc.sg: 550 5.1.1 No such user`."""
    who = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "").partition(";")[2].strip()
    why = str(block.get("Diagnostic-Code", "")).partition(";")[2].strip() or str(block.get("Status", ""))
    return ": ".join(part for part in (who, why) if part)


def _words(mail: EmailMessage) -> str:
    body = mail.get_body(("plain", "html"))
    text = str(body.get_content()) if body is not None else ""
    return (
        re.sub(r"<[^>]*>", " ", text) if body is not None and body.get_content_subtype() == "html" else text
    )
