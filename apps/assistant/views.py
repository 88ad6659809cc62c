"""The page behind a link in a mail: it shows what is asked, and decides only when a button is pressed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.generic import View

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.approving import links
from apps.assistant.approving.deciders import may_decide
from apps.assistant.approving.effects import why
from apps.assistant.approving.links import Opened
from apps.assistant.limits import count_knock
from apps.audit.choices import Source
from apps.audit.context import acting, client_ip
from apps.core.errors import DomainError, Invalid

KNOCKS_PER_MINUTE = 30
MAX_NOTE = 2000


# Where the token alone decides, no session is at work that another site could abuse; and a page that sends no
# referrer sends no origin either, which the check for forged forms would refuse. What goes by the session is
# checked in `_answered_in_session`.
@method_decorator(csrf_exempt, name="dispatch")
class LinkPage(View):
    """`/approvals/<token>`. Opening it changes nothing: scanners of mail open every link."""

    http_method_names = ["get", "head", "post"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or a sentence why not; its address goes nowhere else."""
        try:
            count_knock("approval-link", client_ip(request) or "", limit=KNOCKS_PER_MINUTE, seconds=60)
            response = super().dispatch(request, *args, **kwargs)
        except DomainError as error:
            response = render(
                request, "error.html", {"status": error.status, "detail": error.detail}, status=error.status
            )
        response["Cache-Control"] = "no-store"
        response.setdefault("Referrer-Policy", "no-referrer")
        response["X-Robots-Tag"] = "noindex"
        return response

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """What would be done, and two buttons while it is open."""
        opened = links.opened(token)
        return _page(request, opened) if _is_let_in(request, opened) else _door(request, opened)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """The answer, as the person to whom the mail was sent."""
        opened = links.opened(token)
        if not _is_let_in(request, opened):
            return _door(request, opened)
        answered = _answered_in_session if opened.needs_log_in else _answered
        return answered(request, opened, token)


def _is_let_in(request: HttpRequest, opened: Opened) -> bool:
    return not opened.needs_log_in or opened.opens_for(_user(request))


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _door(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Whose link it is, and the way to log in; nothing of what is asked."""
    words = {
        "approver": opened.approver,
        "stranger": _user(request),
        "log_in": f"{settings.LOGIN_URL}?{urlencode({'next': request.path}, safe='/')}",
    }
    return render(request, "approvals/door.html", words, status=403)


def _answered(request: HttpRequest, opened: Opened, token: str) -> HttpResponse:
    decision = request.POST.get("decision", "")
    note = request.POST.get("note", "").replace("\x00", "").strip()
    if decision not in {"approve", "reject"} or len(note) > MAX_NOTE:
        raise Invalid("The answer is approve or reject, with a short note.")
    with acting(actor=opened.approver, source=Source.WEB, ip=client_ip(request)):
        try:
            user = _user(request) if opened.needs_log_in else None
            links.answer(token=token, decision=decision, note=note, user=user)
        except DomainError as error:
            return _page(request, links.opened(token), problem=error)
    return _page(request, links.opened(token), done=True)


@csrf_protect
def _answered_in_session(request: HttpRequest, opened: Opened, token: str) -> HttpResponse:
    return _answered(request, opened, token)


def _page(
    request: HttpRequest, opened: Opened, *, problem: DomainError | None = None, done: bool = False
) -> HttpResponse:
    approval = opened.approval
    reason = "" if done else may_decide(approval, opened.approver)
    words = {
        "approval": approval,
        "why": why(approval),
        "approver": opened.approver,
        "requester": approval.run.user,
        "preview": approval.preview,
        "files": _files(opened),
        "reason": problem.detail if problem else reason,
        "is_open": not done and not reason,
        "needs_log_in": opened.needs_log_in,
        "done": done,
    }
    response = render(request, "approvals/decide.html", words, status=problem.status if problem else 200)
    if opened.needs_log_in:
        # The check for forged forms wants to know where the form comes from.
        response["Referrer-Policy"] = "same-origin"
    return response


def _files(opened: Opened) -> list[str]:
    """Names of the files that would go with it."""
    wanted = opened.approval.preview.get("files", [])
    return list(Artifact.objects.filter(pk__in=wanted).order_by("name").values_list("name", flat=True))
