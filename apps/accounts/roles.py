"""Roles: `roles.yaml` is the source, Groups are its image in the database."""

from __future__ import annotations

from pathlib import Path

import yaml
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from pydantic import BaseModel, ConfigDict

from apps.accounts.models import Department

ROLES_FILE = Path(__file__).with_name("roles.yaml")


class Role(BaseModel):
    """A named set of permissions."""

    model_config = ConfigDict(extra="forbid")
    title: str
    permissions: list[str]


class RolesFile(BaseModel):
    """The file as a whole; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")
    departments: dict[str, str]
    everyone: list[str]
    roles: dict[str, Role]


class UnknownPermission(ValueError):
    """roles.yaml names a permission that no installed model declares."""


def load_roles(path: Path = ROLES_FILE) -> RolesFile:
    """Read and validate the file."""
    return RolesFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@transaction.atomic
def sync_roles(declared: RolesFile | None = None) -> dict[str, int]:
    """Make Departments and Groups what the file says; returns role → number of permissions.

    Groups that the file does not name are left alone: an administrator may have made them.
    """
    declared = declared or load_roles()
    for slug, name in declared.departments.items():
        Department.objects.update_or_create(slug=slug, defaults={"name": name})
    available = {
        f"{app}.{codename}": pk
        for app, codename, pk in Permission.objects.values_list("content_type__app_label", "codename", "pk")
    }
    counts: dict[str, int] = {}
    for name, role in declared.roles.items():
        wanted = _permission_ids(declared.everyone + role.permissions, available, name)
        group, _ = Group.objects.get_or_create(name=name)
        if set(group.permissions.values_list("pk", flat=True)) != wanted:
            group.permissions.set(wanted)
        counts[name] = len(wanted)
    return counts


def _permission_ids(names: list[str], available: dict[str, int], role: str) -> set[int]:
    if "*" in names:
        return set(available.values())
    unknown = [name for name in names if name not in available]
    if unknown:
        raise UnknownPermission(f"roles.yaml: role {role!r} names unknown permissions: {', '.join(unknown)}")
    return {available[name] for name in names}
