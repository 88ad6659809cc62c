"""The last contact with a lead: how long ago, of what kind, and whether anybody was there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from apps.accounts.models import User
from apps.crm.choices import CONTACTS, ActivityKind
from apps.crm.models import Activity, Lead

#: After so long a person no longer remembers what was said: the conversation is opened again.
RECENT = timedelta(days=30)
#: Kinds in which the other side took part; mails and messages may have gone unread.
_TOGETHER = (ActivityKind.CALL, ActivityKind.MEETING, ActivityKind.CONTACT)
_NOBODY_THERE = re.compile(
    r"\bno(?:body|[ -]one)? (?:answer|repl|pick|response|there)|voice ?mail|not (?:reach|answer)|busy tone"
    r"|(?:did|does)(?:n[o'’]t| not) (?:answer|pick)"
    r"|没人接|没有人接|无人接听|没接|tiada jawapan|tidak (?:jawab|angkat)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class LastContact:
    """The latest contact. `on` is its day on the user's calendar; `spoke` is False for a mail, a message and
    a call that nobody took.
    """

    kind: ActivityKind
    on: date
    is_recent: bool
    spoke: bool


def last_contact(lead: Lead, *, user: User, now: datetime) -> LastContact | None:
    """None for a lead that nobody has spoken or written to.

    What was noted about a call is read for whether anybody answered, and for nothing else.
    """
    latest = Activity.objects.filter(lead=lead, kind__in=CONTACTS).order_by("-occurred_at").first()
    if latest is not None:
        kind, at, note = ActivityKind(latest.kind), latest.occurred_at, latest.note
    elif lead.last_contacted is not None:
        kind, at, note = ActivityKind.CONTACT, lead.last_contacted, ""
    else:
        return None
    return LastContact(
        kind=kind,
        on=at.astimezone(ZoneInfo(user.timezone)).date(),
        is_recent=now - at <= RECENT,
        spoke=kind in _TOGETHER and not (kind == ActivityKind.CALL and bool(_NOBODY_THERE.search(note))),
    )
