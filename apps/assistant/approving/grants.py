"""Answers given in advance: used up under a lock, never beyond what was granted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Department, User
from apps.assistant.approving.deciders import decides_for, is_same_person
from apps.assistant.approving.policies import effect_of
from apps.assistant.approving.provenance import leaves
from apps.assistant.models import Grant
from apps.assistant.toolkit import Tool, tools
from apps.audit import services as audit
from apps.core.errors import Forbidden, Invalid
from apps.core.rehearsal import is_rehearsal

_ADDRESS = re.compile(r"[^\s@<>,;:\"']+@[^\s@<>,;:\"']+")


def consume(
    *,
    tool: Tool,
    user: User,
    arguments: Mapping[str, Any],
    amount: Decimal | None,
    currency: str,
    four_eyes: bool,
) -> Grant | None:
    """Use up one call of a pre-approval that covers this one, or None. Needs the caller's transaction.

    The rows are locked before they are looked at, so that of many calls at once none goes over the limit.
    """
    rows = (
        Grant.objects.all() if is_rehearsal() else Grant.objects.select_for_update(of=("self",), no_key=True)
    )
    held = (
        rows.filter(
            Q(user=user) | Q(department__isnull=False, department=user.department_id),
            revoked_at__isnull=True,
            expires_at__gt=timezone.now(),
            uses__lt=F("max_uses"),
        )
        .select_related("granted_by")
        .order_by("pk")
    )
    for grant in held:
        if (
            fnmatchcase(tool.qualified_name, grant.tool)
            and not (four_eyes and is_same_person(grant.granted_by, user))
            and _pays(grant, amount, currency)
            and in_scope(grant.scope, arguments)
            and still_stands(grant.granted_by, tool)
            and decides_for(grant.granted_by, grant.department_id or user.department_slug)
        ):
            return _used(grant, amount)
    return None


def _used(grant: Grant, amount: Decimal | None) -> Grant:
    """One call less. A rehearsal uses nothing up: it would keep real calls waiting."""
    grant.uses += 1
    grant.amount_used += amount or 0
    if not is_rehearsal():
        grant.save(update_fields=["uses", "amount_used", "updated_at"])
    return grant


def still_stands(granter: User, tool: Tool) -> bool:
    """Whether the one who granted might do so today."""
    return granter.is_active and tool.allowed(granter) and not effect_of(tool, granter).is_denied


def in_scope(scope: Mapping[str, Any], arguments: Mapping[str, Any]) -> bool:
    """Whether every value of each argument named in the scope matches one of its patterns.

    An argument that the call does not have never matches, nor do a missing value and several addresses that
    were written as one. Where addresses are limited, those in other arguments are, too: a copy is a mail.
    """
    if not all(_all_match(patterns, arguments.get(name)) for name, patterns in scope.items()):
        return False
    people = [text for patterns in _as_lists(scope).values() for text in patterns if "@" in text]
    others = {name: value for name, value in arguments.items() if name not in scope}
    return not people or all(_all_match(people, text) for text in _recipients(others))


def _recipients(arguments: Mapping[str, Any]) -> list[str]:
    """What is, or is in a list of, addresses; a text that merely mentions one is not."""
    found = [(path, _even(str(item))) for path, item in leaves(arguments)]
    return [text for path, text in found if "@" in text and ("[" in path or _ADDRESS.fullmatch(text))]


def _all_match(patterns: Any, value: object) -> bool:
    wanted = [_even(str(each)) for each in ([patterns] if isinstance(patterns, str) else patterns or [])]
    found = [str(item) for _path, item in leaves(value)]
    return bool(found) and all(any(_matches(pattern, text) for pattern in wanted) for text in found)


def _matches(pattern: str, text: str) -> bool:
    even = _even(text)
    if "@" in pattern and not _ADDRESS.fullmatch(even):
        return False
    return fnmatchcase(even, pattern)


def _even(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _pays(grant: Grant, amount: Decimal | None, currency: str) -> bool:
    if grant.max_amount is None:
        return True
    if amount is None or amount < 0 or currency != grant.currency:
        return False
    return grant.amount_used + amount <= grant.max_amount


@transaction.atomic
def create_grant(
    *,
    actor: User,
    tool: str,
    max_uses: int,
    expires_at: datetime,
    user: User | None = None,
    department: Department | None = None,
    scope: Mapping[str, Any] | None = None,
    max_amount: Decimal | None = None,
    currency: str = "SGD",
    note: str = "",
) -> Grant:
    """Agree in advance to calls of a tool (a name or a pattern, as policies have them).

    Raises `Forbidden` when the actor may not use or decide on one of these tools, or would grant to himself
    what needs a second person; `Invalid` for a scope, a number or a time that make no sense.
    """
    check_grant(
        actor=actor, tool=tool, max_uses=max_uses, expires_at=expires_at, user=user, department=department,
        scope=scope, max_amount=max_amount, currency=currency,
    )  # fmt: skip
    grant = Grant.objects.create(
        tool=tool, user=user, department=department, scope=_as_lists(scope or {}), max_uses=max_uses,
        max_amount=max_amount, currency=currency, expires_at=expires_at, granted_by=actor, note=note,
    )  # fmt: skip
    details = {"tool": tool, "scope": grant.scope, "max_uses": max_uses, "max_amount": max_amount}
    audit.record(action="assistant.grant.created", obj=grant, actor=actor, details=details)
    return grant


@transaction.atomic
def revoke_grant(*, actor: User, grant: Grant) -> Grant:
    """End a pre-approval now. What was done under it stays done. Raises `Forbidden` for somebody else's."""
    held = Grant.objects.select_for_update(of=("self",)).select_related("user").get(pk=grant.pk)
    own = actor.pk in {held.user_id, held.granted_by_id}
    department = held.department_id or (held.user.department_slug if held.user else "")
    if not own and not decides_for(actor, department):
        raise Forbidden(_("Only who gave or holds a pre-approval, or decides for the department, ends it."))
    if held.revoked_at is None:
        held.revoked_at = timezone.now()
        held.save(update_fields=["revoked_at", "updated_at"])
        audit.record(action="assistant.grant.revoked", obj=held, actor=actor, details={"uses": held.uses})
    return held


