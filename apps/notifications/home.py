"""Notices on the home page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.home import Agenda, AgendaRow, agenda, bounded
from apps.notifications.models import Notice

if TYPE_CHECKING:
    from apps.accounts.models import User


@agenda(
    key="notifications.unread", title=_("New notices"), order=70, icon="notifications",
    empty=_("You have read every notice."),
)  # fmt: skip
def unread_notices(user: User, now: datetime) -> Agenda | None:  # noqa: ARG001
    """What the user was told and has not looked at; opening one marks it as read."""
    rows, total = bounded(Notice.objects.visible_to(user).unread().order_by("-created_at", "-pk"))
    lines = tuple(_row(notice) for notice in rows)
    return Agenda(lines, total, reverse("admin:notifications_notice_changelist"))


def _row(notice: Notice) -> AgendaRow:
    return AgendaRow(
        title=notice.title,
        url=reverse("admin:notifications_notice_change", args=[notice.pk]),
        note=notice.body,
        badge=str(notice.get_kind_display()),
        tone="info",
    )
