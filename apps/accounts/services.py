"""Changes to users."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from apps.accounts.models import Department, User, normalise_email
from apps.audit import services as audit
from apps.core.errors import Conflict, Invalid
from apps.core.versions import lock


@transaction.atomic
def create_user(
    *,
    email: str,
    name: str,
    password: str,
    department: Department | None = None,
    roles: Iterable[str] = (),
    **fields: Any,
) -> User:
    """A new member of staff. Raises `Invalid` for a weak password, `Conflict` for a taken address."""
    if User.objects.filter(email=normalise_email(email)).exists():
        raise Conflict("There is already a user with this e-mail address.", code="email_taken")
    user = User(email=normalise_email(email), name=name, department=department, **fields)
    _set_password(user, password)
    user.save()
    _set_roles(user, roles)
    audit.record(
        action="accounts.user.created", obj=user, details={"email": user.email, "roles": list(roles)}
    )
    return user


@transaction.atomic
def update_user(
    *, user: User, password: str | None = None, roles: Iterable[str] | None = None, **fields: Any
) -> User:
    """Change some fields and return the new row; a new password or a deactivation ends every session."""
    user = lock(user)
    email = fields.get("email")
    if email is not None:
        fields["email"] = normalise_email(email)
        if User.objects.filter(email=fields["email"]).exclude(pk=user.pk).exists():
            raise Conflict("There is already a user with this e-mail address.", code="email_taken")
    changed = {name: value for name, value in fields.items() if getattr(user, name) != value}
    for name, value in changed.items():
        setattr(user, name, value)
    if password:
        _set_password(user, password)
    user.save()
    if roles is not None:
        _set_roles(user, roles)
    if password or changed.get("is_active") is False:
        revoke_tokens(user=user)
    details: dict[str, Any] = {"changed": sorted(changed), "password": bool(password)}
    if roles is not None:
        details["roles"] = sorted(roles)
    audit.record(action="accounts.user.updated", obj=user, details=details)
    return user


def deactivate_user(*, user: User) -> User:
    """Delete means deactivate: rows keep pointing at the person who did things."""
    return update_user(user=user, is_active=False)


def revoke_tokens(*, user: User) -> int:
    """Blacklist every refresh token of the user; returns how many were still good."""
    tokens = OutstandingToken.objects.filter(user_id=user.pk, blacklistedtoken__isnull=True)
    return len(
        BlacklistedToken.objects.bulk_create(
            [BlacklistedToken(token=token) for token in tokens], ignore_conflicts=True
        )
    )


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(
            " ".join(error.messages), code="weak_password", errors={"password": error.messages}
        ) from error
    user.set_password(password)


def _set_roles(user: User, roles: Iterable[str]) -> None:
    wanted = set(roles)
    groups = list(Group.objects.filter(name__in=wanted))
    unknown = wanted - {group.name for group in groups}
    if unknown:
        raise Invalid(f"Unknown roles: {', '.join(sorted(unknown))}.", errors={"roles": sorted(unknown)})
    user.groups.set(groups)
