"""roles.yaml and its image in the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from pydantic import ValidationError

from apps.accounts.models import Department
from apps.accounts.roles import Role, RolesFile, UnknownPermission, load_roles, sync_roles

pytestmark = pytest.mark.django_db


def test_every_declared_role_is_a_group_with_its_permissions() -> None:
    for name, role in load_roles().roles.items():
        granted = {
            f"{app}.{codename}"
            for app, codename in Group.objects.get(name=name).permissions.values_list(
                "content_type__app_label", "codename"
            )
        }
        assert {"assistant.use_assistant"} <= granted
        assert set(role.permissions) - {"*"} <= granted


def test_the_five_departments_are_there() -> None:
    declared = {"finance", "sales", "marketing", "support", "management"}
    assert declared <= set(Department.objects.values_list("slug", flat=True))


def test_syncing_takes_away_what_the_file_does_not_grant() -> None:
    group = Group.objects.get(name="staff")
    before = set(group.permissions.values_list("pk", flat=True))
    group.permissions.set(Group.objects.get(name="admin").permissions.all())

    call_command("sync_roles", verbosity=0)

    assert set(group.permissions.values_list("pk", flat=True)) == before


def test_groups_that_an_administrator_made_are_left_alone() -> None:
    Group.objects.create(name="night shift")
    sync_roles()
    assert Group.objects.filter(name="night shift").exists()


def test_a_permission_that_does_not_exist_is_refused_by_name() -> None:
    declared = RolesFile(
        departments={}, everyone=[], roles={"x": Role(title="X", permissions=["assistant.fly"])}
    )
    with pytest.raises(UnknownPermission, match=r"'x'.*assistant\.fly"):
        sync_roles(declared)


def test_a_misspelt_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "roles.yaml"
    file.write_text("departments: {}\neveryone: []\nroles: {}\nrolls: {}\n")
    with pytest.raises(ValidationError, match="rolls"):
        load_roles(file)
