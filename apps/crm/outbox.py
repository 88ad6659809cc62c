"""Leads as what mails are about: what a person reads before agreeing, and their timeline afterwards."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import NotFound
from apps.core.versions import version_of
from apps.crm.choices import CLOSED, ActivityKind
from apps.crm.models import Lead
from apps.crm.services.activities import log_activity
from apps.crm.services.links import link_run
from apps.integrations.choices import DispatchKind
from apps.integrations.models import Dispatch
from apps.integrations.subjects import Card, subjects

MODEL = "crm.lead"


class LeadSubject:
    """See `integrations.subjects.Subject`."""

    def card(self, *, user: User, key: str) -> Card:
        """The lead, for those who may see it. Raises `NotFound`."""
        lead = _lead(user, key)
        return Card(MODEL, str(lead.pk), version_of(lead), lead.company_name, lead.admin_url)

    def written(self, *, user: User, key: str, run_id: UUID | None) -> None:
        """From now on the run is one about this lead."""
        link_run(lead=_lead(user, key), run_id=run_id)

    def sent(self, *, dispatch: Dispatch, key: str) -> None:
        """A mail that left is a contact: on the timeline, once, under the key of its line in the log.

        Without a key the lead is known by its recipient, when there is exactly one.
        """
        if dispatch.kind != DispatchKind.MAIL or dispatch.email is None:
            return
        lead = _lead(dispatch.user, key) if key else _by_recipient(dispatch)
        if lead is None:
            return
        log_activity(
            actor=dispatch.user,
            subject=lead,
            kind=ActivityKind.EMAIL,
            at=dispatch.sent_at,
            subject_line=dispatch.title,
            note=str(dispatch.payload.get("text", ""))[:20_000],
            run_id=dispatch.run_id,
            key=dispatch.email.pk,
        )


def declare() -> None:
    """Make the outbox know leads."""
    if MODEL not in subjects:
        subjects.register(MODEL, LeadSubject())


def _lead(user: User, key: str) -> Lead:
    try:
        return Lead.objects.visible_to(user).get(pk=UUID(key))
    except (Lead.DoesNotExist, ValueError) as error:
        raise NotFound(_("There is no such lead.")) from error


def _by_recipient(dispatch: Dispatch) -> Lead | None:
    """The only open lead of the sender's with one of these addresses."""
    addresses = dispatch.email.recipients if dispatch.email else []
    found = Lead.objects.visible_to(dispatch.user).filter(contact_email__in=addresses)
    rows = list(found.exclude(status__in=CLOSED)[:2])
    return rows[0] if len(rows) == 1 else None
