"""The page of a lead, a company or a contact: a headline, quick actions, and tabs around the form."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.errors import NotFound
from apps.crm.action_forms import LOG_FORMS, Refused
from apps.crm.admin import corrections, merging, quick_actions
from apps.crm.admin.answers import as_typed, piece
from apps.crm.admin.merging import FollowsMerges
from apps.crm.admin.panels import SUBJECT_PANELS, Panel
from apps.crm.admin.versioned import VersionedAdmin
from apps.crm.choices import ActivityKind
from apps.crm.models import Task
from apps.crm.subjects import subject_url
from apps.crm.timeline import Entry


def page_words() -> dict[str, str]:
    """The sentences of the page's scripts."""
    limit = settings.ARTIFACT_MAX_BYTES // (1024 * 1024)
    return {
        "unreachable": _("The server cannot be reached. Check the connection, then try again."),
        "unreadable": _("Something went wrong. Reload the page, then try again."),
        "too_large": _("The file is larger than %(limit)d MB.") % {"limit": limit},
        "reload": _("Reload the page to see it."),
        "reload_now": _("Reload"),
    }


class SubjectAdmin(FollowsMerges, VersionedAdmin):
    """Everything that happens around a row, in one place. Only the opened tab is read from the database."""

    change_form_template = "admin/crm/subject/page.html"
    add_form_template = "admin/crm/subject/add.html"
    panels: ClassVar[Mapping[str, Panel]] = SUBJECT_PANELS
    page_select_related: ClassVar[tuple[str, ...]] = ()
    #: Kinds of activities that can be logged here, in the order of the buttons.
    log_kinds: ClassVar[tuple[ActivityKind, ...]] = (
        ActivityKind.NOTE,
        ActivityKind.CALL,
        ActivityKind.EMAIL,
        ActivityKind.MEETING,
    )

    def get_urls(self) -> list[URLPattern]:
        """The pieces of the page and its small forms, before Django's own paths."""
        own: list[URLPattern] = [*merging.urls(self), *quick_actions.urls(self), *corrections.urls(self)]
        return [*own, *super().get_urls()]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:  # noqa: ARG002
        """The row with what its page names, or None when it is not for this person."""
        try:
            key = UUID(str(object_id))
        except ValueError:
            return None
        return self.page_rows(request).filter(pk=key).first()

    def page_rows(self, request: HttpRequest) -> QuerySet[Any]:
        """The visible rows with what the headline names, so that it costs no query of its own."""
        tasks = Task.objects.visible_to(request.user).open().order_by("due_at", "id")
        of_row = tasks.filter(**{str(self.opts.model_name): OuterRef("pk")})
        rows = self.get_queryset(request).select_related(*self.page_select_related)
        found: QuerySet[Any] = rows.annotate(
            first_title=Subquery(of_row.values("title")[:1]), first_due=Subquery(of_row.values("due_at")[:1])
        )
        return found

    def subject(self, request: HttpRequest, pk: UUID) -> Any:
        """The row for a piece of its page. Raises `NotFound` also when it is there for others."""
        found = self.get_object(request, str(pk))
        if found is None or not self.has_view_permission(request, found):
            raise NotFound(_("There is no such page, or it is not yours."))
        return found

    def headline(self, request: HttpRequest, subject: Any) -> dict[str, Any]:
        """What the top and the side of the page show, of a row of `page_rows`."""
        raise NotImplementedError

    def regions(self, request: HttpRequest, subject: Any) -> dict[str, str]:
        """The pieces that any action may change, by the name of their place."""
        context = self.page_context(request, subject)
        regions = {
            name: piece(request, context[f"{name}_template"], context) for name in ("headline", "side")
        }
        for name in ("tasks", "timeline"):
            if name in self.tabs(request, subject):
                regions[name] = self.panel_html(request, subject, name)
        return regions

    def tabs(self, request: HttpRequest, subject: Any) -> dict[str, Panel]:
        """The tabs that the person may open, by name."""
        may_edit = self.has_change_permission(request, subject)
        return {
            name: panel
            for name, panel in self.panels.items()
            if panel.is_for(request) and (may_edit or name != "edit")
        }

    def panel_html(self, request: HttpRequest, subject: Any, name: str) -> str:
        """One tab."""
        panel = self.panels[name]
        return piece(request, panel.template, {**self._fixed(subject), **panel.content(request, subject)})

    def entry_html(self, request: HttpRequest, subject: Any, entry: Entry) -> str:
        """One entry of the timeline."""
        [(entry, form)] = corrections.with_corrections(request, [entry])
        context = {**self._fixed(subject), "entry": entry, "form": form}
        return piece(request, "admin/crm/timeline_entry.html", context)

    def page_context(self, request: HttpRequest, subject: Any) -> dict[str, Any]:
        """The headline, the side and the small forms."""
        user = request.user
        return {
            **self._fixed(subject),
            **self.headline(request, subject),
            "logs": [(kind, as_typed(request, LOG_FORMS[kind]())) for kind in self.log_kinds],
            "may_log": user.has_perm("crm.add_activity"),
            "may_plan": user.has_perm("crm.add_task"),
        }

    def page_again(self, request: HttpRequest, pk: UUID, refusal: Refused) -> HttpResponse:
        """For a browser without scripts: the page as it is now, with the refused form as it was typed."""
        messages.error(request, refusal.error.detail)
        again: Any = copy(request)
        again.method = "GET"
        again.refused_form = refusal.form
        answer = self.changeform_view(again, str(pk))
        if answer.status_code == 200:
            answer.status_code = refusal.error.status
        return answer

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Django's form as one tab of the page. A refused form leaves in `obj` what was typed: read again."""
        if obj is not None:
            obj = obj if request.method == "GET" else self.get_object(request, str(obj.pk))
            context = {**context, **self._around(request, obj), "subtitle": str(obj)}
        answer: HttpResponse = super().render_change_form(request, context, add, change, form_url, obj)
        return answer

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:  # noqa: ARG002
        """Back to the page: it shows what was changed."""
        return HttpResponseRedirect(request.path)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:  # noqa: ARG002
        """To the new page."""
        return HttpResponseRedirect(subject_url(obj))

    def _around(self, request: HttpRequest, subject: Any) -> dict[str, Any]:
        """What the page shows beside the form."""
        tabs = self.tabs(request, subject)
        refused = getattr(request, "refused_form", None)
        asked = "edit" if request.method == "POST" else refused.tab if refused else request.GET.get("tab", "")
        opened = asked if asked in tabs else next(iter(tabs))
        return {
            **self.page_context(request, subject),
            **tabs[opened].content(request, subject),
            "tabs": tabs.items(),
            "opened": opened,
            "opened_template": tabs[opened].template,
            "act": request.GET.get("act", ""),
            "page_words": page_words(),
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
        }

    def _fixed(self, subject: Any) -> dict[str, Any]:
        """What every piece may name."""
        noun = self.opts.model_name
        return {
            "subject": subject,
            "noun": noun,
            "page_url": subject_url(subject),
            "base_url": f"{subject_url(subject).removesuffix('change/')}",
            "headline_template": f"admin/crm/{noun}/headline.html",
            "side_template": f"admin/crm/{noun}/side.html",
            "now": timezone.now(),
        }
