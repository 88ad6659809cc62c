"""Reading the knowledge folder: every file is parsed once, and again only after it changed."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from django.conf import settings
from pydantic import BaseModel, ValidationError

from apps.knowledge.errors import MalformedKnowledge

M = TypeVar("M", bound=BaseModel)


def root() -> Path:
    """The folder of Mezzofy's own data."""
    return Path(settings.KNOWLEDGE_DIR)


def read(path: str, shape: type[M]) -> M:
    """The file at `path`, relative to the knowledge folder, as `shape`.

    Raises MalformedKnowledge if it is missing, unreadable or of another shape.
    """
    file = root() / path
    try:
        changed = file.stat().st_mtime_ns
    except OSError as missing:
        raise MalformedKnowledge(f"The knowledge base has no file {path}.") from missing
    parsed: M = _parse(file, changed, path, shape)
    return parsed


@lru_cache(maxsize=64)
def _parse(file: Path, _changed: int, path: str, shape: type[M]) -> M:
    return validate(path, file.read_bytes(), shape)


def validate(path: str, content: bytes, shape: type[M]) -> M:
    """`content` of the file at `path` as `shape`. Raises MalformedKnowledge."""
    try:
        return shape.model_validate(data(path, content))
    except ValidationError as wrong:
        first = wrong.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise MalformedKnowledge(f"{path}: {place}: {first['msg']}") from wrong


def data(path: str, content: bytes) -> Any:
    """The plain data of a YAML or JSON file. Raises MalformedKnowledge if it cannot be parsed."""
    try:
        text = content.decode("utf-8")
        return json.loads(text) if path.endswith(".json") else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as wrong:
        raise MalformedKnowledge(f"{path} cannot be read: {wrong}") from wrong
