"""Mails that came back: reports of non-delivery in the mailboxes that sent them."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.utils import timezone

from apps.audit import services as audit
from apps.audit.choices import EmailStatus
from apps.audit.models import EmailLog
from apps.core.errors import DomainError
from apps.integrations import credentials
from apps.integrations.errors import NotConnected
from apps.integrations.graph import Graph, Mail
from apps.integrations.graph.mail import get_mail, list_mails
from apps.integrations.models import Dispatch
from apps.notifications.choices import NoticeKind
from apps.notifications.services import notify

log = structlog.get_logger(__name__)

#: Servers give up after days; what comes back later is left to people.
LOOK_BACK = timedelta(days=3)
MAX_MAILBOXES = 50
MAX_MAILS = 50
SENDERS = ("postmaster@", "mailer-daemon@", "microsoftexchange")


def look_for_bounces() -> int:
    """Mark mails of the last days that came back, and tell who sent them; returns how many."""
    now = timezone.now()
    sent = EmailLog.objects.filter(
        status=EmailStatus.SENT, sent_at__gt=now - LOOK_BACK, dispatch__isnull=False
    ).exclude(message_id="")
    mailboxes = list(sent.order_by().values_list("sender", flat=True).distinct()[:MAX_MAILBOXES])
    if not mailboxes:
        return 0
    try:
        graph = Graph.of(credentials.microsoft())
    except (NotConnected, DomainError):
        return 0
    return sum(_in_mailbox(graph, mailbox, now - LOOK_BACK) for mailbox in mailboxes)


def _in_mailbox(graph: Graph, mailbox: str, since: datetime) -> int:
    found = 0
    try:
        for mail in list_mails(graph, mailbox, since=since, limit=MAX_MAILS):
            if mail.sender.startswith(SENDERS):
                found += _came_back(mailbox, get_mail(graph, mailbox, mail.id))
    except DomainError as error:
        log.warning("bounces.mailbox_not_read", mailbox=mailbox, reason=error.detail)
    return found


def _came_back(mailbox: str, report: Mail) -> int:
    if not report.in_reply_to:
        return 0
    rows = EmailLog.objects.filter(sender=mailbox, message_id=report.in_reply_to, status=EmailStatus.SENT)
    mail = rows.select_related("user").first()
    if mail is None:
        return 0
    reason = " ".join(report.text.split())[:500]
    changed = rows.update(status=EmailStatus.BOUNCED, error=reason, updated_at=timezone.now())
    if changed:
        audit.record(action="audit.emaillog.bounced", obj=mail, details={"to": mail.recipients})
        _tell(mail)
    return changed


def _tell(mail: EmailLog) -> None:
    dispatch = Dispatch.objects.filter(email=mail).first()
    if mail.user is None or dispatch is None:
        return
    notify(
        recipient=mail.user, kind=NoticeKind.OTHER, key=f"bounced:{mail.pk}",
        title=f"Your mail “{mail.subject}” came back", body=f"To {', '.join(mail.recipients)}",
        url=f"/admin/integrations/dispatch/{dispatch.pk}/change/",
    )  # fmt: skip
