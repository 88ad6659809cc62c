"""The list of templates that people may edit: `knowledge/templates/templates.yaml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from apps.documents.brand import knowledge_dir
from apps.documents.choices import TemplateKind


class Variable(BaseModel):
    """Something a template may say in braces. `sample` fills the preview; a `required` one must occur."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(pattern=r"^[a-z_]+$")
    description: str
    sample: Any
    required: bool = False


class Entry(BaseModel):
    """A template of the folder."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    path: str = Field(pattern=r"^[a-z0-9_]+/[a-z0-9_.]+$")
    kind: TemplateKind
    title: str
    description: str = ""
    variables: tuple[Variable, ...] = ()

    @property
    def file(self) -> Path:
        """Where the version of git lies."""
        return file_of(self.path, self.kind)


class Manifest(BaseModel):
    """The whole file, after the variables that several templates share were put in."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    templates: tuple[Entry, ...]


def file_of(path: str, kind: str) -> Path:
    """The file of a template: below `knowledge/templates`, but rules where they are read from."""
    folder = knowledge_dir() if kind == TemplateKind.RULES else knowledge_dir() / "templates"
    return folder / PurePosixPath(path)


def manifest() -> Manifest:
    """What may be edited, read again after the file changed."""
    path = knowledge_dir() / "templates" / "templates.yaml"
    return _read(path, path.stat().st_mtime_ns)


def samples(variables: list[dict[str, Any]]) -> dict[str, Any]:
    """The data that previews are made of."""
    return {variable["name"]: variable["sample"] for variable in variables}


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> Manifest:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    shared: dict[str, list[dict[str, Any]]] = data.pop("shared", {})
    for entry in data["templates"]:
        named = entry.pop("with", [])
        entry["variables"] = [*entry.get("variables", []), *(item for name in named for item in shared[name])]
    return Manifest.model_validate(data)
