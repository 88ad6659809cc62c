"""The ledger in the back office."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core.versions import Stale, version_of
from apps.finance.admin.entries import EntryAdmin
from apps.finance.models import Category, ClosedMonth, Entry
from apps.finance.services.closing import close_month
from apps.finance.services.posting import reverse
from tests.conftest import Cast
from tests.crm.pages import form_data
from tests.factories.finance import EntryFactory, category

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]
LIST = "/admin/finance/entry/"


@pytest.fixture
def office(keeper: User, browser_client: Browser) -> Client:
    return browser_client(keeper)


def typed(**given: Any) -> dict[str, Any]:
    return {
        "category": category("travel").pk, "booked_on": "2026-10-15", "paid_on": "", "amount": "23.80",
        "currency": "sgd", "party": "Grab", "company": "", "description": "To the fair",
        "external_reference": "", "version": "", **given,
    }  # fmt: skip


def act(client: Client, url: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
    """Press a button, read the question, and say yes."""
    question = client.post(url, data or {})
    if question.status_code != 200:
        return client.post(url, data or {}, **options)
    sent: dict[str, list[str]] = {}
    for name, value in question.context["sent"]:
        sent.setdefault(name, []).append(value)
    return client.post(url, sent, **options)


def said(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_a_draft_is_added_with_its_receipt_and_posted(office: Client, keeper: User) -> None:
    file = SimpleUploadedFile("receipt.txt", b"Grab SGD 23.80")
    answer = office.post(f"{LIST}add/", typed(upload=file))
    entry = Entry.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == entry.admin_url
    assert (entry.status, entry.currency, entry.recorded_by) == ("draft", "SGD", keeper)
    assert entry.document is not None
    page = said(office, entry.admin_url)
    assert "receipt.txt" in page
    assert "Recorded" in page
    act(office, f"{LIST}{entry.pk}/post/", {"version": version_of(entry)})
    entry.refresh_from_db()
    assert (entry.status, entry.posted_by) == ("posted", keeper)
    assert "Reverse" in said(office, entry.admin_url)


def test_what_is_refused_is_said_in_the_form_as_typed(office: Client) -> None:
    EntryFactory(external_reference="R-1")
    answer = office.post(f"{LIST}add/", typed(external_reference="R-1", party="Kopi & Co"))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "already an entry with the reference R-1" in page
    assert "Kopi &amp; Co" in page
    answer = office.post(f"{LIST}add/", typed(currency="ZZZ"))
    assert "no currency" in answer.content.decode()
    assert Entry.objects.count() == 1


def test_a_change_of_somebody_else_is_not_overwritten(office: Client) -> None:
    draft = EntryFactory(draft=True)
    opened = form_data(said(office, draft.admin_url), "entry_form")
    draft.party = "Changed meanwhile"
    draft.save()
    answer = office.post(draft.admin_url, {**opened, "party": "Mine"})
    assert "Somebody else changed this entry" in answer.content.decode()
    act(office, f"{LIST}{draft.pk}/post/", {"version": opened["version"]})
    draft.refresh_from_db()
    assert (draft.party, draft.status) == ("Changed meanwhile", "draft")


def test_a_change_between_the_check_of_the_form_and_the_saving_is_not_overwritten(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service finds it, and the form then says so."""
    draft = EntryFactory(draft=True)
    opened = form_data(said(office, draft.admin_url), "entry_form")
    page = EntryAdmin._page

    def refused_by_the_service(self: EntryAdmin, *given: Any) -> Any:
        Entry.objects.get(pk=draft.pk).save()
        monkeypatch.setattr(EntryAdmin, "_page", page)
        raise Stale("Somebody was faster.")

    monkeypatch.setattr(EntryAdmin, "_page", refused_by_the_service)
    answer = office.post(draft.admin_url, {**opened, "party": "Mine"})
    assert "Somebody else changed this entry" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.party != "Mine"


