"""Telling people once, and noting that they know."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client

from apps.accounts.models import User
from apps.notifications.choices import NoticeKind
from apps.notifications.models import Notice
from apps.notifications.selectors import unread_text
from apps.notifications.services import mark_read, notify, settle
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def tell(user: User, key: str, title: str = "Call back") -> Notice:
    return notify(recipient=user, kind=NoticeKind.REMINDER, title=title, key=key, url="/admin/")


def test_the_same_key_tells_a_person_once(cast: Cast) -> None:
    first = tell(cast.owner, "task:1")
    again = tell(cast.owner, "task:1", title="Another title")
    assert (again, again.title) == (first, "Call back")
    tell(cast.owner, "task:2")
    tell(cast.colleague, "task:1")
    assert Notice.objects.count() == 3


def test_a_notice_that_was_read_is_not_given_again(cast: Cast) -> None:
    tell(cast.owner, "task:1")
    assert mark_read(user=cast.owner) == 1
    tell(cast.owner, "task:1")
    assert not Notice.objects.visible_to(cast.owner).unread().exists()


def test_long_texts_are_cut_not_refused(cast: Cast) -> None:
    notice = notify(recipient=cast.owner, kind=NoticeKind.OTHER, title="t" * 500, key="k", body="b" * 900)
    notice.refresh_from_db()
    assert (len(notice.title), len(notice.body)) == (200, 500)


def test_notices_are_private_even_from_administrators(cast: Cast) -> None:
    notice = tell(cast.owner, "task:1")
    for other in (cast.colleague, cast.manager, cast.executive, cast.admin):
        assert not Notice.objects.visible_to(other).exists()
        assert mark_read(user=other, notices=[notice]) == 0
    assert not Notice.objects.visible_to(AnonymousUser()).exists()
    notice.refresh_from_db()
    assert notice.read_at is None


def test_reading_some_leaves_the_others(cast: Cast) -> None:
    first, _second = tell(cast.owner, "1"), tell(cast.owner, "2")
    assert mark_read(user=cast.owner, notices=[first]) == 1
    assert mark_read(user=cast.owner, notices=[first]) == 0
    assert mark_read(user=cast.owner, notices=[]) == 0
    assert unread_text(user=cast.owner) == "1"
    assert mark_read(user=cast.owner) == 1
    assert unread_text(user=cast.owner) == ""


def test_more_than_anybody_reads_are_not_counted_to_the_end(cast: Cast) -> None:
    Notice.objects.bulk_create(Notice(recipient=cast.owner, title="x", key=str(n)) for n in range(150))
    assert unread_text(user=cast.owner) == "99+"


@pytest.mark.parametrize(
    ("url", "leads_to"),
    [("/admin/crm/lead/", "/admin/crm/lead/"), ("//evil.test/", ""), ("/\\evil.test/", ""), ("", "")],
)
def test_opening_a_notice_reads_it_and_leads_to_what_it_is_about(
    url: str, leads_to: str, cast: Cast, browser_client: Callable[[User], Client]
) -> None:
    notice = notify(recipient=cast.owner, kind=NoticeKind.OTHER, title="Look", key="k", url=url)
    answer = browser_client(cast.owner).get(f"/admin/notifications/notice/{notice.pk}/change/")
    assert answer.headers.get("Location", "") == leads_to
    assert unread_text(user=cast.owner) == ""


@pytest.mark.django_db(transaction=True)
def test_two_who_tell_the_same_at_once_make_one_notice(cast: Cast) -> None:
    start, made = threading.Barrier(4), []

    def work() -> None:
        try:
            start.wait(timeout=20)
            made.append(tell(cast.owner, "same").pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(made) == 4
    assert set(made) == {Notice.objects.get().pk}


def test_what_is_done_is_new_to_nobody_any_more(cast: Cast) -> None:
    for person in (cast.owner, cast.manager):
        tell(person, "task:1:remind")
        tell(person, "task:2:remind")
    assert settle(about="task:1") == 2
    assert {notice.key for notice in Notice.objects.unread()} == {"task:2:remind"}
    assert settle(about="task:1") == 0
