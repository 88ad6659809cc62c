"""The queue: everything that waits for one person, read, edited and decided in one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.assistant import services
from apps.assistant.admin.argument_form import ArgumentsForm
from apps.assistant.approving.deciders import who_may
from apps.assistant.approving.deciding import Answered, Look, decide_many, look_at_edit
from apps.assistant.approving.reading import question
from apps.assistant.approving.selectors import may_decide, neighbours, queue_for
from apps.assistant.choices import ApprovalStatus, DecidedVia
from apps.assistant.evaluation import services as evaluation
from apps.assistant.models import Approval
from apps.assistant.toolkit import Touched, tools
from apps.core.errors import DomainError
from apps.core.ids import uuid_or_none

APPROVE, REJECT, LOOK = "approve", "reject", "look"
#: Nobody decides more at a sitting; the rest follows when these are done.
SHOWN = 100


def urls(admin: ModelAdmin[Approval]) -> list[URLPattern]:
    """The pages, below the list of approvals."""
    wrap = admin.admin_site.admin_view
    return [
        path("queue/", wrap(_page(admin)), name="assistant_approval_queue"),
        path("queue/together/", wrap(require_POST(_together)), name="assistant_approval_together"),
        path("queue/<uuid:pk>/", wrap(_page(admin)), name="assistant_approval_queue_one"),
        path("queue/<uuid:pk>/learn/", wrap(require_POST(_learn)), name="assistant_approval_learn"),
        path("queue/<uuid:pk>/decide/", wrap(require_POST(_decide(admin))), name="assistant_approval_decide"),
    ]


def address(approval: Approval | None) -> str:
    """Where the approval is decided; the queue itself without one."""
    if approval is None:
        return reverse("admin:assistant_approval_queue")
    return reverse("admin:assistant_approval_queue_one", args=[approval.pk])


def _page(admin: ModelAdmin[Approval]) -> Callable[..., HttpResponse]:
    def page(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        """What waits on one side, the one that is looked at on the other."""
        user = _reader(request)
        chosen = queue_for(user).first() if pk is None else _named(user, pk)
        return _shown(admin, request, chosen, form=_form(chosen, user))

    return page


def _decide(admin: ModelAdmin[Approval]) -> Callable[..., HttpResponse]:
    def decide(request: HttpRequest, pk: UUID) -> HttpResponse:
        """Approve as proposed or as edited, or reject, and on to the next; LOOK shows what an edit does."""
        user = _reader(request)
        approval = _named(user, pk)
        form = _form(approval, user, request.POST)
        decision = request.POST.get("decision", "")
        edited: dict[str, Any] | None = None
        if form is not None and decision != REJECT:
            if not form.is_valid():
                return _shown(admin, request, approval, form=form, status=400)
            edited = form.edited()
        try:
            if decision == LOOK:
                return _shown(admin, request, approval, form=form, look=_look(approval, user, edited))
            _answer(request, approval, user, decision, edited)
        except DomainError as error:
            return _refused(admin, request, approval, form, edited, error)
        return HttpResponseRedirect(address(neighbours(approval, user)[1]))

    return decide


def _answer(
    request: HttpRequest, approval: Approval, user: User, decision: str, edited: dict[str, Any] | None
) -> None:
    services.decide(
        approval=approval, user=user, decision=REJECT if decision == REJECT else APPROVE, arguments=edited,
        note=request.POST.get("note", "")[:2000], via=DecidedVia.QUEUE, seen=request.POST.get("seen", ""),
    )  # fmt: skip
    done = _("Rejected: %(what)s") if decision == REJECT else _("Approved: %(what)s")
    messages.success(request, done % {"what": approval.summary})


def _look(approval: Approval, user: User, edited: dict[str, Any] | None) -> Look:
    arguments = approval.arguments if edited is None else edited
    return look_at_edit(approval=approval, user=user, arguments=arguments)


def _refused(
    admin: ModelAdmin[Approval],
    request: HttpRequest,
    approval: Approval,
    form: ArgumentsForm | None,
    edited: dict[str, Any] | None,
    error: DomainError,
) -> HttpResponse:
    """The page again with what was typed; the next one if this has been answered meanwhile."""
    user = signed_in(request)
    messages.error(request, error.detail)
    approval.refresh_from_db()
    if approval.status != ApprovalStatus.PENDING:
        return HttpResponseRedirect(address(neighbours(approval, user)[1]))
    look = _look(approval, user, edited) if error.code == "look_again" else None
    return _shown(admin, request, approval, form=form, look=look, status=409)


def _together(request: HttpRequest) -> HttpResponse:
    """The same answer to several questions of one kind; each stands or falls by itself."""
    user = _reader(request)
    decision = REJECT if request.POST.get("decision") == REJECT else APPROVE
    keys = _keys(request.POST.getlist("chosen"))
    chosen = list(Approval.objects.visible_to(user).filter(pk__in=keys).order_by("expires_at", "pk"))
    try:
        answers = decide_many(approvals=chosen, user=user, decision=decision, via=DecidedVia.QUEUE)
    except DomainError as error:
        messages.error(request, error.detail)
        return HttpResponseRedirect(address(None))
    _tell_together(request, chosen, answers)
    return HttpResponseRedirect(address(None))


def _tell_together(request: HttpRequest, chosen: list[Approval], answers: list[Answered]) -> None:
    """How many were approved or rejected, how many were left, and of each of these why."""
    if not chosen:
        messages.warning(request, _("Nothing was chosen."))
        return
    counted = Counter(answer.status if answer.ok else "" for answer in answers)
    words = {
        ApprovalStatus.APPROVED: _("%(number)d approved"),
        ApprovalStatus.REJECTED: _("%(number)d rejected"),
        "": _("%(number)d skipped"),
    }
    told = [word % {"number": counted[status]} for status, word in words.items() if counted[status]]
    messages.add_message(
        request, messages.WARNING if counted[""] else messages.SUCCESS, f"{', '.join(told)}."
    )
    names = {approval.pk: approval.summary for approval in chosen}
    for answer in answers:
        if not answer.ok:
            left = {"what": names[answer.id], "why": answer.detail}
            messages.error(request, _("Skipped: %(what)s. %(why)s") % left)


def _learn(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the person corrected becomes a case of the evaluation."""
    user = _reader(request)
    approval = _named(user, pk)
    try:
        case = evaluation.case_from_approval(approval=approval, actor=user)
    except DomainError as error:
        messages.error(request, error.detail)
        return HttpResponseRedirect(address(approval))
    messages.success(request, _("The correction is a case now. It is played at the next evaluation."))
    return HttpResponseRedirect(reverse("admin:assistant_evaluationcase_change", args=[case.pk]))


