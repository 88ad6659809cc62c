"""What surrounds a demo lead: tasks, mails that were sent, and the customer it became."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random

from apps.audit.choices import EmailStatus
from apps.crm.choices import OPEN, ActivityKind, CustomerStatus, LeadStatus
from apps.crm.demo.merchants import words
from apps.crm.demo.rows import DemoLead, Row, filled, uuid_at
from apps.crm.demo.stories import ZONE, Event, at_work, office_hours

TASK_COLUMNS = (
    "id",
    "created_at",
    "updated_at",
    "lead_id",
    "title",
    "note",
    "assigned_to_id",
    "due_at",
    "remind_at",
    "reminded_at",
    "done_at",
    "done_by_id",
    "created_by_id",
)
CUSTOMER_COLUMNS = (
    "id",
    "created_at",
    "updated_at",
    "company_id",
    "lead_id",
    "account_manager_id",
    "status",
    "since",
)
MAIL_COLUMNS = (
    "id",
    "created_at",
    "updated_at",
    "status",
    "sender",
    "recipients",
    "subject",
    "user_id",
    "department",
    "purpose",
    "message_id",
    "sent_at",
    "error",
)
#: Days from today of open tasks: each representative has something overdue, something today, something ahead.
DUE_IN = (-6, -3, -1, 0, 0, 0, 1, 2, 3, 5, 8, 13)
HAS_TASK, HAD_TASK, HAS_REMINDER = 0.45, 0.3, 0.35
REMIND_BEFORE = timedelta(hours=1)
LOGGED = timedelta(days=60)
RETRIED_EVERY = 20
CHURN_AFTER, CHURNED = timedelta(days=180), 0.08


def task_rows(lead: DemoLead, now: datetime) -> Iterator[Row]:
    """At most one open task of an open lead, and one done earlier, in the order of `TASK_COLUMNS`."""
    story, rng = lead.story, lead.rng
    if lead.owner is None:
        return
    if story.status in OPEN and rng.random() < HAS_TASK:
        yield _open_task(lead, lead.owner, now)
    contacted = story.last_contacted
    if contacted is not None and rng.random() < HAD_TASK:
        made = max(story.created_at, contacted - timedelta(days=rng.randint(1, 5)))
        title = filled(rng.choice(words()["tasks"]), lead)
        moments = (max(made, contacted - timedelta(hours=2)), None, None, contacted)
        pk = uuid_at(rng, made)
        yield pk, made, contacted, lead.id, title, "", lead.owner, *moments, lead.owner, lead.owner


def customer_row(lead: DemoLead, now: datetime) -> Row | None:
    """The customer that a won lead became, in the order of `CUSTOMER_COLUMNS`."""
    since = lead.story.closed_at
    if lead.story.status != LeadStatus.CLOSED_WON or since is None:
        return None
    has_left = now - since > CHURN_AFTER and lead.rng.random() < CHURNED
    status = CustomerStatus.CHURNED if has_left else CustomerStatus.ACTIVE
    pk = uuid_at(lead.rng, since)
    return pk, since, since, lead.company_id, lead.id, lead.owner, status.value, since


def mail_rows(lead: DemoLead, senders: Mapping[str, str], now: datetime) -> Iterator[Row]:
    """The mails before the e-mails that came back lately, in the order of `MAIL_COLUMNS`.

    Now and then the first try failed. `senders` are the addresses of the owners.
    """
    if lead.owner is None:
        return
    for event in lead.story.events:
        if event.kind == ActivityKind.EMAIL and event.at > now - LOGGED:
            at = max(lead.story.created_at, event.at - timedelta(minutes=lead.rng.randint(40, 1200)))
            if lead.rng.randrange(RETRIED_EVERY) == 0:
                yield _mail(lead, event, lead.owner, senders[lead.owner], at - timedelta(minutes=2), False)
            yield _mail(lead, event, lead.owner, senders[lead.owner], at, True)


def _open_task(lead: DemoLead, owner: str, now: datetime) -> Row:
    rng = lead.rng
    made = max(lead.story.created_at, now - timedelta(days=rng.randint(7, 12)))
    due = _due(rng, now, rng.choice(DUE_IN))
    remind = due - REMIND_BEFORE if rng.random() < HAS_REMINDER else None
    # What should have rung before the demo began has rung.
    reminded = remind if remind is not None and remind < now else None
    title = filled(rng.choice(words()["tasks"]), lead)
    moments = (due, remind, reminded, None)
    return uuid_at(rng, made), made, made, lead.id, title, "", owner, *moments, None, owner


def _due(rng: Random, now: datetime, days: int) -> datetime:
    """That many days from now in office hours; today is today, also on a Sunday."""
    if days == 0:
        return at_work(rng, now.astimezone(ZONE))
    return office_hours(rng, now + timedelta(days=days))


def _mail(lead: DemoLead, event: Event, user: str, sender: str, at: datetime, is_sent: bool) -> Row:
    pk = uuid_at(lead.rng, at)
    status = EmailStatus.SENT if is_sent else EmailStatus.FAILED
    domain = sender.partition("@")[2]
    return (
        pk,
        at,
        at,
        status.value,
        sender,
        [lead.merchant.email],
        filled(event.subject, lead),
        user,
        "sales",
        "outreach",
        f"<{pk}@{domain}>" if is_sent else "",
        at if is_sent else None,
        "" if is_sent else "The mail server did not answer within 30 seconds.",
    )
