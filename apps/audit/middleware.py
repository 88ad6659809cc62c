"""Opens the audit context of an HTTP request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.audit.choices import Source
from apps.audit.context import acting, client_ip


class AuditContextMiddleware:
    """Actor from the session (JWT views name theirs later), source from path and client."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor = request.user if request.user.is_authenticated else None
        with acting(actor=actor, source=_source(request), ip=client_ip(request)) as context:
            response = self.get_response(request)
            response["X-Correlation-ID"] = context.correlation_id
            return response


def _source(request: HttpRequest) -> str:
    if request.path.startswith("/admin/"):
        return Source.ADMIN
    if request.path.startswith("/webhooks/"):
        return Source.WEBHOOK
    return Source.MOBILE if request.headers.get("X-Mezzofy-Client") == "mobile" else Source.WEB