def test_a_draft_is_edited(office: Client) -> None:
    draft = EntryFactory(draft=True, amount=Decimal(10))
    opened = form_data(said(office, draft.admin_url), "entry_form")
    answer = office.post(draft.admin_url, {**opened, "amount": "11.50"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    draft.refresh_from_db()
    assert draft.amount == Decimal("11.50")
    assert "Amount: 10.00 → 11.50" in said(office, draft.admin_url)


def test_a_posted_entry_has_no_form_and_takes_no_changes(office: Client) -> None:
    entry = EntryFactory(party="Courts")
    page = said(office, entry.admin_url)
    assert 'name="amount"' not in page
    assert office.post(entry.admin_url, typed()).status_code == 403
    assert office.post(f"{LIST}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    act(office, f"{LIST}{entry.pk}/paid/", {"paid_on": "2026-10-20"})
    answer = act(office, f"{LIST}{entry.pk}/reverse/", {"reason": "Wrong shop"}, follow=True)
    correction = Entry.objects.get(reverses=entry)
    assert "Wrong shop" in answer.content.decode()
    assert correction.admin_url in said(office, entry.admin_url)
    entry.refresh_from_db()
    assert entry.paid_on == date(2026, 10, 20)


def test_an_action_that_is_refused_says_why(office: Client) -> None:
    entry = EntryFactory()
    answer = office.post(f"{LIST}{entry.pk}/reverse/", {"reason": " "}, follow=True)
    assert "Say why it is reversed." in answer.content.decode()
    assert office.get(f"{LIST}{entry.pk}/post/").status_code == 405
    answer = office.post(f"{LIST}{entry.pk}/paid/", {"paid_on": "soon"}, follow=True)
    assert "Enter a valid date" in answer.content.decode()


@pytest.mark.parametrize("name", ["post", "discard", "reverse", "paid"])
def test_nothing_happens_before_the_question_is_answered(office: Client, name: str) -> None:
    entry = EntryFactory(draft=name in {"post", "discard"}, party="Courts", amount=Decimal("480.00"))
    data = {"reason": "Twice", "paid_on": "2026-10-20", "version": version_of(entry)}
    page = office.post(f"{LIST}{entry.pk}/{name}/", data).content.decode()
    assert "Courts, SGD 480.00, 15 Oct 2026" in page
    assert "No, go back" in page
    before = (entry.status, entry.paid_on)
    entry.refresh_from_db()
    assert (entry.status, entry.paid_on, Entry.objects.count()) == (*before, 1)
    act(office, f"{LIST}{entry.pk}/{name}/", data)
    entry.refresh_from_db()
    assert (entry.status, entry.paid_on) != before or Entry.objects.count() == 2


def test_many_drafts_are_posted_after_a_question_with_their_sums_and_only_as_they_were_shown(
    office: Client,
) -> None:
    first = EntryFactory(draft=True, amount=Decimal("10.10"))
    second = EntryFactory(draft=True, amount=Decimal("5.05"), currency="USD")
    chosen = {"action": "post_chosen", "_selected_action": [str(first.pk), str(second.pk)]}
    page = office.post(LIST, chosen)
    assert ("Expense", "SGD 10.10") in page.context["question"].facts
    assert ("Expense", "USD 5.05") in page.context["question"].facts
    assert not Entry.objects.posted().exists()
    sent: dict[str, list[str]] = {}
    for name, value in page.context["sent"]:
        sent.setdefault(name, []).append(value)
    second.amount = Decimal("5000.00")
    second.save()
    answer = office.post(LIST, sent, follow=True)
    assert list(Entry.objects.posted()) == [first]
    assert "changed" in answer.content.decode()


def test_a_draft_of_a_closed_month_is_refused_before_the_question(office: Client, keeper: User) -> None:
    close_month(actor=keeper, month=date(2026, 9, 1))
    draft = EntryFactory(draft=True, booked_on=date(2026, 9, 3))
    answer = office.post(f"{LIST}{draft.pk}/post/", {}, follow=True)
    assert "September 2026 is closed" in answer.content.decode()
    assert "Post this entry?" not in answer.content.decode()


def test_drafts_are_posted_from_the_list(office: Client) -> None:
    drafts = [EntryFactory(draft=True) for _ in range(3)]
    posted = EntryFactory(party="Posted already")
    chosen = [str(row.pk) for row in (*drafts, posted)]
    answer = act(office, LIST, {"action": "post_chosen", "_selected_action": chosen}, follow=True)
    page = answer.content.decode()
    assert "3 entries are posted." in page
    assert Entry.objects.posted().count() == 4
    one = EntryFactory(draft=True)
    act(office, LIST, {"action": "discard_chosen", "_selected_action": [str(one.pk)]})
    one.refresh_from_db()
    assert one.status == "void"


@pytest.mark.parametrize(
    ("query", "parties"),
    [
        ("", {"Draft", "Posted", "Revenue", "Reversed"}),
        ("status__exact=draft", {"Draft"}),
        ("kind=revenue", {"Revenue"}),
        ("payment=open", {"Draft", "Posted"}),
        ("payment=paid", {"Revenue"}),
        ("q=rev", {"Revenue", "Reversed"}),
        ("booked_on__gte=2026-10-15&booked_on__lt=2026-10-16&currency=USD", {"Posted"}),
        ("category__group__exact=revenue", {"Revenue"}),
    ],
)
def test_the_list_is_narrowed(office: Client, keeper: User, query: str, parties: set[str]) -> None:
    EntryFactory(party="Draft", draft=True)
    EntryFactory(party="Posted", currency="USD")
    EntryFactory(
        party="Revenue", code="subscriptions", paid_on=date(2026, 10, 15), booked_on=date(2026, 10, 14)
    )
    reverse(actor=keeper, entry=EntryFactory(party="Reversed"), reason="Twice")
    rows = office.get(f"{LIST}?{query}").context["cl"].result_list
    assert {row.party for row in rows} == parties


@pytest.mark.parametrize("rows", [1, 40])
def test_the_pages_take_few_queries(office: Client, django_assert_max_num_queries: Any, rows: int) -> None:
    entries = [EntryFactory(party=f"Party {number}") for number in range(rows)]
    office.get(LIST)
    with django_assert_max_num_queries(15):
        office.get(LIST)
    with django_assert_max_num_queries(15):
        office.get(entries[0].admin_url)


@pytest.mark.parametrize("who", ["owner", "manager", "outsider"])
def test_others_do_not_see_the_ledger(cast: Cast, browser_client: Browser, who: str) -> None:
    entry, draft = EntryFactory(), EntryFactory(draft=True)
    client = browser_client(getattr(cast, who))
    assert client.get(LIST).status_code == 403
    assert client.get(entry.admin_url).status_code in {302, 403}
    for name in ("post", "discard"):
        client.post(f"{LIST}{draft.pk}/{name}/", {"confirmed": "yes"})
    draft.refresh_from_db()
    assert draft.is_draft
    assert client.get("/admin/finance/category/").status_code == 403
    assert "/admin/finance/entry/" not in client.get("/admin/").content.decode()


def test_an_executive_reads_without_buttons(cast: Cast, browser_client: Browser) -> None:
    entry = EntryFactory(draft=True, party="Courts")
    client = browser_client(cast.executive)
    page = said(client, entry.admin_url)
    assert "Courts" in page
    assert f"{entry.pk}/post/" not in page
    client.post(f"{LIST}{entry.pk}/post/", {"confirmed": "yes"})
    entry.refresh_from_db()
    assert entry.is_draft


def test_a_draft_that_may_be_there_already_is_pointed_out(office: Client) -> None:
    first, draft = EntryFactory(amount=Decimal("9.99")), EntryFactory(amount=Decimal("9.99"), draft=True)
    assert "This may be in the ledger already" in said(office, draft.admin_url)
    assert first.admin_url in said(office, draft.admin_url)


def test_a_list_without_closed_months_says_what_they_are_for(office: Client) -> None:
    page = said(office, "/admin/finance/closedmonth/")
    assert "No month is closed. Once a month is over" in page
    assert "Close a month" in page
    assert "yielded" not in page
    assert "Reset filters" not in page
    found = said(office, f"{LIST}?q=nothing-has-this-word")
    assert "Nothing fits" in found
    assert "Reset filters" in found


def test_a_month_is_closed_and_opened_again(office: Client, keeper: User) -> None:
    add = "/admin/finance/closedmonth/add/"
    EntryFactory(draft=True, booked_on=date(2026, 8, 3))
    assert "1 draft in this month" in office.post(add, {"month": "2026-08-15"}).content.decode()
    EntryFactory(amount=Decimal("12.34"), booked_on=date(2026, 9, 3))
    question = office.post(add, {"month": "2026-09-15"}).content.decode()
    assert "Close September 2026?" in question
    assert "-12.34" in question.replace("−", "-")
    assert not ClosedMonth.objects.exists()
    assert act(office, add, {"month": "2026-09-15"}).status_code == 302
    closed = ClosedMonth.objects.get()
    assert (closed.month, closed.closed_by) == (date(2026, 9, 1), keeper)
    assert "September 2026" in said(office, "/admin/finance/closedmonth/")
    office.post(f"/admin/finance/closedmonth/{closed.pk}/delete/", {"post": "yes"})
    assert not ClosedMonth.objects.exists()
    assert AuditEvent.objects.filter(action="finance.month.reopened").exists()


def test_a_category_is_renamed_and_switched_off_with_a_trace(office: Client) -> None:
    found = category("insurance")
    data = {"name": "Insurances", "group": "operating", "order": "5"}
    assert office.post(f"/admin/finance/category/{found.pk}/change/", data).status_code == 302
    found.refresh_from_db()
    assert (found.name, found.is_active, found.code, found.kind) == (
        "Insurances",
        False,
        "insurance",
        "expense",
    )
    event = AuditEvent.objects.get(action="finance.category.updated")
    assert event.details["name"] == ["Insurance", "Insurances"]
    wrong = {"name": "X", "code": "x", "kind": "revenue", "group": "tax", "order": "1"}
    assert office.post("/admin/finance/category/add/", wrong).status_code == 200
    assert not Category.objects.filter(code="x").exists()


def test_the_demo_ledger_is_the_same_for_the_same_seed(keeper: User) -> None:
    from django.utils import timezone

    from apps.finance.demo.seeding import seed_ledger

    now = timezone.now()
    count = seed_ledger(seed=3, people={"finance": keeper}, now=now)
    columns = ("party", "amount", "currency", "booked_on", "paid_on", "category__code", "status")
    first = sorted(Entry.objects.values_list(*columns), key=str)
    assert len(first) == count > 500
    assert seed_ledger(seed=4, people={"finance": keeper}, now=now) == 0
    assert sorted(Entry.objects.values_list(*columns), key=str) == first
