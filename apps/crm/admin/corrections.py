"""Correcting what one wrote down, in the timeline itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from apps.accounts.signed_in import signed_in
from apps.core.errors import NotFound
from apps.core.versions import Stale, version_of
from apps.crm.action_forms import CorrectionForm, checked, kept
from apps.crm.admin.answers import as_typed
from apps.crm.admin.quick_actions import Done, route, small_form
from apps.crm.changes import last_editor
from apps.crm.models import Activity
from apps.crm.services.activities import edit_note
from apps.crm.services.locks import require
from apps.crm.subjects import Subject
from apps.crm.timeline import Entry, wording

if TYPE_CHECKING:
    from apps.crm.admin.subject_page import SubjectAdmin

#: Characters of somebody else's words in the sentence about a conflict.
EXCERPT = 300


def urls(admin: SubjectAdmin) -> list[URLPattern]:
    """The path below the page of one row."""
    return [route(admin, "entries/<uuid:activity>/", "correct", small_form(admin, partial(_correct, admin)))]


def with_corrections(
    request: HttpRequest, entries: Sequence[Entry]
) -> list[tuple[Entry, CorrectionForm | None]]:
    """Each entry with the form that corrects it, if the person wrote it; one query for all."""
    user = signed_in(request)
    keys = [entry.key for entry in entries if entry.id.startswith("activity-")]
    own = Activity.objects.filter(pk__in=keys, by=user) if user.has_perm("crm.add_activity") else ()
    forms = {row.pk: as_typed(request, CorrectionForm(activity=row)) for row in own}
    return [(entry, forms.get(entry.key)) for entry in entries]


def _correct(admin: SubjectAdmin, request: HttpRequest, subject: Subject, *, activity: UUID) -> Done:
    user = signed_in(request)
    require(user, "crm.add_activity")
    found = Activity.objects.visible_to(user).filter(pk=activity).first()
    if found is None:
        raise NotFound(_("There is no such note."))
    form = CorrectionForm(request.POST, activity=found)
    with kept(form):
        typed = checked(form)
        try:
            corrected = edit_note(actor=user, activity=found, **typed)
        except Stale as error:
            raise _overtaken(found, typed["version"]) from error
    entry = wording.activity(corrected, subject)
    regions = {entry.id: admin.entry_html(request, subject, entry)}
    return Done(_("The text was corrected."), regions=regions)


def _overtaken(activity: Activity, version: str) -> Stale:
    """Says who changed the text, and what it is now; who saves again with the version of now means it."""
    activity.refresh_from_db()
    editor = last_editor(activity, version)
    text = _("%(who)s changed this in the meantime (now: “%(text)s”). Save again to put your words there.")
    told = {"who": editor or _("Somebody else"), "text": Truncator(activity.note).chars(EXCERPT)}
    return Stale(text % told, errors={"version": [version_of(activity)]})
