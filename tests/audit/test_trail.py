"""The trail: append-only, in the transaction of the change, with who, where from and by which door."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.test import RequestFactory

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.audit import services as audit
from apps.audit.choices import Source
from apps.audit.context import acting, client_ip, current
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

REFUSED = (InternalError, ProgrammingError)


def test_an_event_says_who_did_what_to_what_from_where(cast: Cast) -> None:
    with acting(actor=cast.owner, source=Source.MOBILE, ip="10.0.0.7", correlation_id="abc"):
        audit.record(action="tests.thing.done", obj=cast.colleague, details={"n": 1})

    event = AuditEvent.objects.get(action="tests.thing.done")
    assert (event.actor, event.actor_label, event.department) == (cast.owner, cast.owner.email, "sales")
    assert (event.source, event.ip_address, event.correlation_id) == ("mobile", "10.0.0.7", "abc")
    assert (event.object_type, event.object_id) == ("accounts.user", str(cast.colleague.pk))
    assert (event.object_label, event.details) == (cast.colleague.name, {"n": 1})


def test_without_a_person_it_was_the_system() -> None:
    event = audit.record(action="tests.thing.done")
    assert (event.actor, event.source, event.actor_label) == (None, "system", "")


def test_contexts_nest_and_end() -> None:
    before = current()
    with acting(source=Source.SCHEDULER) as outer:
        with acting(source=Source.WEBHOOK):
            assert current().source == Source.WEBHOOK
        assert current() == outer
        assert len(outer.correlation_id) == 32
    assert current() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda: AuditEvent.objects.update(action="nothing.to.see"),
        lambda: AuditEvent.objects.all().delete(),
        lambda: AuditEvent.objects.get(action="tests.thing.done").save(),
        lambda: _execute("UPDATE audit_auditevent SET details = '{}'"),
        lambda: _execute("DELETE FROM audit_auditevent"),
    ],
    ids=["update", "delete", "save", "raw update", "raw delete"],
)
def test_the_database_refuses_every_change(change: Callable[[], object]) -> None:
    audit.record(action="tests.thing.done")

    with pytest.raises(REFUSED, match="append-only"), transaction.atomic():
        change()
    assert AuditEvent.objects.filter(action="tests.thing.done").count() == 1


def test_emptying_the_table_is_refused_outside_of_test_databases() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('audit_refuse_change'::regproc)")
        source = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'audit_auditevent'::regclass"
            " AND NOT tgisinternal AND tgenabled = 'O'"
        )
        triggers = cursor.fetchone()[0]
    assert triggers == 2
    assert r"LIKE 'test\_%'" in source


def test_the_application_role_has_no_way_around() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolreplication FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False)


def test_change_and_event_stand_or_fall_together(cast: Cast) -> None:
    before = AuditEvent.objects.count()

    with pytest.raises(RuntimeError):
        _rename_and_fail(cast.owner)
    with pytest.raises(Conflict):
        accounts.update_user(user=cast.owner, email=cast.colleague.email)

    assert AuditEvent.objects.count() == before
    assert User.objects.get(pk=cast.owner.pk).name == "Olive Owner"


def test_auditors_read_the_trail_and_nobody_else(cast: Cast) -> None:
    audit.record(action="tests.thing.done")

    assert AuditEvent.objects.visible_to(cast.executive).exists()
    assert AuditEvent.objects.visible_to(cast.admin).exists()
    for person in (cast.owner, cast.manager, cast.outsider):
        assert not AuditEvent.objects.visible_to(person).exists()


@pytest.mark.parametrize(
    ("peer", "header", "found"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "10.0.0.1", "203.0.113.5"),
        ("127.0.0.1", "10.0.0.1", "10.0.0.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("::1", "2001:db8::1", "2001:db8::1"),
        ("", "", None),
    ],
)
def test_the_address_of_the_client(peer: str, header: str, found: str | None) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_REAL_IP=header)
    assert client_ip(request) == found


@transaction.atomic
def _rename_and_fail(user: User) -> None:
    accounts.update_user(user=user, name="Never")
    raise RuntimeError


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
