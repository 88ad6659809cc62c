"""Uploads that are too large are refused by what they announce, before they are read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.core.api.parsers import announced_length
from apps.core.errors import TooLarge

MULTIPART_SLACK = 1024 * 1024
"""What field names, boundaries and a message may add to the file itself."""


class BoundedUploadMixin(APIView):
    """For views that take a file: 413 from the Content-Length alone."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Before authentication, which may have to parse the form to find a CSRF token."""
        if announced_length(request.META) > settings.ARTIFACT_MAX_BYTES + MULTIPART_SLACK:
            raise TooLarge(f"The file is larger than {settings.ARTIFACT_MAX_BYTES // (1024 * 1024)} MB.")
        super().initial(request, *args, **kwargs)
