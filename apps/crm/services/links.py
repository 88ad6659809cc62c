"""Files and runs of leads."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.models import Run
from apps.audit import services as audit
from apps.core.errors import NotFound
from apps.core.retrying import atomic_retried
from apps.crm.models import Lead, LeadFile, LeadRun
from apps.crm.services.locks import lock_lead, require


@atomic_retried
def attach_file(*, actor: User, lead: Lead, artifact: Artifact) -> LeadFile:
    """Put a file to a lead; a file that is there already stays as it is.

    Whoever may see the lead, now or later, sees the file from then on.
    Raises `Forbidden`, and `NotFound` when the actor may not see the lead or the file.
    """
    current = lock_lead(actor=actor, lead=lead, right="crm.add_leadfile")
    if not Artifact.objects.visible_to(actor).filter(pk=artifact.pk).exists():
        raise NotFound(_("There is no such file."))
    link, is_new = LeadFile.objects.get_or_create(lead=current, artifact=artifact, defaults={"by": actor})
    if is_new:
        audit.record(
            action="crm.lead.file_attached", obj=current, details={"file": artifact.name}, actor=actor
        )
    return link


@transaction.atomic
def detach_file(*, actor: User, file: LeadFile) -> None:
    """Take a file from its lead; the file itself stays. Raises `Forbidden`, `NotFound`."""
    if file.by_id != actor.pk:
        require(actor, "crm.delete_leadfile")
    if not LeadFile.objects.visible_to(actor).filter(pk=file.pk).exists():
        raise NotFound(_("There is no such file."))
    audit.record(
        action="crm.lead.file_detached", obj=file.lead, details={"file": file.artifact.name}, actor=actor
    )
    file.delete()


def link_run(*, lead: Lead, run_id: UUID | None) -> None:
    """Keep that a run of the assistant was about the lead; a run that is not kept leaves no trace."""
    if run_id is not None and Run.objects.filter(pk=run_id).exists():
        LeadRun.objects.get_or_create(lead=lead, run_id=run_id)
