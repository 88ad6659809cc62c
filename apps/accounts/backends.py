"""Log-in by password, with the rights of a person in one query."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Q

from apps.accounts.models import User


class RolesBackend(ModelBackend):
    """Django's own, except that all rights of a person are read at once: nearly every page asks for them."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """`<app>.<codename>` of every right, by role or given to the person; none for the inactive."""
        if not isinstance(user_obj, User) or not user_obj.is_active or obj is not None:
            return set()
        known: set[str] | None = user_obj.__dict__.get("_perm_cache")
        if known is None:
            known = user_obj.__dict__["_perm_cache"] = _permissions(user_obj)
        return known


def _permissions(user: User) -> set[str]:
    rights = Permission.objects.order_by()
    if not user.is_superuser:
        rights = rights.filter(Q(group__user=user) | Q(user=user))
    names = rights.values_list("content_type__app_label", "codename").distinct()
    return {f"{app}.{codename}" for app, codename in names}
