"""Tool policies and pre-approvals in the back office."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.assistant import services
from apps.assistant.choices import PolicyEffect
from apps.assistant.evaluation.running import person
from apps.assistant.models import Grant, ToolPolicy
from apps.audit.models import AuditEvent
from tests.assistant.approval_bench import open_office, policy
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]
POLICIES = "/admin/assistant/toolpolicy/"
GRANTS = "/admin/assistant/grant/"


@pytest.fixture(autouse=True)
def _office(declare: Callable[..., Any]) -> None:
    open_office(declare)


def rule(**fields: Any) -> dict[str, Any]:
    return {"pattern": "crm.delete_*", "effect": "deny", "currency": "sgd", "is_active": "on", **fields}


def terms(cast: Cast, **fields: Any) -> dict[str, Any]:
    until = timezone.localtime() + timedelta(days=3)
    return {
        "tool": "assistant.post", "user": str(cast.owner.pk),
        "scope_lines": "to: *@abc.example, *@def.example\n", "max_uses": "5", "currency": "SGD",
        "expires_at_0": f"{until:%Y-%m-%d}", "expires_at_1": f"{until:%H:%M:%S}", **fields,
    }  # fmt: skip


def test_an_administrator_makes_changes_and_ends_rules(cast: Cast, browser_client: Browser) -> None:
    office = browser_client(cast.admin)
    assert office.post(f"{POLICIES}add/", rule()).status_code == 302
    made = ToolPolicy.objects.get()
    assert (made.tool, made.effect, made.currency) == ("crm.delete_*", PolicyEffect.DENY, "SGD")
    office.post(f"{POLICIES}{made.pk}/change/", rule(effect="ask", four_eyes_above="1000"))
    made.refresh_from_db()
    assert (made.effect, made.four_eyes_above) == (PolicyEffect.ASK, 1000)
    office.post(f"{POLICIES}{made.pk}/delete/", {"post": "yes"})
    assert not ToolPolicy.objects.exists()
    trail = AuditEvent.objects.filter(action__startswith="assistant.toolpolicy").order_by("at")
    assert [event.action.rpartition(".")[2] for event in trail] == ["created", "updated", "deleted"]
    assert trail[1].details["effect"] == ["deny", "ask"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"pattern": "crm.delet_lead"}, "Do you mean crm.delete_lead"),
        ({"pattern": "fly.*"}, "No tool has this name"),
        ({"pattern": ""}, "Please choose a tool"),
        ({"tool": "crm.*"}, "not both"),
        ({"agent": "pirate"}, "pirate is not one of the available choices"),
    ],
)
def test_a_rule_that_would_hold_for_nothing_is_refused(
    cast: Cast, browser_client: Browser, fields: dict[str, str], sentence: str
) -> None:
    page = browser_client(cast.admin).post(f"{POLICIES}add/", rule(**fields))
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert not ToolPolicy.objects.exists()


def test_managers_read_rules_and_make_none(cast: Cast, browser_client: Browser) -> None:
    policy("crm.*")
    office = browser_client(cast.manager)
    assert "All tools of CRM" in office.get(POLICIES).content.decode()
    assert office.get(f"{POLICIES}add/").status_code == 403
    assert browser_client(cast.owner).get(POLICIES).status_code == 403


def test_a_manager_grants_and_revokes(cast: Cast, browser_client: Browser) -> None:
    office = browser_client(cast.manager)
    assert "scope_lines" in office.get(f"{GRANTS}add/").content.decode()
    page = office.post(f"{GRANTS}add/", terms(cast))
    assert page.status_code == 302, page.content.decode()
    made = Grant.objects.get()
    assert made.scope == {"to": ["*@abc.example", "*@def.example"]}
    assert (made.granted_by, made.user, made.max_uses) == (cast.manager, cast.owner, 5)
    shown = office.get(f"{GRANTS}{made.pk}/change/")
    assert shown.status_code == 200
    assert "In force" in office.get(GRANTS).content.decode()
    office.post(GRANTS, {"action": "revoke", "_selected_action": str(made.pk)})
    made.refresh_from_db()
    assert made.revoked_at is not None
    assert "Revoked" in office.get(GRANTS).content.decode()
    assert office.get(f"{GRANTS}{made.pk}/delete/").status_code == 403


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"scope_lines": "colour: red"}, "has no argument named colour"),
        ({"scope_lines": "to"}, "Write each line as"),
        ({"user": ""}, "Either a person or a department"),
        ({"max_uses": "0"}, "At least one"),
        ({"tool": "fly"}, "fly is not one of the available choices"),
        ({"tool": "crm.find_leads"}, "is not one of the available choices"),
        ({"tool": ""}, "Please choose a tool"),
        ({"expires_at_0": "2001-01-01"}, "This time has passed"),
    ],
)
def test_terms_that_make_no_sense_are_said_beside_their_field(
    cast: Cast, browser_client: Browser, fields: dict[str, str], sentence: str
) -> None:
    page = browser_client(cast.manager).post(f"{GRANTS}add/", terms(cast, **fields))
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert not Grant.objects.exists()


def test_what_one_may_not_grant_is_said(cast: Cast, browser_client: Browser) -> None:
    office = browser_client(cast.manager)
    page = office.post(f"{GRANTS}add/", terms(cast, user=str(cast.outsider.pk)))
    assert "not one of the available choices" in page.content.decode()
    assert not Grant.objects.exists()
    policy("*.pay", four_eyes_above=10)
    page = office.post(
        f"{GRANTS}add/",
        terms(cast, tool="assistant.pay", user=str(cast.manager.pk), scope_lines="", max_amount="11"),
    )
    assert "somebody else has to agree" in page.content.decode()


def test_grants_are_seen_by_those_they_concern(cast: Cast, browser_client: Browser) -> None:
    services.create_grant(
        actor=cast.manager, tool="*.post", user=cast.owner, max_uses=1,
        expires_at=timezone.now() + timedelta(days=1), note="for the fair",
    )  # fmt: skip
    assert "*.post" in browser_client(cast.manager).get(GRANTS).content.decode()
    outsider = browser_client(cast.outsider).get(GRANTS)
    assert outsider.status_code == 403


def test_tools_are_chosen_by_name_and_family(cast: Cast, browser_client: Browser) -> None:
    page = browser_client(cast.manager).get(f"{GRANTS}add/").content.decode()
    assert '<optgroup label="Mail">' in page
    assert '<option value="mail.*">All tools of Mail</option>' in page
    assert '<option value="mail.send_mail">Send mail</option>' in page
    assert "mail.read_mailbox" not in page
    assert 'name="pattern"' not in page
    assert 'name="pattern"' in browser_client(cast.admin).get(f"{GRANTS}add/").content.decode()


def test_a_pattern_that_is_in_force_is_shown_as_one_and_kept(cast: Cast, browser_client: Browser) -> None:
    made = policy("crm.delete_*")
    office = browser_client(cast.admin)
    form = office.get(f"{POLICIES}{made.pk}/change/").context["adminform"].form
    assert (form["tool"].value(), form["pattern"].value()) == ("", "crm.delete_*")
    office.post(f"{POLICIES}{made.pk}/change/", rule(effect="deny"))
    made.refresh_from_db()
    assert (made.tool, made.effect) == ("crm.delete_*", PolicyEffect.DENY)


def test_only_people_are_chosen_and_only_those_one_decides_for(cast: Cast, browser_client: Browser) -> None:
    asker = person("sales_rep")
    offered = {
        who: {str(key) for key, _ in field.choices if key}
        for who in ("manager", "admin")
        for field in [
            browser_client(getattr(cast, who)).get(f"{GRANTS}add/").context["adminform"].form.fields["user"]
        ]
    }
    assert str(cast.owner.pk) in offered["manager"]
    assert str(cast.outsider.pk) not in offered["manager"]
    assert str(cast.outsider.pk) in offered["admin"]
    assert str(asker.pk) not in offered["manager"] | offered["admin"]


def test_a_menu_a_heading_and_a_way_back_have_one_name(cast: Cast, browser_client: Browser) -> None:
    for url, name in ((POLICIES, "Tool policies"), (GRANTS, "Pre-approvals")):
        page = browser_client(cast.admin).get(url)
        menu = [
            item["title"]
            for group in page.context["sidebar_navigation"]
            for item in group["items"]
            if str(item["link"]) == url
        ]
        assert menu == [name]
        heading = str(page.context["cl"].opts.verbose_name_plural)
        assert heading.capitalize() == name
