"""The pages of evaluations: asking for one, watching it, reading it, and two of them side by side."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.assistant.admin.agent_pages import visible_version
from apps.assistant.evaluation import comparing, selectors, services
from apps.assistant.evaluation.reading import reading_of
from apps.assistant.evaluation.running import OFFLINE
from apps.assistant.models import AgentVersion, Evaluation
from apps.assistant.naming import mode_title
from apps.core.errors import DomainError

#: Failures that are told while an evaluation is under way.
FAILED_SO_FAR = 5


def urls(model_admin: admin.ModelAdmin[Any]) -> list[URLPattern]:
    """Below the list of evaluations."""
    wrap = model_admin.admin_site.admin_view

    def asking(request: HttpRequest) -> HttpResponse:
        return _ask(model_admin, request)

    def comparison(request: HttpRequest, pk: UUID) -> HttpResponse:
        return _compare(model_admin, request, pk)

    return [
        path("ask/", wrap(asking), name="assistant_evaluation_ask"),
        path("<uuid:pk>/stop/", wrap(_stop), name="assistant_evaluation_stop"),
        path("<uuid:pk>/compare/", wrap(comparison), name="assistant_evaluation_compare"),
    ]


def page(model_admin: admin.ModelAdmin[Any], request: HttpRequest, record: Evaluation) -> HttpResponse:
    """One evaluation; `?part=progress` is the part of it that changes while it is under way."""
    viewer = signed_in(request)
    context = {
        "found": selectors.overview(record),
        "state": record.get_status_display(),
        "may_stop": services.may_stop(record, viewer),
        "failed_so_far": selectors.failed_so_far(record, limit=FAILED_SO_FAR),
    }
    if request.GET.get("part") == "progress":
        return TemplateResponse(request, "admin/assistant/evaluation/progress.html", context)
    only_failed = request.GET.get("show") == "failed"
    results = record.results.select_related("case")
    barriers = selectors.barriers(viewer)
    before = selectors.one_before(record)
    context |= {
        "readings": [
            reading_of(result, barriers)
            for result in (results.filter(passed=False) if only_failed else results)
        ],
        "newly_failed": selectors.newly_failed(record, before),
        "only_failed": only_failed,
        "others": selectors.comparable_with(record),
        "before": before,
    }
    return _rendered(model_admin, request, "evaluation", _("Evaluation"), context)


def _ask(model_admin: admin.ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    """Which version, and with or without a model."""
    viewer = signed_in(request)
    if not viewer.has_perm("assistant.view_evaluation"):
        raise Http404
    version = _version(request, viewer)
    if request.method == "POST":
        try:
            evaluation = services.ask_for_evaluation(
                actor=viewer,
                mode=request.POST.get("mode", OFFLINE),
                versions=(version,) if version else (),
            )
        except DomainError as error:
            messages.error(request, error.detail)
        else:
            return HttpResponseRedirect(_address(evaluation.pk))
    modes = [(mode, mode_title(mode)) for mode in services.modes_for(viewer)]
    context = {"version": version, "modes": modes, "offline": OFFLINE}
    return _rendered(model_admin, request, "ask", _("Evaluate"), context)


@require_POST
def _stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    viewer = signed_in(request)
    try:
        services.stop_evaluation(actor=viewer, evaluation=_visible(viewer, pk))
    except DomainError as error:
        messages.error(request, error.detail)
    return HttpResponseRedirect(_address(pk))


def _compare(model_admin: admin.ModelAdmin[Any], request: HttpRequest, pk: UUID) -> HttpResponse:
    """The later one of the two on the right, whichever was asked for first."""
    viewer = signed_in(request)
    after = _visible(viewer, pk)
    wanted = request.GET.get("with", "")
    before = _visible(viewer, wanted) if wanted else selectors.one_before(after)
    if before is None:
        messages.warning(request, _("There is no other evaluation in this mode to compare with."))
        return HttpResponseRedirect(_address(pk))
    if before.created_at > after.created_at:
        before, after = after, before
    found = comparing.compare(before, after, selectors.barriers(viewer))
    context = {"found": found, "others": selectors.comparable_with(after)}
    return _rendered(model_admin, request, "compare", _("What changed"), context)


def _version(request: HttpRequest, viewer: User) -> AgentVersion | None:
    wanted = request.POST.get("version") or request.GET.get("version")
    return visible_version(viewer, wanted) if wanted else None


def _visible(viewer: User, pk: object) -> Evaluation:
    try:
        found = Evaluation.objects.visible_to(viewer).filter(pk=UUID(str(pk))).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def _address(pk: UUID) -> str:
    return reverse("admin:assistant_evaluation_change", args=[pk])


def _rendered(
    model_admin: admin.ModelAdmin[Any], request: HttpRequest, name: str, title: str, context: dict[str, Any]
) -> HttpResponse:
    base = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts, "title": title}
    return TemplateResponse(request, f"admin/assistant/evaluation/{name}.html", {**base, **context})
