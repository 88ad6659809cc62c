"""Errors as RFC 9457 problem documents."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions

from apps.core.api.problems import CONTENT_TYPE, exception_handler
from apps.core.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    RateLimited,
    TooLarge,
    Unavailable,
)

KNOWN: list[tuple[Exception, int, str]] = [
    (Invalid("No."), 400, "invalid"),
    (NotFound("No."), 404, "not_found"),
    (Forbidden("No."), 403, "forbidden"),
    (Conflict("No.", code="already_decided"), 409, "already_decided"),
    (TooLarge("No."), 413, "too_large"),
    (RateLimited("No."), 429, "rate_limited"),
    (Unavailable("No."), 503, "unavailable"),
    (Http404(), 404, "not_found"),
    (PermissionDenied(), 403, "forbidden"),
    (DataError("NUL"), 400, "invalid"),
    (RequestDataTooBig(), 413, "too_large"),
    (SuspiciousOperation(), 400, "invalid"),
    (MultiPartParserError(), 400, "invalid"),
    (exceptions.ValidationError({"name": ["Too long."]}), 400, "invalid"),
    (exceptions.NotAuthenticated(), 401, "not_authenticated"),
    (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
    (exceptions.UnsupportedMediaType("text/x"), 415, "unsupported_media_type"),
    (exceptions.Throttled(wait=3.2), 429, "throttled"),
]


@pytest.mark.parametrize(
    ("error", "status", "code"), KNOWN, ids=[type(error).__name__ for error, *_ in KNOWN]
)
def test_every_expected_error_is_a_document(error: Exception, status: int, code: str) -> None:
    answer = exception_handler(error, {})

    assert answer is not None
    assert (answer.status_code, answer.content_type) == (status, CONTENT_TYPE)
    assert answer.data["type"] == f"urn:mezzofy:problem:{code}"
    assert (answer.data["status"], answer.data["code"]) == (status, code)
    assert answer.data["title"]
    assert answer.data["detail"]


def test_a_bug_is_not_dressed_up() -> None:
    assert exception_handler(RuntimeError("bug"), {}) is None


def test_fields_are_named_and_the_first_sentence_is_the_detail() -> None:
    error = exceptions.ValidationError({"items": [{"name": ["Too long."]}], "other": ["No."]})
    answer = exception_handler(error, {})

    assert answer is not None
    assert answer.data["detail"] == "name: Too long."
    assert set(answer.data["errors"]) == {"items", "other"}


def test_a_domain_error_carries_its_fields() -> None:
    answer = exception_handler(DomainError("No.", errors={"url": ["Not a page."]}), {})
    assert answer is not None
    assert answer.data["errors"] == {"url": ["Not a page."]}


def test_who_is_throttled_is_told_for_how_long() -> None:
    answer = exception_handler(exceptions.Throttled(wait=3.2), {})
    assert answer is not None
    assert int(answer["Retry-After"]) >= 4
