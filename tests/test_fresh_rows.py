from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from tests import fresh_rows
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def lines() -> dict[str, list[bytes]]:
    """The rows of each table, in whatever order they lie there."""
    return {table: sorted(rows.splitlines()) for table, rows in fresh_rows.read_all().items()}


def test_an_emptied_database_holds_again_what_a_new_one_does() -> None:
    before = lines()
    assert {"auth_permission", "auth_group_permissions", "crm_stage"} <= set(before)
    UserFactory(roles=["admin"])
    assert AuditEvent.objects.exists(), "rows that nothing may delete"
    Group.objects.create(name="of this test").permissions.add(Permission.objects.first())
    Permission.objects.last().delete()
    call_command("flush", interactive=False, verbosity=0)
    assert not User.objects.exists()
    assert lines() == before
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert lines() == before, "Django's own way would have made no other rows"
