"""The mail that asks for a decision. Its link decides, so it must be of use to nobody but its recipient."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assistant.approving.effects import why
from apps.assistant.approving.links import make
from apps.assistant.models import Approval
from apps.core.errors import DomainError, NotFound
from apps.integrations import credentials
from apps.integrations.choices import Provider
from apps.integrations.models import Dispatch
from apps.integrations.services import send_mail
from apps.integrations.services.sending import mailbox_of
from apps.integrations.subjects import Card, subjects

log = structlog.get_logger(__name__)

MODEL = "assistant.approval"
PURPOSE = "approval"


def mail_link(approval: Approval, approver: User) -> bool:
    """Put the mail into the outbox; False when mails cannot be sent from here, which keeps nobody waiting.

    Without a connection nothing is written: a draft in a file would be a key that lies about.
    """
    if not settings.PUBLIC_URL or not credentials.is_connected(Provider.MICROSOFT):
        return False
    try:
        with transaction.atomic():
            _send(approval, approver)
    except DomainError as error:
        log.info("approval.not_mailed", approval=str(approval.pk), reason=error.detail)
        return False
    return True


def _send(approval: Approval, approver: User) -> None:
    """From a shared mailbox others could read the link among what was sent: then it asks for a log-in."""
    mailbox = mailbox_of(approver)
    needs_log_in = mailbox.lower() != approver.email.lower()
    path = reverse("approval-link", args=[make(approval, approver, needs_log_in=needs_log_in)])
    words = {
        "approval": approval,
        "preview": approval.preview,
        "approver": approver,
        "why": why(approval),
        "needs_log_in": needs_log_in,
        "url": settings.PUBLIC_URL.rstrip("/") + path,
    }
    send_mail(
        user=approver,
        to=[approver.email],
        subject=_("Your decision is needed: %(what)s") % {"what": approval.summary},
        body_html=render_to_string("approvals/mail.html", words),
        body_text=render_to_string("approvals/mail.txt", words),
        key=f"approval:{approval.pk}:{approver.pk}",
        run_id=approval.run_id,
        purpose=PURPOSE,
        about={"model": MODEL, "id": str(approval.pk)},
        mailbox=mailbox,
        confidential=True,
    )


class ApprovalSubject:
    """What the outbox tells us of mails about approvals."""

    def card(self, *, user: User, key: str) -> Card:
        """The approval, for those who may see it. Raises `NotFound`."""
        found = Approval.objects.visible_to(user).filter(pk=UUID(key)).first()
        if found is None:
            raise NotFound(_("There is no such approval."))
        url = reverse("admin:assistant_approval_change", args=[found.pk])
        return Card(MODEL, key, found.updated_at.isoformat(), found.summary, url)

    def written(self, *, user: User, key: str, run_id: UUID | None) -> None:
        """Nothing follows from it."""

    def sent(self, *, dispatch: Dispatch, key: str) -> None:
        """Nothing follows from it."""


def declare() -> None:
    """Make the outbox know us."""
    if MODEL not in subjects:
        subjects.register(MODEL, ApprovalSubject())
