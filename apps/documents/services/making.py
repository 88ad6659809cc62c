"""Making files by recipe, and making them again with today's data."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from apps.accounts.models import User
from apps.artifacts import services as artifacts
from apps.artifacts.models import Artifact
from apps.audit import services as audit
from apps.core.errors import Forbidden, Invalid, NotFound
from apps.documents.models import Lineage
from apps.documents.recipes import Made, Recipe, recipes

#: Looks at what was made before it is kept; raises to refuse it.
Check = Callable[[Made], None]


def make(
    *,
    user: User,
    recipe: str,
    arguments: Mapping[str, Any],
    run_id: UUID | None = None,
    now: datetime,
    replaces: Lineage | None = None,
    check: Check | None = None,
) -> Artifact:
    """Make the file, store it for `user`, and keep where it came from.

    Raises `NotFound` for an unknown recipe, `Forbidden` without its permission, `Invalid` for arguments that
    it does not take, and whatever `check` raises.
    """
    found = _recipe(recipe, user)
    parsed = _parsed(found, arguments)
    made = found.make(user, now, parsed)
    if check is not None:
        check(made)
    return _keep(user, found, parsed.model_dump(mode="json"), made, run_id, replaces)


def keep(
    *, user: User, recipe: str, arguments: Mapping[str, Any], made: Made, run_id: UUID | None = None
) -> Artifact:
    """Store for `user` what was made of these arguments already. Raises as `make`."""
    found = _recipe(recipe, user)
    return _keep(user, found, _parsed(found, arguments).model_dump(mode="json"), made, run_id, None)


def regenerate(
    *, user: User, artifact: Artifact, now: datetime, run_id: UUID | None = None, check: Check | None = None
) -> Artifact:
    """The same file from today's data and the template that is in force today; the old one stays.

    For whoever may see the file and has the recipe's permission. Raises as `make`; `NotFound` for a file
    that no recipe made.
    """
    lineage = Lineage.objects.visible_to(user).filter(artifact=artifact).first()
    if lineage is None:
        raise NotFound(_("This file cannot be made again: it was not made from a recipe."))
    return make(
        user=user,
        recipe=lineage.recipe,
        arguments=lineage.arguments,
        run_id=run_id,
        now=now,
        replaces=lineage,
        check=check,
    )


@transaction.atomic
def _keep(
    user: User,
    recipe: Recipe,
    arguments: dict[str, Any],
    made: Made,
    run_id: UUID | None,
    replaces: Lineage | None,
) -> Artifact:
    artifact = artifacts.store(
        owner=user, name=made.name, content=made.content, metadata={"recipe": recipe.key}
    )
    lineage = Lineage.objects.create(
        artifact=artifact,
        recipe=recipe.key,
        arguments=arguments,
        template_version=made.template_version,
        snapshot=made.snapshot,
        snapshot_sha256=digest(made.snapshot),
        run_id=run_id,
        made_by=user,
        replaces=replaces,
    )
    details = {"recipe": recipe.key, "snapshot": lineage.snapshot_sha256}
    audit.record(action="documents.lineage.made", obj=artifact, details=details, actor=user)
    return artifact


def digest(snapshot: Mapping[str, Any]) -> str:
    """SHA-256 of a snapshot, whatever the order of its keys."""
    text = json.dumps(snapshot, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder)
    return sha256(text.encode()).hexdigest()


def _recipe(key: str, user: User) -> Recipe:
    found = recipes.get(key)
    if found is None:
        raise NotFound(_("There is no recipe %(key)s.") % {"key": key})
    if not found.allowed(user):
        raise Forbidden(_("Your role may not make this document. Please ask your manager."))
    return found


def _parsed(recipe: Recipe, arguments: Mapping[str, Any]) -> Any:
    try:
        return recipe.arguments.model_validate(dict(arguments))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or recipe.key
        raise Invalid(f"{place}: {first['msg']}", errors={place: first["msg"]}) from error
