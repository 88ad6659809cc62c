"""Correcting what one wrote down, in the timeline."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.crm.models import Activity
from apps.crm.services.activities import edit_note, log_activity
from tests.conftest import Cast
from tests.crm.pages import JSON, action_url, form_data
from tests.factories.crm import ContactFactory, LeadFactory

pytestmark = pytest.mark.django_db

Enter = Callable[[User], Client]
FORM = 'aria-label="Edit"'


def written(cast: Cast, **fields: object) -> Activity:
    lead = LeadFactory(assigned_to=cast.owner)
    return log_activity(actor=cast.owner, subject=lead, **{"kind": "note", "note": "Likes tea", **fields})  # type: ignore[arg-type]


def url_of(note: Activity) -> str:
    return action_url(note.subject, "correct", activity=note.pk)


def page_of(client: Client, note: Activity) -> str:
    return client.get(note.subject.admin_url).content.decode()  # type: ignore[union-attr]


def test_ones_own_words_are_corrected_where_they_stand(cast: Cast, browser_client: Enter) -> None:
    note = written(cast)
    client = browser_client(cast.owner)
    typed = form_data(page_of(client, note), f"correct-{note.pk}")
    assert typed["note"] == "Likes tea"
    answer = client.post(url_of(note), {**typed, "note": "Likes <coffee>"}, **JSON).json()
    assert list(answer["regions"]) == [f"activity-{note.pk}"], "older entries on the page stay where they are"
    assert "Likes &lt;coffee&gt;" in answer["regions"][f"activity-{note.pk}"]
    note.refresh_from_db()
    assert note.note == "Likes <coffee>"
    client.post(url_of(note), {"note": "Likes water"})
    assert "Likes water" in page_of(client, note)


def test_the_button_is_on_ones_own_entries_alone(cast: Cast, browser_client: Enter) -> None:
    note = written(cast)
    log_activity(actor=cast.manager, subject=note.subject, kind="call", note="Hers")
    assert page_of(browser_client(cast.owner), note).count(FORM) == 1
    assert FORM in page_of(browser_client(cast.manager), note)
    log_activity(actor=cast.owner, subject=note.subject, kind="call")
    assert page_of(browser_client(cast.owner), note).count(FORM) == 2, "a call may get words later"


@pytest.mark.parametrize(("who", "status"), [("manager", 403), ("colleague", 404), ("outsider", 404)])
def test_words_of_others_stay_as_they_are(cast: Cast, browser_client: Enter, who: str, status: int) -> None:
    note = written(cast)
    answer = browser_client(getattr(cast, who)).post(url_of(note), {"note": "Hates tea"}, **JSON)
    assert answer.status_code == status
    note.refresh_from_db()
    assert note.note == "Likes tea"


def test_an_entry_of_a_lead_one_may_not_see_is_not_reached_from_another_page(
    cast: Cast, browser_client: Enter
) -> None:
    note = written(cast)
    url = action_url(ContactFactory(), "correct", activity=note.pk)
    assert browser_client(cast.colleague).post(url, {"note": "Mine"}, **JSON).status_code == 404


def test_a_conflict_says_who_and_what_and_saving_again_means_it(cast: Cast, browser_client: Enter) -> None:
    note = written(cast)
    client = browser_client(cast.owner)
    typed = form_data(page_of(client, note), f"correct-{note.pk}") | {"note": "Likes coffee"}
    edit_note(actor=cast.admin, activity=note, note="Likes cocoa")
    refused = client.post(url_of(note), typed, **JSON)
    assert (refused.status_code, refused.json()["code"]) == (409, "stale")
    assert f"{cast.admin} changed this in the meantime (now: “Likes cocoa”)." in refused.json()["detail"]
    warned = client.post(url_of(note), typed)
    again = form_data(warned.content.decode(), f"correct-{note.pk}")
    assert again["note"] == "Likes coffee"
    assert again["version"] == refused.json()["errors"]["version"][0]
    assert client.post(url_of(note), again).status_code == 302
    note.refresh_from_db()
    assert note.note == "Likes coffee"


def test_a_note_is_not_emptied(cast: Cast, browser_client: Enter) -> None:
    note = written(cast)
    answer = browser_client(cast.owner).post(url_of(note), {"note": " "}, **JSON)
    assert answer.json()["errors"]["note"] == ["This field is required."]
    note.refresh_from_db()
    assert note.note == "Likes tea"
