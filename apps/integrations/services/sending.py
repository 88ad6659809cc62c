"""Putting mails, events and messages into the outbox. Nothing here talks to the network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.audit.choices import EmailStatus
from apps.audit.models import EmailLog
from apps.core.errors import Forbidden, Invalid, NotFound
from apps.integrations import credentials
from apps.integrations.choices import DispatchKind, DispatchStatus, Provider
from apps.integrations.errors import NotConnected
from apps.integrations.models import Dispatch, PushDevice
from apps.integrations.outbox.claiming import log_mail
from apps.integrations.outbox.delivering import give_notice
from apps.integrations.outbox.kept import keep_mail
from apps.integrations.outbox.payloads import EventPayload, MailPayload, PushPayload, TeamsPayload
from apps.integrations.outbox.writing import write
from apps.integrations.subjects import subject_of

MAX_RECIPIENTS = 50
NO_CONNECTION = "Microsoft 365 is not connected, so the mail was kept as a draft file."
NO_PUSH = "Push messages are not connected, so it was left as a notice in the back office."
NO_PHONE = "The app is on none of the person's phones, so it was left as a notice in the back office."


class About(TypedDict):
    """The row that something is about; `model` is declared in `integrations.subjects`."""

    model: str
    id: str


@transaction.atomic
def send_mail(
    *,
    user: User,
    to: Sequence[str],
    subject: str,
    body_html: str,
    body_text: str,
    key: str,
    cc: Sequence[str] = (),
    files: Sequence[Artifact] = (),
    run_id: UUID | None = None,
    purpose: str = "mail",
    about: About | None = None,
    mailbox: str = "",
    answers: str = "",
    answers_header: str = "",
    confidential: bool = False,
) -> Dispatch:
    """A mail of `user`, with its line in the log of mails; one for each `key`.

    Without a connection it is kept at once as a draft in a file, and the log says so; a `confidential` one
    (see `MailPayload`) raises `NotConnected` instead. Raises `Forbidden`, `Invalid` for an address that is
    none, `NotFound` for a file or a subject that is not theirs to send.
    """
    _require(user, "send_mail")
    first = Dispatch.objects.filter(key=key).first()
    if first is not None:
        return first
    if confidential:
        _require_connection()
    recipients, copies = addresses(to), addresses(cc)
    _require_envelope(recipients, subject)
    _require_files(user, files)
    sender = mailbox or mailbox_of(user)
    payload = MailPayload(
        mailbox=sender, to=recipients, cc=[one for one in copies if one not in recipients],
        subject=" ".join(subject.split()), html=body_html, text=body_text,
        reply_to=user.email if sender != user.email else "", files=[str(file.pk) for file in files],
        answers=answers, answers_header=answers_header, confidential=confidential,
    )  # fmt: skip
    log = _logged(user, payload, key=key, run_id=run_id, purpose=purpose)
    dispatch = write(
        kind=DispatchKind.MAIL, key=key, user=user, title=payload.subject, recipient=", ".join(payload.to),
        payload=payload, about=_plain(about), run_id=run_id, email=log,
    )  # fmt: skip
    _written(user, about, run_id)
    if not credentials.is_connected(Provider.MICROSOFT):
        _end_here(dispatch, NO_CONNECTION, artifact=keep_mail(dispatch))
    return dispatch


@transaction.atomic
def create_event(
    *,
    user: User,
    subject: str,
    start: datetime,
    end: datetime,
    time_zone: str,
    key: str,
    attendees: Sequence[str] = (),
    location: str = "",
    online: bool = False,
    body_html: str = "",
    run_id: UUID | None = None,
    about: About | None = None,
) -> Dispatch:
    """An event in the calendar of `user`, with invitations. Times are local ones of `time_zone`.

    Raises `Forbidden`, `Invalid`, `NotFound`, and `NotConnected`: an event cannot wait for a connection.
    """
    _require(user, "use_calendar")
    if end <= start:
        raise Invalid("An event ends after it begins.", errors={"end": ["before the start"]})
    if not subject.strip():
        raise Invalid("An event needs a name.", errors={"subject": ["required"]})
    _require_connection()
    payload = EventPayload(
        mailbox=user.email, subject=subject.strip()[:255], html=body_html, start=start, end=end,
        time_zone=time_zone, attendees=addresses(attendees), location=location.strip()[:255], online=online,
    )  # fmt: skip
    _written(user, about, run_id)
    return write(
        kind=DispatchKind.EVENT, key=key, user=user, title=payload.subject, payload=payload,
        about=_plain(about), recipient=", ".join(payload.attendees), run_id=run_id,
    )  # fmt: skip


def post_to_teams(
    *,
    user: User,
    channel: str,
    html: str,
    title: str,
    key: str,
    reply_to: str = "",
    run_id: UUID | None = None,
) -> Dispatch:
    """A message to a channel, "Team/Channel", or below one of its messages. Raises `Forbidden`,
    `NotConnected`.
    """
    _require(user, "post_to_teams")
    _require_connection()
    payload = TeamsPayload(channel=channel.strip(), html=html, reply_to=reply_to)
    return write(
        kind=DispatchKind.TEAMS, key=key, user=user, title=title, recipient=payload.channel, payload=payload,
        run_id=run_id,
    )  # fmt: skip


@transaction.atomic
def push(
    *,
    user: User,
    recipient: User,
    title: str,
    body: str,
    key: str,
    url: str = "",
    run_id: UUID | None = None,
) -> Dispatch:
    """A short message to a colleague's phones; without a connection or a phone it becomes a notice at once.

    Raises `Forbidden`, `Invalid`.
    """
    _require(user, "send_push")
    if not title.strip():
        raise Invalid("A push message needs a title.", errors={"title": ["required"]})
    first = Dispatch.objects.filter(key=key).first()
    if first is not None:
        return first
    payload = PushPayload(
        recipient=str(recipient.pk), title=title.strip()[:120], body=body[:500], url=url[:300]
    )
    dispatch = write(
        kind=DispatchKind.PUSH, key=key, user=user, title=payload.title, payload=payload,
        recipient=recipient.email, run_id=run_id,
    )  # fmt: skip
    connected = credentials.is_connected(Provider.FCM)
    if not connected or not PushDevice.objects.filter(user=recipient).exists():
        give_notice(dispatch)
        _end_here(dispatch, NO_PHONE if connected else NO_PUSH)
    return dispatch


def outcome(dispatch_id: UUID) -> Dispatch:
    """The dispatch as it stands now. Raises `NotFound`."""
    found = Dispatch.objects.select_related("email", "artifact").filter(pk=dispatch_id).first()
    if found is None:
        raise NotFound("There is no such dispatch.")
    return found


def mailbox_of(user: User) -> str:
    """The mailbox that sends for `user`: the shared one of the connection, else the own."""
    try:
        return credentials.microsoft().mailbox or user.email
    except NotConnected:
        return user.email


def addresses(given: Sequence[str]) -> list[str]:
    """In comparable form, each once. Raises `Invalid` for what is no address, or too many."""
    found = list(dict.fromkeys(one.strip().lower() for one in given if one.strip()))
    if len(found) > MAX_RECIPIENTS:
        raise Invalid(f"At most {MAX_RECIPIENTS} people at a time.", errors={"to": ["too many"]})
    for one in found:
        try:
            validate_email(one)
        except ValidationError:
            raise Invalid(f"“{one[:100]}” is not an e-mail address.", errors={"to": [one[:100]]}) from None
    return found


def _logged(user: User, payload: MailPayload, *, key: str, run_id: UUID | None, purpose: str) -> EmailLog:
    """The line in the log of mails, written before anything is sent."""
    return EmailLog.objects.create(
        sender=payload.mailbox, recipients=[*payload.to, *payload.cc], subject=payload.subject[:300],
        user=user, department=user.department_slug, purpose=purpose, run_id=run_id, key=key,
        status=EmailStatus.QUEUED,
    )  # fmt: skip


def _require(user: User, right: str) -> None:
    if not user.has_perm(f"integrations.{right}"):
        raise Forbidden("You do not have the right to send this. Please ask your manager.")


def _require_envelope(recipients: Sequence[str], subject: str) -> None:
    if not recipients:
        raise Invalid("A mail needs somebody to go to.", errors={"to": ["required"]})
    if not subject.strip():
        raise Invalid("A mail needs a subject.", errors={"subject": ["required"]})


def _require_files(user: User, files: Sequence[Artifact]) -> None:
    theirs = set(
        Artifact.objects.visible_to(user)
        .filter(pk__in=[file.pk for file in files])
        .values_list("pk", flat=True)
    )
    if any(file.pk not in theirs for file in files):
        raise NotFound("There is no such file.")


def _require_connection() -> None:
    if not credentials.is_connected(Provider.MICROSOFT):
        raise NotConnected(credentials.NO_MICROSOFT)


def _plain(about: About | None) -> dict[str, str]:
    return {"model": about["model"], "id": about["id"]} if about else {}


def _written(user: User, about: About | None, run_id: UUID | None) -> None:
    if about:
        subject = subject_of(about["model"])
        subject.card(user=user, key=about["id"])
        subject.written(user=user, key=about["id"], run_id=run_id)


def _end_here(dispatch: Dispatch, reason: str, artifact: Artifact | None = None) -> None:
    """Nothing will be sent: what was to leave stays in the house."""
    dispatch.status, dispatch.error, dispatch.artifact = DispatchStatus.KEPT, reason, artifact
    dispatch.save(update_fields=["status", "error", "artifact", "updated_at"])
    log_mail(dispatch)
