"""The brand's rules as data: `knowledge/brand/rules.yaml`, or the version that marketing has published."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from apps.documents import templates

PATH = "brand/rules.yaml"
Severity = Literal["warn", "block"]
#: What a text is for. `newsletter` is a letter to many people.
Kind = Literal["mail", "newsletter", "post", "document"]
Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$"), AfterValidator(str.upper)]


def _bounded_pattern(pattern: str) -> str:
    """Raises ValueError for a pattern that does not compile, or repeats what repeats (takes forever)."""
    if len(pattern) > 300 or re.search(r"[+*}]\)[+*{]", pattern):
        raise ValueError("the pattern is too long, or repeats something that repeats")
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"the pattern is not valid: {error}") from error
    return pattern


class Rule(BaseModel):
    """Read-only, and strict about its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Banned(Rule):
    """Words that are not said, what to say in their place, and why."""

    words: tuple[Annotated[str, Field(min_length=1, max_length=80)], ...] = Field(min_length=1)
    severity: Severity
    suggestion: str = ""
    why: str = ""


class Tone(Rule):
    """A sign that occurs too often: `pattern` more than `at_most` times in texts of `kinds`."""

    name: str
    kinds: tuple[Kind, ...]
    pattern: Annotated[str, AfterValidator(_bounded_pattern)]
    at_most: int = Field(ge=0)
    severity: Severity
    message: str


class Name(Rule):
    """A name as it is spelt, and spellings that occur and are wrong."""

    name: str
    wrong: tuple[str, ...]


class Colours(Rule):
    """Colours of files: those of the palette and a few more."""

    allowed: Literal["palette"]
    also: tuple[Colour, ...] = ()
    tolerance: int = Field(ge=0, le=64)
    severity: Severity


class Footer(Rule):
    """Something that texts of `kinds` must say, in any of these words."""

    kinds: tuple[Kind, ...]
    any_of: tuple[str, ...] = Field(min_length=1)
    severity: Severity
    message: str


class Prices(Rule):
    """Amounts near the name of a plan or add-on must be those of the price book."""

    severity: Severity
    near: int = Field(ge=10, le=200)


class Rules(Rule):
    """All of them."""

    banned: tuple[Banned, ...]
    tone: tuple[Tone, ...]
    tones: tuple[str, ...] = ()
    names: tuple[Name, ...] = ()
    colours: Colours
    footers: tuple[Footer, ...] = ()
    prices: Prices


def rules_in_force() -> Rules:
    """The published rules. One small query; they are parsed again only when they changed."""
    source = templates.in_force(PATH)
    return _parsed(source.sha256, source.content)


def faults_of(content: bytes) -> list[str]:
    """Why a file of rules cannot be used, a sentence each; an empty list: it can."""
    try:
        parse(content)
    except yaml.YAMLError as error:
        return [f"This is not YAML: {' '.join(str(error).split())}"]
    except UnicodeDecodeError:
        return ["The text is not written in UTF-8."]
    except ValidationError as error:
        return [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()[:10]]
    return []


def parse(content: bytes) -> Rules:
    """The rules of a file. Raises yaml.YAMLError, UnicodeDecodeError, ValidationError."""
    return Rules.model_validate(yaml.safe_load(content.decode("utf-8")) or {})


@lru_cache(maxsize=8)
def _parsed(_sha256: str, content: bytes) -> Rules:
    return parse(content)
