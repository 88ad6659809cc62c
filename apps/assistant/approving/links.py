"""Deciding by a link in a mail: one approver, one approval, once. Only the token's digest is kept.

A link that others may come to read, because a shared mailbox sent it, is no key: it asks for its approver's
log-in as well. Its token says so itself, which nobody can change: the digest is of the whole of it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assistant.approving.deciding import decide
from apps.assistant.choices import DecidedVia
from apps.assistant.models import Approval, ApprovalLink
from apps.core.errors import Conflict, Forbidden, NotFound

#: Beginnings of tokens: enough by itself, or only together with the approver's log-in.
KEY, TICKET = "k-", "t-"


@dataclass(frozen=True)
class Opened:
    """A link that is known: who may answer what with it."""

    link: ApprovalLink
    approval: Approval
    approver: User
    needs_log_in: bool = False

    def opens_for(self, user: User | None) -> bool:
        """Whether whoever holds the link, logged in as `user` or not at all, may read and answer."""
        return not self.needs_log_in or user == self.approver


def make(approval: Approval, approver: User, *, needs_log_in: bool = False) -> str:
    """The token of a new link; an earlier one of the same approver ends. It lasts as long as the approval."""
    token = (TICKET if needs_log_in else KEY) + secrets.token_urlsafe(32)
    ApprovalLink.objects.update_or_create(
        approval=approval,
        approver=approver,
        defaults={"token_sha256": _digest(token), "expires_at": approval.expires_at, "used_at": None},
    )
    return token


def opened(token: str) -> Opened:
    """What the link is about, without deciding anything. Raises `NotFound` for an unknown one."""
    return _opened(token, lock=False)


@transaction.atomic
def answer(*, token: str, decision: str, note: str = "", user: User | None = None) -> Approval:
    """Decide as the approver to whom the link was sent; `user` is who is logged in.

    Raises `NotFound` for an unknown link, `Forbidden` for one that needs the approver's log-in, `Conflict`
    for one that was used or has run out, and what `decide` raises.
    """
    found = _opened(token, lock=True)
    if not found.opens_for(user):
        raise Forbidden(_("This link is %(who)s's. Please log in as yourself.") % {"who": found.approver})
    if found.link.used_at is not None:
        raise Conflict(_("This link was used already."), code="link_used")
    if found.link.expires_at < timezone.now():
        raise Conflict(_("This link has expired."), code="expired")
    decided = decide(
        approval=found.approval, user=found.approver, decision=decision, note=note, via=DecidedVia.MAIL
    )
    found.link.used_at = timezone.now()
    found.link.save(update_fields=["used_at", "updated_at"])
    return decided


def _opened(token: str, *, lock: bool) -> Opened:
    links = ApprovalLink.objects.select_for_update(of=("self",)) if lock else ApprovalLink.objects
    link = (
        links.filter(token_sha256=_digest(token))
        .select_related("approval__run__user", "approval__decided_by", "approver")
        .first()
    )
    if link is None or not link.approver.is_active:
        raise NotFound(_("There is no such link. It may have been replaced by a newer one."))
    return Opened(link, link.approval, link.approver, needs_log_in=token.startswith(TICKET))


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
