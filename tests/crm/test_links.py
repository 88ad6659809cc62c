"""Files and runs of leads."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.artifacts.models import Artifact
from apps.assistant.services import start_run
from apps.audit.models import AuditEvent
from apps.core.errors import Forbidden, NotFound
from apps.crm.models import LeadFile, LeadRun
from apps.crm.services.links import attach_file, detach_file, link_run
from tests.conftest import Cast
from tests.factories.crm import LeadFactory, LeadFileFactory, uploaded

pytestmark = pytest.mark.django_db


def test_a_file_is_put_to_a_lead_once(cast: Cast) -> None:
    lead, file = LeadFactory(assigned_to=cast.owner), uploaded(cast.owner, b"menu", "menu.txt")
    first = attach_file(actor=cast.owner, lead=lead, artifact=file)
    again = attach_file(actor=cast.owner, lead=lead, artifact=file)
    assert again == first == LeadFile.objects.get()
    assert (first.lead, first.artifact, first.by) == (lead, file, cast.owner)
    event = AuditEvent.objects.get(action="crm.lead.file_attached")
    assert event.details == {"file": "menu.txt"}


def test_neither_somebody_elses_lead_nor_somebody_elses_file(cast: Cast) -> None:
    lead, file = LeadFactory(assigned_to=cast.owner), uploaded(cast.owner, b"menu", "menu.txt")
    with pytest.raises(NotFound):
        attach_file(actor=cast.colleague, lead=lead, artifact=uploaded(cast.colleague, b"x", "x.txt"))
    with pytest.raises(NotFound):
        attach_file(actor=cast.colleague, lead=LeadFactory(assigned_to=cast.colleague), artifact=file)
    with pytest.raises(Forbidden):
        attach_file(actor=cast.outsider, lead=lead, artifact=file)
    assert not LeadFile.objects.exists()


def test_a_file_of_a_lead_still_needs_rights_of_its_own(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    link = attach_file(actor=cast.manager, lead=lead, artifact=uploaded(cast.manager, b"x", "private.txt"))
    assert not LeadFile.objects.visible_to(cast.owner).exists()
    assert list(LeadFile.objects.visible_to(cast.manager)) == [link]


def test_a_file_is_taken_away_by_whoever_put_it_there_or_a_manager(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    link, other = LeadFileFactory(lead=lead), LeadFileFactory(lead=lead)
    with pytest.raises(Forbidden):
        detach_file(actor=cast.colleague, file=link)
    detach_file(actor=cast.owner, file=link)
    detach_file(actor=cast.manager, file=other)
    assert not LeadFile.objects.exists()
    assert Artifact.objects.count() == 2
    assert AuditEvent.objects.filter(action="crm.lead.file_detached").count() == 2


def test_a_run_is_linked_once(cast: Cast) -> None:
    lead, run = LeadFactory(assigned_to=cast.owner), start_run(user=cast.owner, body="Who is it?", ring=False)
    for run_id in (run.pk, run.pk, uuid4(), None):
        link_run(lead=lead, run_id=run_id)
    assert LeadRun.objects.get().run == run
    assert not LeadRun.objects.visible_to(cast.colleague).exists()
    assert LeadRun.objects.visible_to(cast.owner).exists()