def check_grant(
    *,
    actor: User,
    tool: str,
    max_uses: int,
    expires_at: datetime,
    user: User | None = None,
    department: Department | None = None,
    scope: Mapping[str, Any] | None = None,
    max_amount: Decimal | None = None,
    currency: str = "SGD",
    note: str = "",  # noqa: ARG001
) -> None:
    """Raise what `create_grant` would raise."""
    granted = [known for known in tools if fnmatchcase(known.qualified_name, tool)]
    errors = _scope_errors(granted, tool, scope or {})
    if not granted:
        errors["tool"] = [_("There is no tool named %(name)s.") % {"name": tool}]
    if max_uses < 1:
        errors["max_uses"] = [_("At least one.")]
    if max_amount is not None and max_amount < 0:
        errors["max_amount"] = [_("At least nothing.")]
    if expires_at <= timezone.now():
        errors["expires_at"] = [_("This time has passed.")]
    if (user is None) == (department is None):
        errors["user"] = [_("Either a person or a department.")]
    if errors:
        first = next(iter(errors.values()))[0]
        raise Invalid(first, code="invalid_grant", errors=errors)
    _check_granter(actor, granted, user, department, max_amount, currency)


def _scope_errors(granted: list[Tool], pattern: str, scope: Mapping[str, Any]) -> dict[str, list[str]]:
    found: list[str] = []
    for name, patterns in _as_lists(scope).items():
        if any(name not in tool.arguments.model_fields for tool in granted):
            found.append(_("%(tool)s has no argument named %(name)s.") % {"tool": pattern, "name": name})
        if not patterns:
            found.append(_("%(name)s needs at least one pattern.") % {"name": name})
    return {"scope": found} if found else {}


def _check_granter(
    actor: User,
    granted: list[Tool],
    user: User | None,
    department: Department | None,
    max_amount: Decimal | None,
    currency: str,
) -> None:
    holder = department.pk if department is not None else (user.department_slug if user else "")
    if not decides_for(actor, holder):
        raise Forbidden(_("You may grant only where you decide on approvals."))
    for tool in granted:
        if not still_stands(actor, tool):
            raise Forbidden(
                _("You may not grant %(tool)s: you may not use it yourself.") % {"tool": tool.name}
            )
        to_self = (user is not None and is_same_person(actor, user)) or (
            department is not None and department.pk == actor.department_id
        )
        if to_self and effect_of(tool, actor).needs_four_eyes(max_amount, currency):
            raise Forbidden(
                _("Above this amount somebody else has to agree, so you cannot grant it to yourself.")
            )


def _as_lists(scope: Mapping[str, Any]) -> dict[str, list[str]]:
    return {
        name: [patterns] if isinstance(patterns, str) else [str(each) for each in patterns or []]
        for name, patterns in scope.items()
    }
