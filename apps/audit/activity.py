"""Mails and recorded actions, put together for reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, IntegerField, Max, Q, QuerySet, Value, When
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncDate

from apps.audit.models import AuditEvent, EmailLog
from apps.core.periods import Period
from apps.core.reporting.grouping import Group, Total, totals_by

if TYPE_CHECKING:
    from apps.accounts.models import User

WHOLE: Group = ()
BY_STATUS: Group = ("status",)
BY_USER: Group = ("user_id", "user_name")
BY_PURPOSE: Group = ("purpose",)
BY_DAY: Group = ("day",)
BY_ACTION: Group = ("action",)
BY_ACTOR: Group = ("actor_id", "actor_name")
BY_SOURCE: Group = ("source",)
BY_HOURS: Group = ("hours",)
MAILS = {
    "mails": "count(*)",
    "sent": "count(*) FILTER (WHERE \"status\" = 'sent')",
    "drafts": "count(*) FILTER (WHERE \"status\" = 'draft')",
    "failed": "count(*) FILTER (WHERE \"status\" IN ('failed', 'bounced'))",
}
LOGIN_FAILED = "accounts.user.login_failed"
#: Doors that people use; what schedules and systems do at night is no surprise.
PEOPLES_DOORS = ("mobile", "web", "admin")
#: The hours in which the house works, from Monday to Friday, on the reader's clock.
OPENS, CLOSES = 8, 19
WORKING, EARLY, LATE, WEEKEND = range(4)


def mails_in(user: User, period: Period) -> QuerySet[EmailLog]:
    """The mails that `user` may see and that were written during the period."""
    return EmailLog.objects.visible_to(user).filter(
        created_at__gte=period.starts_at, created_at__lt=period.ends_at
    )


def mail_totals(user: User, period: Period) -> Mapping[Group, list[Total]]:
    """Those mails by status, person, purpose and day."""
    rows = mails_in(user, period).values(
        "status",
        "user_id",
        "purpose",
        user_name=F("user__name"),
        day=TruncDate("created_at", tzinfo=ZoneInfo(period.tz)),
    )
    groups = (WHOLE, BY_STATUS, BY_USER, BY_PURPOSE, BY_DAY)
    return totals_by(rows, groups=groups, measures=MAILS)


def events_in(user: User, period: Period) -> QuerySet[AuditEvent]:
    """The actions that `user` may see and that were recorded during the period."""
    return AuditEvent.objects.visible_to(user).filter(at__gte=period.starts_at, at__lt=period.ends_at)


def event_totals(user: User, period: Period) -> Mapping[Group, list[Total]]:
    """Those actions by kind, person, door, day, and by the hours of the house (`WORKING` …).

    Hours are told apart for doors that people use; for others `hours` is `WORKING`.
    """
    zone = ZoneInfo(period.tz)
    hour, weekday = ExtractHour("at", tzinfo=zone), ExtractIsoWeekDay("at", tzinfo=zone)
    rows = (
        events_in(user, period)
        .annotate(hour=hour, weekday=weekday)
        .values(
            "action",
            "actor_id",
            "source",
            actor_name=F("actor__name"),
            day=TruncDate("at", tzinfo=zone),
            hours=Case(
                When(~Q(source__in=PEOPLES_DOORS), then=Value(WORKING)),
                When(weekday__gte=6, then=Value(WEEKEND)),
                When(hour__lt=OPENS, then=Value(EARLY)),
                When(hour__gte=CLOSES, then=Value(LATE)),
                default=Value(WORKING),
                output_field=IntegerField(),
            ),
        )
    )
    groups = (WHOLE, BY_ACTION, BY_ACTOR, BY_SOURCE, BY_DAY, BY_HOURS)
    return totals_by(rows, groups=groups, measures={"events": "count(*)"})


def failed_log_ins(user: User, period: Period, *, limit: int) -> list[Total]:
    """Failed log-ins of the period by account ("" for names that nobody has) and address, most first."""
    found: QuerySet[Any, Any] = (
        events_in(user, period)
        .filter(action=LOGIN_FAILED)
        .order_by()
        .values("object_id", "object_label", "ip_address")
        .annotate(attempts=Count("pk"), latest=Max("at"))
        .order_by("-attempts", "object_label", "ip_address")
    )
    return list(found[:limit])
