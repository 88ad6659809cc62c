"""Who may put back what a run changed."""

from __future__ import annotations

from django.db.models import Model
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assistant.models import Run
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


def missing_right(run: Run, actor: User, model: type[Model], operation: RowOperation) -> str:
    """ "" when the actor may take back such a change of such a row, else the reason.

    It needs the right to delete what was added, and to change or delete the rest. Whoever asked for the run
    may take it back with the right to do it in the first place. Rows that a service wrote along, without the
    requester holding any right to them (the history of stages, a new lead's company), follow the others.
    """
    forth, back = (_right(model, words[operation]) for words in (FORTH, BACK))
    if not run.user.has_perm(forth):
        return ""
    if actor.has_perm(back) or (actor.pk == run.user_id and actor.has_perm(forth)):
        return ""
    return _("You do not have the right to do this to %(things)s.") % {
        "things": model._meta.verbose_name_plural
    }


def _right(model: type[Model], word: str) -> str:
    return f"{model._meta.app_label}.{word}_{model._meta.model_name}"