def _shown(
    admin: ModelAdmin[Approval],
    request: HttpRequest,
    chosen: Approval | None,
    *,
    form: ArgumentsForm | None,
    look: Look | None = None,
    status: int = 200,
) -> HttpResponse:
    user = signed_in(request)
    previous, following = neighbours(chosen, user) if chosen else (None, None)
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": _("Waiting for a decision"),
        "is_fullwidth": "1",
        "waiting": list(queue_for(user)[:SHOWN]),
        "chosen": chosen,
        "question": question(chosen, user, look.preview if look else None) if chosen else None,
        "seen": look.seen if look else "",
        "form": form,
        "hindrance": _hindrance(chosen, user) if chosen else "",
        "previous": previous,
        "following": following,
        "note": request.POST.get("note", ""),
        "is_editing": request.method == "POST",
    }
    return TemplateResponse(request, "admin/assistant/approval/queue.html", context, status=status)


def _hindrance(approval: Approval, user: User) -> str:
    """ "" when the person may approve, else the sentence why not and who may."""
    sentence = may_decide(approval, user)
    is_open = approval.status == ApprovalStatus.PENDING
    return f"{sentence} {who_may(approval)}" if sentence and is_open else sentence


def _reader(request: HttpRequest) -> User:
    user = signed_in(request)
    if not user.has_perm("assistant.view_approval"):
        raise PermissionDenied
    return user


def _named(user: User, pk: UUID) -> Approval:
    """The approval, also if it is decided already; one that the user may not see is not there."""
    visible = Approval.objects.visible_to(user)
    found = visible.select_related("run__user", "run__message", "decided_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _form(approval: Approval | None, user: User, data: Any = None) -> ArgumentsForm | None:
    """The form of a question that is open and whose tool is still there."""
    tool = tools.get(approval.tool) if approval else None
    if approval is None or tool is None or approval.status != ApprovalStatus.PENDING:
        return None
    touches = [Touched.model_validate(row) for row in approval.touches]
    return ArgumentsForm(tool, approval.arguments, data, user=user, touches=touches)


def _keys(texts: list[str]) -> list[UUID]:
    return [key for text in texts[:SHOWN] if (key := uuid_or_none(text))]
