"""Telling people, and noting that they know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from apps.notifications.choices import NoticeKind
from apps.notifications.models import Notice

if TYPE_CHECKING:
    from apps.accounts.models import User


def notify(
    *, recipient: User, kind: NoticeKind, title: str, key: str, url: str = "", body: str = ""
) -> Notice:
    """Tell `recipient` once for each `key`; a repeated call changes nothing and returns the first notice."""
    notice, _ = Notice.objects.get_or_create(
        recipient=recipient,
        key=key[:120],
        defaults={"kind": kind, "title": title[:200], "body": body[:500], "url": url[:300]},
    )
    return notice


def mark_read(*, user: User, notices: list[Notice] | None = None) -> int:
    """Note that `user` has seen the given notices (all without); returns how many were unread."""
    unread = Notice.objects.visible_to(user).unread()
    if notices is not None:
        unread = unread.filter(pk__in=[notice.pk for notice in notices])
    return unread.update(read_at=timezone.now())


def settle(*, about: str) -> int:
    """What the notices are about whose keys begin so is done: nobody has to look. Returns how many were new.

    `about` ends with an id, which all have the same length: "task:<id>" is the beginning of no other task's.
    """
    return Notice.objects.unread().filter(key__startswith=about).update(read_at=timezone.now())
