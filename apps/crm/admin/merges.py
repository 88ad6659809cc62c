"""What was merged, and taking it back."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from apps.accounts.signed_in import signed_in
from apps.core.admin import RecordPageAdmin
from apps.core.errors import DomainError, Forbidden
from apps.crm.admin.merging import row_url
from apps.crm.models import Merge
from apps.crm.services import merging

STATES = {"merged": "info", "undone": "default"}


@admin.register(Merge)
class MergeAdmin(RecordPageAdmin):
    """Merges, newest first; one opens as what was done, with a button to take it back."""

    list_display = ["what", "kind", "state", "by", "created_at"]
    list_display_links = ["what"]
    list_filter = ["model"]
    list_select_related = ["by"]
    search_fields = ["kept_label", "merged_label"]
    search_help_text = gettext_lazy("Name of one of the two")

    def get_urls(self) -> list[URLPattern]:
        """The list, what was done, and the way back."""
        undo = path("<path:object_id>/undo/", self.admin_site.admin_view(self.undo), name="crm_merge_undo")
        return [undo, *super().get_urls()]

    def record_page(self, request: HttpRequest, record: Merge) -> HttpResponse:
        """What was done in place of a form: a merge is read, and taken back."""
        context = {
            **self.admin_site.each_context(request),
            **_told(request, record),
            "opts": self.opts,
            "title": _("Merge undone") if record.undone_at else _("Merged"),
            "merge": record,
        }
        return TemplateResponse(request, "admin/crm/merge_done.html", context)

    def undo(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take the merge back, and say what could not be."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        done = self.get_object(request, object_id)
        if done is None:
            missing: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            return missing
        try:
            undone = merging.undo_merge(actor=signed_in(request), merge=done)
        except DomainError as error:
            messages.error(request, error.detail)
        else:
            _say(request, undone)
        return HttpResponseRedirect(reverse("admin:crm_merge_change", args=[done.pk]))

    @admin.display(description=gettext_lazy("Merged"))
    def what(self, done: Merge) -> str:
        """Which into which."""
        return format_html("{} → {}", done.merged_label, done.kept_label)

    @admin.display(description=gettext_lazy("Kind"), ordering="model")
    def kind(self, done: Merge) -> str:
        """Lead, company or contact."""
        return _name(done.model)

    @display(description=gettext_lazy("Status"), label=STATES)
    def state(self, done: Merge) -> tuple[str, str]:
        """Whether it still holds."""
        return ("undone", _("Undone")) if done.undone_at else ("merged", _("Merged"))


def _told(request: HttpRequest, done: Merge) -> dict[str, Any]:
    """Both rows (None where one is not there for the reader), what was chosen and what was moved."""
    user = signed_in(request)
    model = apps.get_model(done.model)
    rows = model.objects.visible_to(user).in_bulk([done.kept_id, done.merged_id])
    kept, merged = rows.get(done.kept_id), rows.get(done.merged_id)
    return {
        "kept_url": row_url(kept) if kept else "",
        "merged_url": row_url(merged) if merged else "",
        "choices": merging.told_choices(done),
        "moved": [(number, _name(label, number)) for label, number in merging.moved_counts(done).items()],
        "may_undo": kept is not None and not done.undone_at and _may_merge(user, model),
    }


def _may_merge(user: Any, model: Any) -> bool:
    try:
        merging.require_right(user, model)
    except Forbidden:
        return False
    return True


def _name(label: str, number: int = 1) -> str:
    options = apps.get_model(label)._meta
    return str(options.verbose_name if number == 1 else options.verbose_name_plural)


def _say(request: HttpRequest, undone: merging.Undone) -> None:
    messages.success(request, _("The merge was undone. Both are there again."))
    if undone.edited:
        text = _("These fields were edited since and keep their values: %(fields)s.")
        messages.info(request, text % {"fields": ", ".join(undone.edited)})
    if undone.stayed:
        text = ngettext(
            "%d entry was deleted or moved elsewhere since, and stays so.",
            "%d entries were deleted or moved elsewhere since, and stay so.",
            undone.stayed,
        )
        messages.info(request, text % undone.stayed)
