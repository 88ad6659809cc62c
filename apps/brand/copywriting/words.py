"""The fixed words of drafts: `knowledge/brand/wording.yaml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from apps.documents.brand import knowledge_dir

Language = Literal["en", "zh", "ms"]
Tone = Literal["warm", "plain", "exact", "festive"]


class Words(BaseModel):
    """One language: how a text ends, its first sentence by tone, headings, chapters, weeks, a campaign."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    calls: tuple[str, ...] = Field(min_length=3)
    openings: dict[Tone, str]
    tags: str
    labels: dict[str, str]
    outline: tuple[str, ...] = Field(min_length=5, max_length=5)
    campaign: dict[str, str]
    weeks: tuple[str, ...] = Field(min_length=4, max_length=4)


def words_of(language: Language) -> Words:
    """The words of that language, read again after the file changed."""
    path = knowledge_dir() / "brand" / "wording.yaml"
    return _read(path, path.stat().st_mtime_ns)[language]


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> dict[Language, Words]:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {language: Words.model_validate(said) for language, said in data.items()}
