"""The home page: what needs whom today, for the right people only, in few queries; and the figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.core.figures import figures
from apps.core.home import LOOKED_AT, SHOWN, FilledSection, agenda, agenda_of
from apps.core.periods import local_today
from apps.core.registry import DuplicateKey
from apps.crm.choices import LeadStatus
from apps.crm.models import Lead
from apps.notifications.choices import NoticeKind
from apps.notifications.models import Notice
from apps.notifications.services import notify
from mezzofy.home import PRESETS, TILE_SETS, HomeTile, tiles_for
from tests.conftest import Cast
from tests.factories import chat
from tests.factories.accounts import UserFactory
from tests.factories.crm import LeadFactory, TaskFactory

pytestmark = pytest.mark.django_db

HOME = "/admin/"
FIGURES = "/admin/home/figures/"
MAX_QUERIES = 15
Browser = Callable[[User], Client]


def sections(user: User, now: datetime | None = None) -> dict[str, FilledSection]:
    return {filled.section.key: filled for filled in agenda_of(user, now or timezone.now())}


def titles(user: User, key: str) -> list[str]:
    found = sections(user).get(key)
    return [row.title for row in found.agenda.rows] if found else []


def quiet(days: int, **fields: Any) -> Lead:
    """A lead that came in that long ago and that nobody spoke to since."""
    lead = LeadFactory(**fields)
    Lead.objects.filter(pk=lead.pk).update(created_at=timezone.now() - timedelta(days=days))
    return lead


def test_follow_ups_are_the_own_open_ones_whose_day_has_come(cast: Cast) -> None:
    day = timezone.localdate()
    due = LeadFactory(assigned_to=cast.owner, company_name="Due", follow_up_date=day)
    LeadFactory(assigned_to=cast.owner, company_name="Late", follow_up_date=day - timedelta(days=3))
    LeadFactory(assigned_to=cast.owner, company_name="Tomorrow", follow_up_date=day + timedelta(days=1))
    LeadFactory(assigned_to=cast.colleague, company_name="Other's", follow_up_date=day)
    LeadFactory(assigned_to=cast.owner, company_name="Won", follow_up_date=day, won=True)

    rows = sections(cast.owner)["crm.follow_ups"].agenda.rows

    assert [(row.title, row.badge, row.tone) for row in rows] == [
        ("Late", "3 days late", "bad"),
        ("Due", "today", "warn"),
    ]
    assert rows[1].url == due.admin_url


def test_the_day_is_the_one_where_the_user_is(cast: Cast) -> None:
    LeadFactory(assigned_to=cast.owner, company_name="On the 2nd", follow_up_date=date(2026, 6, 2))
    evening = datetime(2026, 6, 1, 17, 0, tzinfo=UTC)  # already the 2nd in Singapore, not yet in London

    assert sections(cast.owner, evening)["crm.follow_ups"].agenda.total == "1"
    cast.owner.timezone = "Europe/London"
    assert sections(cast.owner, evening)["crm.follow_ups"].agenda.total == "0"


def test_tasks_are_the_own_open_ones_due_by_tonight(cast: Cast) -> None:
    lead = LeadFactory(assigned_to=cast.owner)
    now = timezone.now()
    TaskFactory(lead=lead, title="Late", due_at=now - timedelta(days=2))
    TaskFactory(lead=lead, title="Next week", due_at=now + timedelta(days=7))
    TaskFactory(lead=lead, title="Done", due_at=now - timedelta(days=1), done_at=now)
    TaskFactory(lead=LeadFactory(assigned_to=cast.colleague), title="Colleague's", due_at=now)

    assert titles(cast.owner, "crm.tasks") == ["Late"]


def test_quiet_leads_are_the_own_without_contact_for_two_weeks(cast: Cast) -> None:
    now = timezone.now()
    quiet(40, assigned_to=cast.owner, company_name="Spoken to", last_contacted=now - timedelta(days=20))
    quiet(30, assigned_to=cast.owner, company_name="Never")
    quiet(30, assigned_to=cast.owner, company_name="Lately", last_contacted=now - timedelta(days=2))
    quiet(30, assigned_to=cast.colleague, company_name="Other's")
    quiet(30, assigned_to=cast.owner, company_name="Lost", lost=True)
    LeadFactory(assigned_to=cast.owner, company_name="New")

    assert titles(cast.owner, "crm.stale") == ["Spoken to", "Never"]


def test_a_manager_sees_what_is_late_in_the_team_and_what_nobody_has(cast: Cast) -> None:
    day = timezone.localdate()
    LeadFactory(assigned_to=cast.owner, company_name="Late", follow_up_date=day - timedelta(days=1))
    LeadFactory(assigned_to=cast.owner, company_name="Today", follow_up_date=day)
    LeadFactory(assigned_to=cast.manager, company_name="Own", follow_up_date=day - timedelta(days=1))
    LeadFactory(assigned_to=None, company_name="Free", follow_up_date=day - timedelta(days=1))

    assert sorted(titles(cast.manager, "crm.team_overdue")) == ["Late", "Own"]
    notes = [row.note for row in sections(cast.manager)["crm.team_overdue"].agenda.rows]
    assert any("Olive Owner" in note for note in notes)
    assert titles(cast.manager, "crm.unassigned") == ["Free"]
    assert not {"crm.team_overdue", "crm.unassigned"} & set(sections(cast.owner))


def test_approvals_and_failures_are_those_one_may_see(cast: Cast) -> None:
    chat.asking(chat.turn(cast.owner), summary="Send the offer?")
    chat.asking(chat.turn(cast.owner), summary="Too late", expires_at=timezone.now() - timedelta(hours=1))
    chat.failed(chat.turn(cast.owner))

    assert titles(cast.owner, "assistant.approvals") == ["Send the offer?"]
    assert len(titles(cast.owner, "assistant.failures")) == 1
    assert titles(cast.colleague, "assistant.approvals") == titles(cast.colleague, "assistant.failures") == []
    seen = sections(cast.admin)["assistant.failures"].agenda.rows[0]
    assert seen.note.startswith("Olive Owner: Something went wrong")
    assert "secret" not in seen.note


def test_old_failures_are_history(cast: Cast) -> None:
    run = chat.failed(chat.turn(cast.owner))
    type(run).objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(days=8))

    assert "assistant.failures" not in sections(cast.owner)


def test_long_sections_are_cut_and_say_that_there_are_more(cast: Cast) -> None:
    day = timezone.localdate()
    LeadFactory.create_batch(LOOKED_AT + 5, assigned_to=cast.owner, follow_up_date=day)

    found = sections(cast.owner)["crm.follow_ups"].agenda

    assert len(found.rows) == SHOWN
    assert found.total == f"{LOOKED_AT}+"


def test_every_section_opens_its_own_rows(cast: Cast, browser_client: Browser) -> None:
    fill(cast)
    for user in (cast.owner, cast.manager):
        client = browser_client(user)
        for key, filled in sections(user).items():
            if not filled.agenda.rows or not key.startswith("crm."):
                continue
            shown = client.get(filled.agenda.url).context["cl"].result_list
            assert str(len(shown)) == filled.agenda.total, (key, filled.agenda.url)


def fill(cast: Cast) -> None:
    """Something in every section."""
    day = timezone.localdate()
    for owner in (cast.owner, cast.manager, cast.colleague, None):
        LeadFactory(assigned_to=owner, follow_up_date=day - timedelta(days=2))
        LeadFactory(assigned_to=owner, follow_up_date=day, won=True)
        quiet(30, assigned_to=owner)
        quiet(60, assigned_to=owner, last_contacted=timezone.now() - timedelta(days=50))
        if owner is not None:
            TaskFactory(lead=LeadFactory(assigned_to=owner), due_at=timezone.now() - timedelta(hours=1))
            chat.asking(chat.turn(owner))
            chat.failed(chat.turn(owner))
            notify(recipient=owner, kind=NoticeKind.OTHER, title="Look", key="look")


@pytest.mark.parametrize("name", ["owner", "manager", "outsider", "executive", "admin"])
def test_the_page_stays_within_its_queries_for_everybody(
    name: str, cast: Cast, browser_client: Browser, django_assert_max_num_queries: Any
) -> None:
    fill(cast)
    client = browser_client(getattr(cast, name))
    client.get(HOME)
    for url in (HOME, f"{FIGURES}?period=30"):
        with django_assert_max_num_queries(MAX_QUERIES) as queries:
            assert client.get(url).status_code == 200
        assert not [query["sql"] for query in queries if 'FROM "crm_lead"' in query["sql"] and url == HOME
                    and "LIMIT" not in query["sql"]]  # fmt: skip


def test_the_page_greets_and_names_the_sections_in_order(cast: Cast, browser_client: Browser) -> None:
    page = browser_client(cast.owner).get(HOME).content.decode()
    places = [
        page.index(text) for text in ("Hello Olive", "Follow-ups", "My tasks", "Waiting for your decision")
    ]

    assert places == sorted(places)
    assert "Nothing needs you right now." in page
    assert "Set a follow-up date on a lead" in page


def test_figures_stand_first_for_those_who_read_them_only(cast: Cast, browser_client: Browser) -> None:
    executive = browser_client(cast.executive).get(HOME).content.decode()
    assert executive.index('id="home-figures"') < executive.index("Waiting for your decision")
    manager = browser_client(cast.manager).get(HOME).content.decode()
    assert manager.index('id="home-figures"') > manager.index("Waiting for your decision")


def test_a_person_without_business_here_is_welcomed(cast: Cast, browser_client: Browser) -> None:
    page = browser_client(cast.outsider).get(HOME).content.decode()

    assert "Welcome to the back office" in page
    assert "Follow-ups" not in page
    assert "home-figures" not in page


def test_strangers_are_sent_to_the_log_in_page(client: Client) -> None:
    for url in (HOME, FIGURES):
        response = client.get(url)
        assert response.status_code == 302
        assert "/login/" in response["Location"]


def test_a_user_without_the_back_office_is_sent_to_the_chat(cast: Cast, browser_client: Browser) -> None:
    outside = UserFactory(is_staff=False)
    client = browser_client(outside)

    assert client.get(HOME, follow=True).request["PATH_INFO"] == "/"


def test_every_tile_names_a_figure_that_exists() -> None:
    assert {key for _permission, keys in TILE_SETS for key in keys} <= {figure.key for figure in figures}


def new_leads(user: User, preset: str = "") -> HomeTile:
    return next(tile for tile in tiles_for(user, preset) if tile.label == "New leads")


def test_tiles_count_what_the_user_may_see(cast: Cast) -> None:
    LeadFactory.create_batch(2, assigned_to=cast.owner)
    LeadFactory.create_batch(3, assigned_to=cast.colleague)

    assert new_leads(cast.owner).value == "2"
    assert new_leads(cast.manager).value == "5"


def test_figures_of_others_are_not_there(cast: Cast, browser_client: Browser) -> None:
    assert "mz-tile" not in browser_client(cast.outsider).get(FIGURES).content.decode()


def test_money_that_a_figure_leaves_out_is_said(cast: Cast, browser_client: Browser) -> None:
    LeadFactory(assigned_to=cast.owner, value=900, currency="MYR")
    page = browser_client(cast.owner).get(FIGURES).content.decode()
    assert "Besides, in other currencies: MYR 900." in page


def test_a_change_is_told_by_arrow_and_text_and_not_by_colour_alone(
    cast: Cast, browser_client: Browser
) -> None:
    LeadFactory.create_batch(3, assigned_to=cast.owner)
    before = LeadFactory(assigned_to=cast.owner)
    Lead.objects.filter(pk=before.pk).update(created_at=timezone.now() - timedelta(days=40))

    page = browser_client(cast.owner).get(f"{FIGURES}?period=30").content.decode()
    preset = next(preset for preset in PRESETS if preset.key == "30")
    _now, days = preset.spans(local_today(cast.owner.timezone), cast.owner.timezone)

    assert "▲ 200.0 %" in page
    assert "(good)" in page
    assert f"{days.brief}: 1" in page
    assert "Days in Asia/Singapore time." in browser_client(cast.owner).get(HOME).content.decode()


def test_a_tile_opens_its_rows(cast: Cast, browser_client: Browser) -> None:
    LeadFactory.create_batch(2, assigned_to=cast.owner)
    client = browser_client(cast.owner)
    tile = new_leads(cast.owner)

    assert tile.url, "the figure leads to its rows"
    assert len(client.get(tile.url).context["cl"].result_list) == int(tile.value)


def test_a_running_week_is_compared_with_the_same_days_of_the_week_before() -> None:
    wednesday = date(2026, 6, 3)
    spans = {preset.key: preset.spans(wednesday, "Asia/Singapore") for preset in PRESETS}

    assert [(str(now), str(before)) for now, before in spans.values()] == [
        ("1 June 2026 to 3 June 2026", "25 May 2026 to 27 May 2026"),
        ("1 June 2026 to 3 June 2026", "1 May 2026 to 3 May 2026"),
        ("5 May 2026 to 3 June 2026", "5 April 2026 to 4 May 2026"),
        ("6 March 2026 to 3 June 2026", "6 December 2025 to 5 March 2026"),
    ]


def test_the_last_days_of_a_long_month_are_compared_with_all_of_a_short_one() -> None:
    now, before = next(preset for preset in PRESETS if preset.key == "month").spans(date(2026, 3, 31), "UTC")

    assert str(now) == "1 March 2026 to 31 March 2026"
    assert str(before) == "1 February 2026 to 28 February 2026"


def test_an_unknown_period_is_this_week(cast: Cast) -> None:
    LeadFactory(assigned_to=cast.owner)
    this_week = new_leads(cast.owner, "week")

    assert new_leads(cast.owner, "'; DROP TABLE") == this_week


def test_a_section_is_declared_once() -> None:
    with pytest.raises(DuplicateKey):
        agenda(key="crm.follow_ups", title="Again", order=1, icon="x")(lambda user, now: None)


def test_the_bell_shows_how_many_notices_are_new(cast: Cast, browser_client: Browser) -> None:
    client = browser_client(cast.owner)
    assert "Notices, none new" in client.get(HOME).content.decode()
    for number in range(2):
        notify(recipient=cast.owner, kind=NoticeKind.OTHER, title="Look", key=str(number))
    notify(recipient=cast.colleague, kind=NoticeKind.OTHER, title="Look", key="0")

    assert "Notices, 2 new" in client.get(HOME).content.decode()


def test_opening_a_notice_reads_it_and_leads_to_what_it_is_about(cast: Cast, browser_client: Browser) -> None:
    lead = LeadFactory(assigned_to=cast.owner, status=LeadStatus.NEW, value=Decimal(1))
    notice = notify(
        recipient=cast.owner, kind=NoticeKind.ASSIGNED, title="Yours", key="1", url=lead.admin_url
    )

    response = browser_client(cast.owner).get(reverse("admin:notifications_notice_change", args=[notice.pk]))

    assert response["Location"] == lead.admin_url
    assert Notice.objects.get().read_at is not None


@pytest.mark.parametrize("url", ["https://evil.test/", "//evil.test/", "javascript:alert(1)", ""])
def test_a_notice_never_leads_out_of_the_house(url: str, cast: Cast, browser_client: Browser) -> None:
    notice = notify(recipient=cast.owner, kind=NoticeKind.OTHER, title="Look", key="1", url=url)
    response = browser_client(cast.owner).get(reverse("admin:notifications_notice_change", args=[notice.pk]))

    assert response.status_code == 200


def test_notices_are_private_and_reading_all_reads_ones_own(cast: Cast, browser_client: Browser) -> None:
    mine = notify(recipient=cast.owner, kind=NoticeKind.OTHER, title="Mine", key="1")
    other = notify(recipient=cast.colleague, kind=NoticeKind.OTHER, title="Not mine", key="1")
    client = browser_client(cast.owner)
    page = client.get(reverse("admin:notifications_notice_changelist")).content.decode()
    assert "Mark all as read" in page
    assert "Not mine" not in page
    assert client.get(reverse("admin:notifications_notice_change", args=[other.pk])).status_code == 302
    read_all = reverse("admin:notifications_notice_read_all")
    assert client.get(read_all).status_code == 405

    client.post(read_all)

    assert [Notice.objects.get(pk=row.pk).read_at is None for row in (mine, other)] == [False, True]


def test_the_side_bar_shows_what_one_may_open(cast: Cast, browser_client: Browser) -> None:
    def entries(user: User) -> set[str]:
        groups = browser_client(user).get(HOME).context["sidebar_navigation"]
        return {str(item["title"]) for group in groups for item in group["items"] if item["has_permission"]}

    assert {"Home", "Notices", "Board", "Leads", "Tasks", "Customers", "Reports"} <= entries(cast.owner)
    assert not {"Leads", "Board", "Users", "Audit", "Merges"} & entries(cast.outsider)
    assert {"Board", "Reports", "Audit"} <= entries(cast.executive)
    assert "Leads" not in entries(cast.executive)
    assert {"Users", "Roles", "Model prices", "E-mail log", "Merges"} <= entries(cast.admin)


def test_every_entry_of_the_side_bar_opens(cast: Cast, browser_client: Browser) -> None:
    for user in (cast.owner, cast.executive, cast.admin):
        client = browser_client(user)
        for group in client.get(HOME).context["sidebar_navigation"]:
            for item in group["items"]:
                if item["has_permission"] and str(item["link"]).startswith("/admin/"):
                    assert client.get(str(item["link"])).status_code == 200, (user, item["link"])
