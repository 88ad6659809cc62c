"""Telling people, and noting that they know."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import User
from apps.notifications.choices import NoticeKind
from apps.notifications.models import Notice


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
    """What the notices with that key are about is done, so nobody has to look. Returns how many were new.

    `about` is the key, or what keys begin with before a colon.
    """
    unread = Notice.objects.unread().filter(Q(key=about) | Q(key__startswith=f"{about}:"))
    # Person by person, so that the index by recipient finds them.
    return unread.filter(recipient__in=User.objects.order_by().values("pk")).update(read_at=timezone.now())
