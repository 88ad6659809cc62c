"""Files and runs of leads."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.artifacts.services import delete
from apps.assistant.services import start_run
from apps.audit.models import AuditEvent
from apps.core.errors import Forbidden, NotFound
from apps.crm.models import LeadFile, LeadRun
from apps.crm.services.leads import update_lead
from apps.crm.services.links import attach_file, detach_file, link_run
from apps.crm.timeline import timeline
from tests.conftest import Cast
from tests.factories.crm import LeadFactory, LeadFileFactory, uploaded

pytestmark = pytest.mark.django_db

Api = Callable[[User | None], APIClient]
EVERYBODY = ("owner", "colleague", "manager", "outsider", "executive", "admin")


def readers(api: Api, cast: Cast, file: Artifact) -> set[str]:
    """Who can download the file; the list of files has it for the very same people."""
    found = set()
    for who in EVERYBODY:
        client = api(getattr(cast, who))
        status = client.get(file.download_url).status_code
        listed = {row["id"] for row in client.get("/api/files/").data["results"]}
        assert (status == 200) == (str(file.pk) in listed)
        if status == 200:
            found.add(who)
    return found


def holders(cast: Cast, link: LeadFile) -> set[str]:
    """Who sees the file at its lead."""
    links = LeadFile.objects.filter(pk=link.pk)
    return {who for who in EVERYBODY if links.visible_to(getattr(cast, who)).exists()}


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


def test_a_file_goes_with_its_lead_to_the_new_owner(cast: Cast, api: Api) -> None:
    lead, file = LeadFactory(assigned_to=cast.owner), uploaded(cast.owner, b"menu", "menu.txt")
    link = attach_file(actor=cast.owner, lead=lead, artifact=file)
    assert readers(api, cast, file) == {"owner", "manager", "executive", "admin"}
    assert holders(cast, link) == {"owner", "manager", "admin"}
    update_lead(actor=cast.manager, lead=lead, assigned_to=cast.colleague)
    assert readers(api, cast, file) == {"owner", "colleague", "manager", "executive", "admin"}
    assert holders(cast, link) == {"colleague", "manager", "admin"}
    assert file.name in {entry.title for entry in timeline(subject=lead, user=cast.colleague).entries}
    detach_file(actor=cast.manager, file=link)
    assert readers(api, cast, file) == {"owner", "manager", "executive", "admin"}


def test_to_see_a_file_is_not_to_own_it(cast: Cast, browser_client: Callable[[User], Client]) -> None:
    lead, file = LeadFactory(assigned_to=cast.colleague), uploaded(cast.manager, b"x", "offer.txt")
    attach_file(actor=cast.manager, lead=lead, artifact=file)
    assert Artifact.objects.visible_to(cast.colleague).get() == file
    path = reverse("admin:artifacts_artifact_delete", args=[file.pk])
    assert browser_client(cast.colleague).post(path, {"post": "yes"}).status_code == 403
    assert Artifact.objects.visible_to(cast.manager).get() == file


def test_a_file_that_is_being_deleted_is_on_no_lead(cast: Cast) -> None:
    link = LeadFileFactory(lead=LeadFactory(assigned_to=cast.owner))
    delete(artifact=link.artifact)
    assert holders(cast, link) == set()
    assert not Artifact.objects.visible_to(cast.owner).exists()


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
