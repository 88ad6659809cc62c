"""Word files from Word templates with {{ placeholders }}."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from apps.documents import sandbox
from apps.documents.templates import Source


def packed(content: bytes) -> str:
    """Bytes as text for the closed process."""
    return b64encode(content).decode()


def render_word(source: Source, context: Mapping[str, Any]) -> bytes:
    """The template filled with plain data (texts, numbers, lists, dicts).

    Rendered in a closed process, whoever wrote the template. Raises `sandbox.Refused` when it has faults.
    """
    plain = json.loads(json.dumps(dict(context), cls=DjangoJSONEncoder))
    return sandbox.run("docx", {"template": packed(source.content), "context": plain})
