"""Pages of a timeline: the newest entries of all sources, merged."""

from __future__ import annotations

from collections.abc import Collection

from apps.accounts.models import User
from apps.crm.subjects import Subject
from apps.crm.timeline.cursor import Cursor
from apps.crm.timeline.entries import TimelinePage
from apps.crm.timeline.reach import reach_of
from apps.crm.timeline.sources import SOURCES, Ask

MAX_LIMIT = 100
ALL_KINDS = frozenset().union(*(kinds for _source, kinds in SOURCES))


def timeline(
    *, subject: Subject, user: User, limit: int = 20, before: str = "", kinds: Collection[str] = ()
) -> TimelinePage:
    """The next `limit` entries about the subject that `user` may see, newest first, of all or some `kinds`.

    A company's timeline has the entries of its leads and contacts in it, a contact's those of its leads, a
    lead's what people wrote down about its company.
    `before` is the `next` of the page before. Costs one query for each source and one for the subject,
    however many entries there are. Raises `NotFound` when the subject is not for this user, `Invalid` for a
    `before` that did not come from here.
    """
    limit = max(1, min(limit, MAX_LIMIT))
    ask = Ask(
        user=user,
        subject=subject,
        reach=reach_of(subject, user),
        cursor=Cursor.read(before) if before else None,
        # One more than is shown tells whether there is another page.
        limit=limit + 1,
        kinds=frozenset(kinds) or ALL_KINDS,
    )
    found = [entry for source, has in SOURCES if has & ask.kinds for entry in source(ask)]
    found.sort(key=lambda entry: (entry.at, entry.key), reverse=True)
    shown = found[:limit]
    more = len(found) > limit
    return TimelinePage(entries=shown, next=Cursor(shown[-1].at, shown[-1].key).token() if more else "")
