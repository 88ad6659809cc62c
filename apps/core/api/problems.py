"""Errors as RFC 9457 problem documents."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import set_rollback

from apps.core.errors import DomainError

CONTENT_TYPE = "application/problem+json"

# The first that fits counts. PostgreSQL refuses what Python accepts, such as NUL characters in text.
DJANGO_ERRORS: tuple[tuple[tuple[type[Exception], ...], int, str, str], ...] = (
    ((Http404,), 404, "not_found", "There is no such resource."),
    ((PermissionDenied,), 403, "forbidden", "You may not do this."),
    ((DataError,), 400, "invalid", "The request holds a value that cannot be stored."),
    ((RequestDataTooBig,), 413, "too_large", "The request body is too large."),
    ((MultiPartParserError, SuspiciousOperation), 400, "invalid", "The request cannot be read."),
)


class ProblemSerializer(serializers.Serializer[dict[str, Any]]):
    """The body of every error answer (RFC 9457 with `code` and `errors`)."""

    type = serializers.CharField(help_text="A URI that names the kind of problem.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="A sentence for the user.")
    code = serializers.CharField(help_text="Stable, for programs.")
    errors = serializers.DictField(  # type: ignore[assignment]
        required=False, help_text="Field name to list of sentences."
    )


def problem(
    *, status: int, code: str, detail: str, title: str = "", errors: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The document as a dictionary."""
    body: dict[str, Any] = {
        "type": f"urn:mezzofy:problem:{code}",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if errors:
        body["errors"] = errors
    return body


def problem_response(error: DomainError) -> JsonResponse:
    """A domain error as an answer of a plain Django view."""
    body = problem(
        status=error.status, code=error.code, detail=error.detail, title=error.title, errors=error.errors
    )
    return JsonResponse(body, status=error.status, content_type=CONTENT_TYPE)


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:  # noqa: ARG001
    """DRF's hook: every expected failure becomes a problem document; a bug stays a 500."""
    headers: dict[str, str] = {}
    if isinstance(exc, DomainError):
        body = problem(
            status=exc.status, code=exc.code, detail=exc.detail, title=exc.title, errors=exc.errors
        )
    elif (known := _of_django(exc)) is not None:
        body = known
    elif isinstance(exc, exceptions.APIException):
        body = _from_api_exception(exc)
        headers = _headers(exc)
    else:
        return None
    set_rollback()
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


def _of_django(exc: Exception) -> dict[str, Any] | None:
    for kinds, status, code, detail in DJANGO_ERRORS:
        if isinstance(exc, kinds):
            return problem(status=status, code=code, detail=detail)
    return None


def _from_api_exception(exc: exceptions.APIException) -> dict[str, Any]:
    if isinstance(exc, exceptions.ValidationError):
        errors = exc.detail if isinstance(exc.detail, dict) else {"non_field_errors": exc.detail}
        return problem(
            status=400, code="invalid", detail=_first_sentence(errors), title="Invalid input", errors=errors
        )
    detail = exc.detail
    if isinstance(detail, dict):  # simplejwt puts its code inside the detail
        code = str(detail.get("code", exc.default_code))
        return problem(status=exc.status_code, code=code, detail=str(detail.get("detail", "")))
    code = getattr(detail, "code", exc.default_code)
    return problem(status=exc.status_code, code=str(code), detail=str(detail))


def _first_sentence(errors: Any, field: str = "") -> str:
    if isinstance(errors, dict):
        field, value = next(iter(errors.items()), ("", ""))
        return _first_sentence(value, str(field))
    if isinstance(errors, list):
        return _first_sentence(errors[0], field) if errors else "The input is not valid."
    return f"{field}: {errors}" if field and field != "non_field_errors" else str(errors)


def _headers(exc: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if header := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return headers


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:  # noqa: ARG001
    """400: what Django itself could not read."""
    return _error(request, 400, "invalid", "The request cannot be read.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """403: what stands against it where that was said, and whom to ask."""
    detail = str(exception) or "You do not have the right to open this page. Your manager can ask for it."
    return _error(request, 403, "forbidden", detail)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:  # noqa: ARG001
    """403: a form from another site, or one that was open across a log-in."""
    return _error(
        request, 403, "csrf_failed", "This form is no longer valid. Go back, reload the page and try again."
    )


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:  # noqa: ARG001
    """404: a problem document under /api/, a page elsewhere."""
    return _error(request, 404, "not_found", "There is nothing at this address.")


def server_error(request: HttpRequest) -> HttpResponseBase:
    """500: says nothing of the inside."""
    return _error(request, 500, "internal_error", "Something went wrong on our side. It has been logged.")


def _error(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    if request.path.startswith(("/api/", "/webhooks/", "/health")):
        body = problem(status=status, code=code, detail=detail)
        return JsonResponse(body, status=status, content_type=CONTENT_TYPE)
    return render(request, "error.html", {"status": status, "detail": detail}, status=status)
