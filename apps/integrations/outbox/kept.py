"""What is kept in the house for want of a connection: mails as files that any mail programme opens."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.utils import timezone

from apps.artifacts.models import Artifact
from apps.artifacts.services import open_bytes, store
from apps.integrations.models import Dispatch
from apps.integrations.outbox.mails import named_files
from apps.integrations.outbox.payloads import MailPayload, mail_of


def keep_mail(dispatch: Dispatch) -> Artifact:
    """The mail of a dispatch as a draft in a file of its user."""
    payload = mail_of(dispatch)
    name = f"{payload.subject[:80] or 'mail'}.eml"
    return store(owner=dispatch.user, name=name, content=draft_bytes(dispatch, payload))


def draft_bytes(dispatch: Dispatch, payload: MailPayload) -> bytes:
    """RFC 5322 with text, HTML and files. `X-Unsent` makes Outlook open it as a draft that can be sent."""
    message = EmailMessage(policy=SMTP)
    message["From"] = payload.mailbox
    message["To"] = ", ".join(payload.to)
    if payload.cc:
        message["Cc"] = ", ".join(payload.cc)
    if payload.reply_to:
        message["Reply-To"] = payload.reply_to
    message["Subject"] = payload.subject
    message["Date"] = format_datetime(timezone.now())
    message["Message-ID"] = f"<{dispatch.pk}@{payload.mailbox.rpartition('@')[2]}>"
    message["X-Unsent"] = "1"
    if payload.answers_header:
        message["In-Reply-To"] = message["References"] = payload.answers_header
    message.set_content(payload.text)
    message.add_alternative(payload.html, subtype="html")
    for file_name, artifact in named_files(payload.files):
        main, _, sub = artifact.content_type.partition("/")
        with open_bytes(artifact) as content:
            message.add_attachment(
                content.read(), maintype=main, subtype=sub or "octet-stream", filename=file_name
            )
    return message.as_bytes()
