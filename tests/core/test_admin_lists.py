"""Every list of the back office stays quick however long it is: no counts, a fixed number of queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import AllValuesFieldListFilter, RelatedFieldListFilter, ShowFacets
from django.contrib.admin.utils import label_for_field
from django.contrib.messages import get_messages
from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.models import Model
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from unfold.templatetags import unfold_list

from apps.accounts.models import User
from apps.audit.models import EmailLog
from apps.core.admin import VisibleAdmin
from apps.core.admin.changelist import MAX_CHOSEN
from apps.core.admin.filters import bounded_filters
from apps.crm.choices import LeadStatus
from apps.crm.models import Lead
from tests.conftest import Cast
from tests.core.back_office_rows import EXISTING, ROWS, make
from tests.factories.accounts import UserFactory
from tests.factories.crm import CompanyFactory, LeadFactory

pytestmark = pytest.mark.django_db

MAX_QUERIES = 15
LEADS = "/admin/crm/lead/"


def admins() -> dict[str, Any]:
    return {model._meta.label_lower: found for model, found in admin.site._registry.items()}


def ours() -> list[str]:
    return sorted(label for label, found in admins().items() if found.__module__.startswith("apps."))


@pytest.fixture
def office(cast: Cast, browser_client: Callable[[User], Client]) -> Client:
    return browser_client(cast.admin)


def open_page(client: Client, url: str) -> CaptureQueriesContext:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(url)
        assert response.status_code == 200, (url, response.status_code)
        _ = response.content
    return queries


def list_url(label: str) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_changelist")


def test_every_model_of_ours_has_rows_for_these_tests() -> None:
    assert set(ours()) == set(ROWS) | EXISTING


@pytest.mark.parametrize("label", ours())
def test_a_list_costs_the_same_queries_with_3_rows_and_with_30(
    label: str, office: Client, cast: Cast
) -> None:
    if label not in EXISTING:
        make(label, cast.admin, 3)
    open_page(office, list_url(label))
    few = open_page(office, list_url(label))
    if label not in EXISTING:
        make(label, cast.admin, 27)
    many = open_page(office, list_url(label))

    assert len(many) == len(few), "\n".join(query["sql"] for query in many)
    assert len(many) <= MAX_QUERIES


@pytest.mark.parametrize("label", ours())
def test_what_can_be_done_with_chosen_rows_can_be_run(label: str, office: Client, cast: Cast) -> None:
    if label not in EXISTING:
        make(label, cast.admin, 1)
    page = office.get(reverse(f"admin:{label.replace('.', '_')}_changelist")).content.decode()
    assert ('class="action-select' in page) <= ('name="index"' in page), "boxes to choose, and no button"


@pytest.mark.parametrize("label", ours())
def test_a_list_never_counts_its_rows(label: str, office: Client, cast: Cast) -> None:
    if label not in EXISTING:
        make(label, cast.admin, 2)
    table = admins()[label].model._meta.db_table
    counts = re.compile(rf'^SELECT COUNT\(\*\) AS "__count" FROM "{table}"')

    queries = open_page(office, list_url(label))

    assert not [
        query["sql"] for query in queries if counts.match(query["sql"]) and label != "notifications.notice"
    ]
    rows = [query["sql"] for query in queries if f'FROM "{table}"' in query["sql"]]
    assert all("LIMIT" in sql or "WHERE" in sql for sql in rows), rows


@pytest.mark.parametrize("label", ours())
def test_the_pages_of_one_row_stay_within_the_limit(label: str, office: Client, cast: Cast) -> None:
    model_admin = admins()[label]
    row = model_admin.model._default_manager.first() if label in EXISTING else make(label, cast.admin, 1)[0]
    name = label.replace(".", "_")
    response = office.get(reverse(f"admin:{name}_change", args=[row.pk]))
    if response.status_code == 200:
        assert len(open_page(office, reverse(f"admin:{name}_change", args=[row.pk]))) <= MAX_QUERIES
    assert response.status_code in (200, 302)
    request = RequestFactory().get("/")
    request.user = cast.admin
    if model_admin.has_add_permission(request):
        assert len(open_page(office, reverse(f"admin:{name}_add"))) <= MAX_QUERIES


@pytest.mark.parametrize("label", sorted(set(admins()) - set(ours())))
def test_lists_of_other_packages_open(label: str, office: Client) -> None:
    assert office.get(list_url(label)).status_code == 200


@pytest.mark.parametrize("label", ours())
def test_no_filter_reads_a_whole_table(label: str) -> None:
    model_admin = admins()[label]
    assert isinstance(model_admin, VisibleAdmin)
    assert model_admin.show_facets is ShowFacets.NEVER
    assert model_admin.date_hierarchy is None
    for entry in bounded_filters(model_admin.model, model_admin.list_filter):
        kind, field = filter_of(model_admin.model, entry)
        assert not issubclass(kind, AllValuesFieldListFilter), entry
        if issubclass(kind, RelatedFieldListFilter):
            assert field.related_model._meta.label_lower in {"accounts.department", "auth.group"}, entry


def filter_of(model: type[Model], entry: Any) -> tuple[Any, Any]:
    if isinstance(entry, tuple):
        return entry[1], None
    if callable(entry):
        return entry, None
    field = admin.utils.get_fields_from_path(model, entry)[-1]
    kinds = admin.FieldListFilter._field_list_filters
    return next(kind for test, kind in kinds if test(field)), field


def test_pages_follow_each_other_and_a_new_row_shifts_nothing(office: Client) -> None:
    LeadFactory.create_batch(60)
    first = office.get(LEADS).context["cl"]
    second = office.get(LEADS + first.paginator.older).context["cl"]
    LeadFactory.create_batch(3)
    third = office.get(LEADS + second.paginator.older).context["cl"]
    back = office.get(LEADS + third.paginator.newer).context["cl"]

    assert [len(cl.result_list) for cl in (first, second, third)] == [25, 25, 10]
    assert back.result_list == second.result_list
    seen = [lead.pk for cl in (first, second, third) for lead in cl.result_list]
    assert len(set(seen)) == 60
    assert third.paginator.older == ""
    assert first.paginator.newer == first.paginator.first == ""


def test_the_list_says_how_many_are_on_a_page_and_not_how_many_there_are(office: Client) -> None:
    LeadFactory.create_batch(26)
    page = office.get(LEADS).content.decode()

    assert "25 leads per page" in " ".join(page.split())
    assert 'rel="next"' in page
    assert 'rel="prev"' not in page


@pytest.mark.parametrize("position", ["3", "after-forged", "before-", "🦆", "after-" + "x" * 3000])
def test_an_unknown_position_shows_the_first_page_and_says_so(office: Client, position: str) -> None:
    LeadFactory.create_batch(3)
    response = office.get(LEADS, {"p": position})

    assert len(response.context["cl"].result_list) == 3
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "That page is not there any more. This is the first page."
    ] or "That page is not there any more" in response.content.decode()


def column(model_admin: Any, field: str, user: User) -> int | None:
    """The number of the column that sorts by `field`, as it stands in addresses."""
    request = RequestFactory().get(LEADS)
    request.user = user
    changelist = model_admin.get_changelist_instance(request)
    for number, name in enumerate(changelist.list_display):
        if changelist.get_ordering_field(name) == field and name in changelist.sortable_by:
            return number
    return None


@pytest.mark.parametrize("field", ["company_key", "value", "last_contacted", "follow_up_date"])
def test_leads_sort_by_what_an_index_serves_over_all_pages(field: str, office: Client, cast: Cast) -> None:
    number = column(admins()["crm.lead"], field, cast.admin)
    assert number is not None
    for index in range(60):
        LeadFactory(value=index if index % 3 else None, company_name=f"Company {index % 7}")
    for sign in ("", "-"):
        seen: list[Lead] = []
        url = f"{LEADS}?o={sign}{number}"
        while url:
            cl = office.get(url).context["cl"]
            seen += cl.result_list
            url = LEADS + cl.paginator.older if cl.paginator.older else ""
        values = [getattr(lead, field) for lead in seen]
        filled = [value for value in values if value is not None]
        assert len({lead.pk for lead in seen}) == 60
        assert filled == sorted(filled, reverse=sign == "-")
        assert values[: len(filled)] == filled, "empty values come last"


@pytest.mark.parametrize("asked", ["o=-", "o=99", "o=" + "9" * 5000, "p=after-nonsense", "p=7"])
def test_an_address_that_makes_no_sense_shows_the_first_page(office: Client, asked: str) -> None:
    LeadFactory.create_batch(2)
    assert len(office.get(f"{LEADS}?{asked}").context["cl"].result_list) == 2


def test_a_column_without_an_index_does_not_sort(office: Client, cast: Cast) -> None:
    request = RequestFactory().get(LEADS)
    request.user = cast.admin
    model_admin = admins()["crm.lead"]
    changelist = model_admin.get_changelist_instance(request)
    slow = [n for n, name in enumerate(changelist.list_display) if name not in changelist.sortable_by and n]
    LeadFactory.create_batch(3)

    sorted_by = [office.get(LEADS, {"o": str(number)}).context["cl"].keyset_order for number in slow]

    assert sorted_by
    assert all(order == ["-created_at", "-id"] for order in sorted_by)


@pytest.mark.parametrize("order", ["99", "-", "x", "1.2.3", "-0", "٣"])
def test_a_forged_order_is_ignored(office: Client, order: str) -> None:
    LeadFactory()
    assert len(office.get(LEADS, {"o": order}).context["cl"].result_list) == 1


def test_paging_keeps_filter_search_and_order(office: Client) -> None:
    for number in range(40):
        LeadFactory(company_name=f"Laksa House {number}", status=LeadStatus.CONTACTED)
        LeadFactory(company_name=f"Laksa Corner {number}", status=LeadStatus.NEW)
        LeadFactory(company_name=f"Other {number}", status=LeadStatus.CONTACTED)
    url = f"{LEADS}?q=laksa&status__exact=contacted"
    first = office.get(url).context["cl"]
    second = office.get(LEADS + first.paginator.older).context["cl"]
    rows = [*first.result_list, *second.result_list]

    assert len(rows) == 40
    assert all(lead.company_name.startswith("Laksa House") for lead in rows)
    assert second.paginator.older == ""


def test_search_uses_the_index_of_words_and_not_a_scan(office: Client) -> None:
    lead = LeadFactory(company_name="Kopi & Toast Pte Ltd", contact_phone="+65 6123 4567")
    LeadFactory(company_name="Elsewhere")
    for words in ("kop toa", "61234567", "TOAST", str(lead.pk)):
        assert office.get(LEADS, {"q": words}).context["cl"].result_list == [lead], words
    queries = open_page(office, f"{LEADS}?q=kopi")
    assert not [query["sql"] for query in queries if 'UPPER("crm_lead"' in query["sql"]]


def test_what_is_searched_for_comes_newest_first_and_not_by_name(office: Client) -> None:
    old, new = CompanyFactory(name="Alpha Laksa"), CompanyFactory(name="Zulu Laksa")
    companies = reverse("admin:contacts_company_changelist")

    assert office.get(companies).context["cl"].keyset_order == ["name", "id"]
    assert office.get(companies, {"q": "laksa"}).context["cl"].result_list == [new, old]


def test_the_value_of_a_text_field_can_be_filtered_by_what_recent_rows_hold(office: Client) -> None:
    LeadFactory(currency="SGD")
    euro = LeadFactory(currency="EUR")
    page = office.get(LEADS)
    specs = {spec.title: spec for spec in page.context["cl"].filter_specs}

    assert [value["display"] for value in specs["currency"].choices(page.context["cl"])] == [
        "All",
        "EUR",
        "SGD",
    ]
    assert office.get(LEADS, {"currency": "EUR"}).context["cl"].result_list == [euro]
    assert office.get(LEADS, {"currency": "XYZ"}).context["cl"].result_list == []


def test_a_filter_offers_no_value_of_rows_that_the_user_may_not_see(
    cast: Cast, browser_client: Callable[[User], Client]
) -> None:
    LeadFactory(assigned_to=cast.owner, currency="SGD")
    LeadFactory(assigned_to=cast.owner, currency="MYR")
    LeadFactory(assigned_to=cast.colleague, currency="CHF")

    page = browser_client(cast.owner).get(LEADS).content.decode()

    assert "MYR" in page
    assert "CHF" not in page


def test_an_action_on_all_that_match_is_bounded(
    office: Client, monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    monkeypatch.setattr("apps.core.admin.changelist.MAX_CHOSEN", 4)
    mails = [EmailLog(sender="a@b.test", recipients=[], subject=f"{n}", purpose="x") for n in range(6)]
    EmailLog.objects.bulk_create(mails)
    model_admin = admins()["audit.emaillog"]
    taken: list[int] = []
    monkeypatch.setattr(
        VisibleAdmin.__mro__[1],
        "response_action",
        lambda self, request, queryset: taken.append(queryset.count()),
    )
    request = RequestFactory().post("/", {"select_across": "1", "action": "x"})
    request.user = cast.admin
    said: list[str] = []
    monkeypatch.setattr("django.contrib.messages.warning", lambda request, text: said.append(str(text)))

    model_admin.response_action(request, EmailLog.objects.order_by("-created_at", "-id"))

    assert taken == [4]
    assert said
    assert MAX_CHOSEN == 1000


def test_choices_are_looked_up_without_counting(office: Client) -> None:
    UserFactory.create_batch(30, name="Zed Finder")
    with CaptureQueriesContext(connection) as queries:
        answer = office.get(
            "/admin/autocomplete/",
            {"app_label": "llm", "model_name": "budget", "field_name": "user", "term": "zed"},
        ).json()

    assert len(answer["results"]) == 20
    assert answer["pagination"] == {"more": True}
    assert not [query for query in queries if "COUNT(" in query["sql"]]


def test_default_orders_of_growing_tables_are_served_by_an_index() -> None:
    small = {"accounts.user", "accounts.department", "auth.group", "crm.stage"}
    small |= {"crm.leadimport", "llm.budget", "llm.modelprice", "knowledge.document", "knowledge.passage"}
    small |= {"assistant.agentversion", "assistant.evaluation", "assistant.evaluationcase", "assistant.grant"}
    small |= {"assistant.toolpolicy", "documents.template", "finance.category", "finance.closedmonth"}
    small |= {"integrations.connection"}
    always_of_one_person = {"notifications.notice"}
    for label in set(ours()) - small - always_of_one_person:
        model = admins()[label].model
        first = str(next(iter(admins()[label].ordering or model._meta.ordering))).removeprefix("-")
        led = {
            index.fields_orders[0][0] for index in model._meta.indexes if index.fields and not index.condition
        }
        try:
            field = model._meta.get_field(first)
            assert first in led or field.db_index or field.unique, f"{label} by {first}"
        except FieldDoesNotExist:
            pytest.fail(f"{label} is ordered by {first}, which is no field")


def test_a_representative_sees_own_rows_only(cast: Cast, browser_client: Callable[[User], Client]) -> None:
    mine, other = LeadFactory(assigned_to=cast.owner), LeadFactory(assigned_to=cast.colleague)
    client = browser_client(cast.owner)

    assert client.get(LEADS).context["cl"].result_list == [mine]
    assert client.get(LEADS, {"q": str(other.pk)}).context["cl"].result_list == []
    assert client.get(LEADS, {"q": other.company_name}).context["cl"].result_list == []


def test_headings_are_made_once_and_stand_above_and_in_every_row(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    LeadFactory.create_batch(3)
    made: list[str] = []

    def counted(name: str, *args: Any, **kwargs: Any) -> Any:
        made.append(name)
        return label_for_field(name, *args, **kwargs)

    monkeypatch.setattr(unfold_list, "label_for_field", counted)
    page = office.get(LEADS).content.decode()
    assert len(made) == len(set(made))
    assert page.count('data-label="Company"') == 3
    assert "sortable column-who" in page
