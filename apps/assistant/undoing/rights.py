"""Who may put back what a run changed: what counts is what the person who undoes may do today.

The rights of the person who asked for the run never stand in for those of the person who undoes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.contrib.auth.models import Permission
from django.db.models import Model
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assistant.models import Run
from apps.assistant.toolkit import tools
from apps.audit.choices import RowOperation

#: The right that a change needs, and the right to take it back.
FORTH = {RowOperation.INSERT: "add", RowOperation.UPDATE: "change", RowOperation.DELETE: "delete"}
BACK = {RowOperation.INSERT: "delete", RowOperation.UPDATE: "change", RowOperation.DELETE: "delete"}


def who_may(run: Run, actor: User) -> str:
    """Why the actor may not ask for it at all; "" for the requester, or a manager who sees the run."""
    if (
        not actor.has_perm("assistant.view_run")
        or not Run.objects.visible_to(actor).filter(pk=run.pk).exists()
    ):
        return _("There is no such run, or it is not for you to see.")
    manages = actor.has_perm("assistant.view_department_runs") or actor.has_perm("assistant.view_all_runs")
    if run.user_id != actor.pk and not manages:
        return _("Only the person who asked for it, or their manager, may undo a run.")
    return ""


def holds_right(run: Run, actor: User, model: type[Model], operation: RowOperation) -> bool:
    """Whether the actor may take back such a change of a row of that kind.

    It needs the right to delete what was added, and to change or delete the rest. Whoever asked for the run
    may also take it back with the right to do it in the first place.
    """
    if actor.has_perm(_right(model, BACK[operation])):
        return True
    return actor.pk == run.user_id and actor.has_perm(_right(model, FORTH[operation]))


def no_right(model: type[Model]) -> str:
    """The sentence for whoever lacks the right to rows of that kind."""
    return _("You do not have the right to do this to %(things)s.") % {
        "things": model._meta.verbose_name_plural
    }


def kinds_asked_for(run: Run, steps: Collection[UUID]) -> dict[UUID, set[str]]:
    """By step, the kinds of rows ("crm.lead") that the rights to its tool are about.

    A step whose tool is gone, or needs no right, is left out: nothing can be said of what it wrote along.
    """
    needed: dict[UUID, set[str]] = {}
    for pk, name in run.steps.filter(pk__in=steps).values_list("pk", "name"):
        tool = tools.get(name)
        if tool is not None and tool.permission:
            needed[pk] = {tool.permission} if isinstance(tool.permission, str) else set(tool.permission)
    kinds = _kinds({right for rights in needed.values() for right in rights})
    return {pk: {kinds[right] for right in rights} for pk, rights in needed.items() if rights <= kinds.keys()}


def was_written_along(model: type[Model], kinds: Iterable[set[str] | None]) -> bool:
    """Whether a row only came with another one: each step that wrote it asked for a right to something else,
    as the history of stages and the company of a new lead come with the lead.
    """
    return all(asked is not None and model._meta.label_lower not in asked for asked in kinds)


def _kinds(rights: Collection[str]) -> dict[str, str]:
    """What each of those rights is about, whatever its name; rights that are not there are left out."""
    rows = Permission.objects.filter(codename__in=[right.partition(".")[2] for right in rights])
    about = {
        f"{app}.{codename}": f"{app}.{model}"
        for app, codename, model in rows.values_list(
            "content_type__app_label", "codename", "content_type__model"
        )
    }
    return {right: about[right] for right in rights if right in about}


def _right(model: type[Model], word: str) -> str:
    return f"{model._meta.app_label}.{word}_{model._meta.model_name}"
