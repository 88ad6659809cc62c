"""`Idempotency-Key`: a retry returns the first answer."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api.problems import CONTENT_TYPE
from apps.core.errors import Conflict, Invalid
from apps.core.models import IdempotentRequest

ABANDONED_AFTER = timedelta(minutes=2)
"""A first request that has not answered by then died with its process; the retry takes over."""


class _Replay(Exception):
    def __init__(self, record: IdempotentRequest) -> None:
        super().__init__(record.key)
        self.record = record


class IdempotentMixin(APIView):
    """For views whose POST must not happen twice.

    The key belongs to the user. The same key with another path or body is refused; a retry that overtakes
    the first request is told to wait. Answers of 500 and above are not kept: they may be tried again.
    """

    _record: IdempotentRequest | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """After authentication: claim the key, or leave with the kept answer."""
        super().initial(request, *args, **kwargs)
        key = request.headers.get("Idempotency-Key", "")
        if request.method != "POST" or not key or not request.user.is_authenticated:
            return
        if len(key) > 200 or not key.isprintable():
            raise Invalid("The Idempotency-Key must be at most 200 printable characters.")
        self._record = _claim(request, key)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a replay; otherwise let DRF do it."""
        if isinstance(exc, _Replay):
            record = exc.record
            refused = (record.response_status or 0) >= 400
            body = json.loads(record.response_body) if record.response_body else None
            content_type = CONTENT_TYPE if refused else None
            response = Response(body, status=record.response_status, content_type=content_type)
            response["Idempotent-Replay"] = "true"
            return response
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Keep the answer for retries."""
        finished = super().finalize_response(request, response, *args, **kwargs)
        if self._record is not None:
            if finished.status_code >= 500:
                self._record.delete()
            else:
                self._record.response_status = finished.status_code
                # As text within the JSON column: an answer may echo characters that PostgreSQL refuses.
                self._record.response_body = json.dumps(finished.data, cls=DjangoJSONEncoder)
                self._record.save(update_fields=["response_status", "response_body"])
        return finished


def _claim(request: Request, key: str) -> IdempotentRequest:
    digest = sha256(_fingerprint(request)).hexdigest()
    with transaction.atomic():
        record, created = IdempotentRequest.objects.select_for_update().get_or_create(
            user_id=str(request.user.pk), key=key, defaults={"path": request.path, "body_sha256": digest}
        )
        if created:
            return record
        if (record.path, record.body_sha256) != (request.path, digest):
            raise Invalid("This Idempotency-Key was used for another request.", code="idempotency_key_reused")
        if record.response_status is not None:
            raise _Replay(record)
        if timezone.now() - record.created_at < ABANDONED_AFTER:
            raise Conflict("The first request with this key is still being worked on.", code="in_progress")
        record.created_at = timezone.now()
        record.save(update_fields=["created_at"])
        return record


def _fingerprint(request: Request) -> bytes:
    """The body as it was understood, or for an upload its fields and the names and sizes of its files."""
    if isinstance(request.data, QueryDict):
        fields = sorted(
            (name, str(value)) for name, value in request.data.items() if name not in request.FILES
        )
        files = sorted((name, file.name, file.size) for name, file in request.FILES.items())
        return repr((fields, files)).encode()
    return repr(request.data).encode()
