"""The pages that merge two leads, companies or contacts, and the list of merges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.contacts.models import Company, Contact
from apps.crm.admin.merging import merge_url
from apps.crm.models import Activity, Lead, Merge
from apps.crm.services import merging
from tests.conftest import Cast
from tests.factories.pairs import lead_of, merged

pytestmark = pytest.mark.django_db

Enter = Callable[[User], Client]


def sent(client: Client, kept: Any, other: Any, **choices: str) -> HttpResponse:
    """The form of the page as it was read, with these choices."""
    page = client.get(merge_url(kept, other))
    form = {
        "other": str(other.pk),
        "kept_version": page.context["kept"]["version"],
        "other_version": page.context["other"]["version"],
    }
    chosen = {f"choice-{field.name}": option for field, option in page.context["fields"]}
    chosen |= {f"choice-{name}": choice for name, choice in choices.items()}
    return client.post(merge_url(kept), {**form, **chosen})  # type: ignore[return-value]


def told(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_page_shows_both_values_and_what_moves(cast: Cast, browser_client: Enter) -> None:
    kept, other = lead_of(cast, industry="Food"), lead_of(cast, industry="Dining", notes="Likes <b>tea</b>")
    for _ in range(2):
        Activity.objects.create(lead=other, kind="note", occurred_at=timezone.now())
    page = browser_client(cast.owner).get(merge_url(kept, other)).content.decode()
    for words in ("Food", "Dining", "Likes &lt;b&gt;tea&lt;/b&gt;", "2 activities", "Stays", "Goes"):
        assert words in page
    assert merge_url(other, kept) in page


def test_a_merge_opens_its_result_from_which_it_is_undone(cast: Cast, browser_client: Enter) -> None:
    client = browser_client(cast.owner)
    kept, other = lead_of(cast, industry="Food"), lead_of(cast, industry="Dining", company_name="Dragon")
    answer = sent(client, kept, other, industry="other", company_name="kept")
    done = Merge.objects.get()
    result = reverse("admin:crm_merge_change", args=[done.pk])
    assert answer["Location"] == result
    kept.refresh_from_db()
    assert (kept.industry, kept.company_name) == ("Dining", "Golden Dragon")
    page = client.get(result)
    assert kept.admin_url in page.content.decode()
    told_choices = [(told.label, told.value, told.choice) for told in page.context["choices"]]
    assert told_choices == [("Company", "Golden Dragon", "kept"), ("Industry", "Dining", "other")]
    assert "Undo the merge" in page.content.decode()
    undone = client.post(reverse("admin:crm_merge_undo", args=[done.pk]), follow=True)
    assert told(undone) == ["The merge was undone. Both are there again."]
    assert "Undo the merge" not in undone.content.decode()
    assert Lead.objects.filter(pk=other.pk, industry="Dining").exists()


@pytest.mark.parametrize("side", ["kept", "other"])
def test_what_somebody_changed_meanwhile_is_shown_and_the_choices_stay(
    cast: Cast, browser_client: Enter, side: str
) -> None:
    client = browser_client(cast.owner)
    kept, other = lead_of(cast, industry="Food", location="A"), lead_of(cast, industry="Dining", location="B")
    page = client.get(merge_url(kept, other))
    row = kept if side == "kept" else other
    row.notes = "Written meanwhile"
    row.save()
    form = {
        "other": str(other.pk),
        "kept_version": page.context["kept"]["version"],
        "other_version": page.context["other"]["version"],
        "choice-industry": "kept",
        "choice-location": "other",
    }
    refused = client.post(merge_url(kept), form)
    assert refused.status_code == 409
    assert "Somebody else changed this" in refused.content.decode()
    assert "Written meanwhile" in refused.content.decode()
    chosen = {field.name: choice for field, choice in refused.context["fields"]}
    assert (chosen["industry"], chosen["location"]) == ("kept", "other")
    assert Lead.objects.count() == 2
    versions = {f"{name}_version": refused.context[name]["version"] for name in ("kept", "other")}
    assert client.post(merge_url(kept), {**form, **versions}).status_code == 302
    assert Lead.objects.count() == 1


def test_the_slower_of_two_people_is_sent_to_the_kept_lead(cast: Cast, browser_client: Enter) -> None:
    kept, other = lead_of(cast), lead_of(cast)
    client = browser_client(cast.owner)
    late = {"other": str(other.pk)}
    merged(cast, kept, other)
    answer = client.post(merge_url(kept), late)
    assert "not there any more" in told(answer)[0]
    gone = client.get(f"/admin/crm/lead/{late['other']}/merge/")
    assert gone["Location"] == kept.admin_url
    assert "in the meantime" in told(gone)[0]


def test_the_other_one_is_suggested_or_searched(cast: Cast, browser_client: Enter) -> None:
    kept = lead_of(cast, contact_email="mei@dragon.sg")
    alike = lead_of(cast, company_name="Golden Dragons")
    far = lead_of(cast, company_name="Silver Phoenix")
    hidden = lead_of(cast, company_name="Silver Hidden", assigned_to=cast.colleague)
    client = browser_client(cast.owner)
    page = client.get(merge_url(kept))
    assert [row.pk for row, _url in page.context["found"]] == [alike.pk]
    assert merge_url(kept, alike) in page.content.decode()
    page = client.get(merge_url(kept), {"q": "silv"})
    assert [row.pk for row, _url in page.context["found"]] == [far.pk]
    assert str(hidden.pk) not in page.content.decode()
    nothing = client.get(merge_url(kept), {"q": "zzz"})
    assert "Nothing has these words" in nothing.content.decode()


@pytest.mark.parametrize("model", [Company, Contact])
def test_companies_and_contacts_are_merged_too(
    cast: Cast, browser_client: Enter, model: type[Company | Contact]
) -> None:
    kept, other = model.objects.create(name="Golden Dragon"), model.objects.create(name="Golden Phoenix")
    client = browser_client(cast.manager)
    assert [row.pk for row, _url in client.get(merge_url(kept)).context["found"]] == [other.pk]
    assert sent(client, kept, other, name="other").status_code == 302
    kept.refresh_from_db()
    assert kept.name == "Golden Phoenix"
    old = reverse(f"admin:contacts_{model._meta.model_name}_change", args=[other.pk])
    assert client.get(old)["Location"].endswith(f"{kept.pk}/change/")


def test_a_rep_may_not_merge_companies(cast: Cast, browser_client: Enter) -> None:
    kept, other = Company.objects.create(name="A"), Company.objects.create(name="B")
    client = browser_client(cast.owner)
    assert client.get(merge_url(kept)).status_code == 403
    assert client.get(merge_url(kept, other)).status_code == 403
    assert client.post(merge_url(kept), {"other": str(other.pk)}).status_code == 403
    assert Company.objects.count() == 2


@pytest.mark.parametrize("who", ["colleague", "outsider", "executive"])
def test_leads_of_others_have_no_page(cast: Cast, browser_client: Enter, who: str) -> None:
    kept, other = lead_of(cast), lead_of(cast)
    client = browser_client(getattr(cast, who))
    for answer in (
        client.get(merge_url(kept, other)),
        client.post(merge_url(kept), {"other": str(other.pk)}),
    ):
        assert answer.status_code in {302, 403}
        assert "Golden" not in answer.content.decode()
    done = merged(cast, kept, other)
    result = client.get(reverse("admin:crm_merge_change", args=[done.pk]))
    assert result.status_code in {302, 403}
    client.post(reverse("admin:crm_merge_undo", args=[done.pk]))
    done.refresh_from_db()
    assert done.undone_at is None


def test_a_lead_of_somebody_else_is_not_offered_as_the_other_one(cast: Cast, browser_client: Enter) -> None:
    kept, hidden = lead_of(cast), lead_of(cast, company_name="Secret", assigned_to=cast.colleague)
    answer = browser_client(cast.owner).get(merge_url(kept, hidden))
    assert "Secret" not in answer.content.decode()
    assert "not there any more" in answer.content.decode()


def test_a_wrong_address_is_no_error(cast: Cast, browser_client: Enter) -> None:
    kept = lead_of(cast)
    client = browser_client(cast.owner)
    assert client.get(merge_url(kept), {"with": "nonsense"}).status_code == 200
    assert client.get(merge_url(kept), {"with": str(kept.pk)}).status_code == 302
    assert client.get(merge_url(kept), {"q": "\x00'|&"}).status_code == 200


def test_two_leads_of_the_list_are_merged_by_an_action(cast: Cast, browser_client: Enter) -> None:
    leads = [lead_of(cast) for _ in range(3)]
    client = browser_client(cast.owner)
    keys = [str(lead.pk) for lead in leads]
    action = {"action": "merge_two", "_selected_action": keys}
    refused = client.post("/admin/crm/lead/", action, follow=True)
    assert told(refused) == ["Choose exactly two rows to merge."]
    answer = client.post("/admin/crm/lead/", {**action, "_selected_action": keys[:2]})
    assert answer["Location"] == merge_url(leads[0], leads[1])


def test_old_links_open_the_kept_lead(cast: Cast, browser_client: Enter) -> None:
    kept, other = lead_of(cast), lead_of(cast)
    old = other.admin_url
    merged(cast, kept, other)
    answer = browser_client(cast.owner).get(old)
    assert answer["Location"] == kept.admin_url
    assert "merged into" in told(answer)[0]
    assert browser_client(cast.colleague).get(old)["Location"] != kept.admin_url


def test_the_list_of_merges_shows_ones_own_and_the_manager_all(cast: Cast, browser_client: Enter) -> None:
    done = merging.merge(actor=cast.owner, kept=lead_of(cast), other=lead_of(cast))
    listed = reverse("admin:crm_merge_changelist")
    for who, keys in {"owner": [done.pk], "colleague": [], "manager": [done.pk]}.items():
        page = browser_client(getattr(cast, who)).get(listed)
        assert [row.pk for row in page.context["cl"].result_list] == keys
    assert browser_client(cast.outsider).get(listed).status_code == 403


def test_the_result_says_what_an_undo_could_not_bring_back(cast: Cast, browser_client: Enter) -> None:
    kept, other = lead_of(cast, industry="Food"), lead_of(cast, industry="Dining")
    note = Activity.objects.create(lead=other, kind="note", occurred_at=timezone.now())
    done = merged(cast, kept, other, choices={"industry": "other"})
    note.delete()
    kept.industry = "Hotels"
    kept.save()
    client = browser_client(cast.manager)
    undo = reverse("admin:crm_merge_undo", args=[done.pk])
    assert told(client.post(undo, follow=True)) == [
        "The merge was undone. Both are there again.",
        "These fields were edited since and keep their values: Industry.",
        "1 entry was deleted or moved elsewhere since, and stays so.",
    ]
    assert told(client.post(undo, follow=True)) == ["This merge was undone already."]
    assert client.get(undo).status_code == 405


def test_every_page_needs_few_queries(
    cast: Cast, browser_client: Enter, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    kept, other = lead_of(cast, industry="Food"), lead_of(cast, industry="Dining")
    Activity.objects.create(lead=other, kind="note", occurred_at=timezone.now())
    client = browser_client(cast.manager)
    more = [lead_of(cast) for _ in range(8)]
    done = merged(cast, more[0], more[1])
    for lead in more[2:]:
        merged(cast, more[0], lead)
    pages = [
        merge_url(kept),
        merge_url(kept, other),
        reverse("admin:crm_merge_changelist"),
        reverse("admin:crm_merge_change", args=[done.pk]),
    ]
    for page in pages:
        client.get(page)
        with django_assert_max_num_queries(15):
            assert client.get(page).status_code == 200
