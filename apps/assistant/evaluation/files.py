"""The cases of `goldens/*.yaml`, typed, and their image as rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from apps.assistant.choices import CaseOrigin
from apps.assistant.models import EvaluationCase
from apps.core.errors import Invalid

#: What is printed on our sample papers, and what stands there when a case is played. Of the same length: in a
#: PDF everything is found by counting bytes.
OF_ITS_OWN = {b"GOLDEN": b"PLAYED", b"Oct 2026": b"Oct 2006"}


class Case(BaseModel):
    """One case as it is written in a file; see `EvaluationCase` for what the fields mean."""

    model_config = ConfigDict(extra="forbid")
    key: str = Field(pattern=r"^[a-z0-9-]+$", max_length=120)
    title: str = ""
    message: str
    role: str = ""
    requested_agent: str = ""
    given: dict[str, list[dict[str, Any]]] = Field(default_factory=dict)
    files: list[str] = Field(default_factory=list)
    agent: str = ""
    skill: str = ""
    tools: list[str] = Field(default_factory=list)
    facts: list[str] = Field(default_factory=list)
    forbidden: list[str] = Field(default_factory=list)
    expected_arguments: dict[str, dict[str, Any]] = Field(default_factory=dict)
    modes: list[str] = Field(default_factory=lambda: ["offline"])


class CaseFile(BaseModel):
    """A file: its cases, and what they share unless they say otherwise. The file's name is their tag."""

    model_config = ConfigDict(extra="forbid")
    role: str = "sales_rep"
    given: dict[str, list[dict[str, Any]]] = Field(default_factory=dict)
    cases: list[Case]


def folder() -> Path:
    """Where the files and the samples that they attach lie."""
    return Path(settings.BASE_DIR) / "goldens"


def sample(name: str) -> Path:
    """A file that a case attaches. Raises `Invalid` if it is not one of ours."""
    path = (folder() / "files" / name).resolve()
    if not path.is_relative_to(folder().resolve()) or not path.is_file():
        raise Invalid(f"There is no sample file {name!r}.", code="unknown_sample")
    return path


def paper(name: str) -> bytes:
    """What a case attaches: the sample as another paper, with numbers and a year that nobody else has.

    So it stays a new one however often people record the sample itself. Raises `Invalid` as `sample` does.
    """
    content = sample(name).read_bytes()
    for printed, instead in OF_ITS_OWN.items():
        content = content.replace(printed, instead)
    return content


def read(path: Path) -> list[EvaluationCase]:
    """The cases of one file as unsaved rows. Raises `Invalid` with the place of a mistake."""
    try:
        found = CaseFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise Invalid(f"{path.name}: {error}", code="malformed_cases") from error
    return [_row(path.stem, found, case) for case in found.cases]


def _row(tag: str, file: CaseFile, case: Case) -> EvaluationCase:
    fields = case.model_dump()
    fields["title"] = case.title or case.message[:200]
    fields["role"] = case.role or file.role
    fields["given"] = case.given or file.given
    return EvaluationCase(**fields, tags=[tag], origin=CaseOrigin.FILE, is_active=True)


def read_all() -> list[EvaluationCase]:
    """The cases of all files, in the order of their names. Raises `Invalid` for a key used twice."""
    cases = [case for path in sorted(folder().glob("*.yaml")) for case in read(path)]
    keys = [case.key for case in cases]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise Invalid(f"Cases have the same key: {', '.join(twice)}.", code="repeated_key")
    return cases


@transaction.atomic
def sync_cases() -> int:
    """Make the rows of origin FILE what the files say; returns how many there are.

    A case that left its file is switched off, not deleted: its results stay readable. One that a person
    switched off stays off. A key that people took for a case of their own stays theirs.
    """
    known = EvaluationCase.objects.filter(origin=CaseOrigin.FILE)
    taken = set(EvaluationCase.objects.exclude(origin=CaseOrigin.FILE).values_list("key", flat=True))
    cases = [case for case in read_all() if case.key not in taken]
    keys = [case.key for case in cases]
    coming_back = list(known.filter(key__in=keys, tags=[]).values_list("pk", flat=True))
    EvaluationCase.objects.bulk_create(
        cases,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=[*(name for name in Case.model_fields if name != "key"), "tags"],
    )
    EvaluationCase.objects.filter(pk__in=coming_back).update(is_active=True)
    # The file is their tag: without one they are in none.
    known.exclude(key__in=keys).update(is_active=False, tags=[])
    return len(cases)
