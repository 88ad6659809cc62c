"""Telling those who may answer: a notice in the house, and a mail with a link that decides."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.assistant.approving.deciders import people_for, reason_against
from apps.assistant.approving.mailing import mail_link
from apps.assistant.approving.told import notice_key
from apps.assistant.models import Approval
from apps.core.rehearsal import is_rehearsal
from apps.notifications.choices import NoticeKind
from apps.notifications.services import notify


def tell(approval: Approval) -> None:
    """Tell the requester, unless only somebody else may agree, and those others who may. Needs a transaction.

    Others get a mail as well, where mails can be sent. A rehearsal tells nobody.
    """
    if is_rehearsal():
        return
    requester = approval.run.user
    others = people_for(approval)
    mine = [] if reason_against(approval, requester) else [requester]
    for person in [*mine, *others]:
        notify(
            recipient=person,
            kind=NoticeKind.OTHER,
            title=approval.summary,
            body="" if person == requester else _("%(who)s asks.") % {"who": requester.name},
            key=notice_key(approval.pk),
            url=reverse("admin:assistant_approval_change", args=[approval.pk]),
        )
    for person in others:
        mail_link(approval, person)
