"""Tool results as a model reads them: bounded, and with numbers it can cite."""

from __future__ import annotations

import json
from typing import Any

from apps.assistant.running.calling import Outcome
from apps.assistant.running.turn import Turn
from apps.assistant.skillkit import Citation

MAX_CHARACTERS = 30_000


def for_model(turn: Turn, outcome: Outcome) -> str:
    """JSON of the value, or the sentence of the refusal. Rows that carry a `citation` get a number."""
    if not outcome.ok:
        return outcome.error
    text = json.dumps(_numbered(turn, outcome.value), ensure_ascii=False)
    if len(text) > MAX_CHARACTERS:
        return text[:MAX_CHARACTERS] + " … (cut: ask for fewer rows)"
    return text


def _numbered(turn: Turn, value: Any) -> Any:
    if isinstance(value, list):
        return [_numbered(turn, item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {name: _numbered(turn, item) for name, item in value.items() if name != "citation"}
    if value.get("citation"):
        found["cite_as"] = f"[{_number(turn, Citation.model_validate(value['citation']))}]"
    return found


def _number(turn: Turn, citation: Citation) -> int:
    for number, known in enumerate(turn.citations, 1):
        if (known.kind, known.id) == (citation.kind, citation.id):
            return number
    turn.citations.append(citation)
    return len(turn.citations)
