"""Mails that came back: reports of non-delivery in the mailboxes that sent them."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit import services as audit
from apps.audit.choices import EmailStatus
from apps.audit.models import EmailLog
from apps.core.db import release_connection
from apps.core.errors import DomainError
from apps.integrations import credentials
from apps.integrations.graph import Graph, Mail
from apps.integrations.graph.mail import get_mime, list_mails
from apps.integrations.models import Dispatch
from apps.integrations.outbox.reports import read_report
from apps.notifications.choices import NoticeKind
from apps.notifications.services import notify

log = structlog.get_logger(__name__)

#: Servers give up after days; what comes back later is left to people.
LOOK_BACK = timedelta(days=3)
#: After so long the mail that a report is about has its line in the log.
SETTLED = timedelta(hours=1)
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
    except DomainError:
        return 0
    return sum(_in_mailbox(graph, mailbox, now - LOOK_BACK) for mailbox in mailboxes)


def _in_mailbox(graph: Graph, mailbox: str, since: datetime) -> int:
    release_connection()
    found = 0
    try:
        for mail in list_mails(graph, mailbox, since=since, limit=MAX_MAILS):
            if mail.sender.startswith(SENDERS) and not cache.get(_seen(mail)):
                found += _came_back(mailbox, get_mime(graph, mailbox, mail.id))
                _remember(mail)
    except DomainError as error:
        log.warning("bounces.mailbox_not_read", mailbox=mailbox, reason=error.detail)
    return found


def _came_back(mailbox: str, raw: bytes) -> int:
    report = read_report(raw)
    if report is None:
        return 0
    rows = EmailLog.objects.filter(sender=mailbox, message_id__in=report.message_ids, status=EmailStatus.SENT)
    mail = rows.select_related("user").first()
    if mail is None:
        return 0
    with transaction.atomic():
        changed = rows.filter(pk=mail.pk).update(
            status=EmailStatus.BOUNCED, error=report.reason, updated_at=timezone.now()
        )
        if changed:
            audit.record(action="audit.emaillog.bounced", obj=mail, details={"to": mail.recipients})
            _tell(mail, report.reason)
    return changed


def _remember(report: Mail) -> None:
    """Reports are read once; a fresh one again: its mail may still be on its way into the log."""
    if report.received_at is not None and timezone.now() - report.received_at > SETTLED:
        cache.set(_seen(report), True, timeout=LOOK_BACK.total_seconds())


def _seen(report: Mail) -> str:
    return f"bounces:{sha256(report.id.encode()).hexdigest()}"


def _tell(mail: EmailLog, reason: str) -> None:
    dispatch = Dispatch.objects.filter(email=mail).first()
    if mail.user is None or dispatch is None:
        return
    notify(
        recipient=mail.user, kind=NoticeKind.OTHER, key=f"bounced:{mail.pk}",
        title=_("Your mail “%(subject)s” came back") % {"subject": mail.subject},
        body=reason or _("To %(who)s") % {"who": ", ".join(mail.recipients)},
        url=f"/admin/integrations/dispatch/{dispatch.pk}/change/",
    )  # fmt: skip
