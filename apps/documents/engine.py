"""Django's template language for texts that people edit: a small vocabulary, no files, bounded work."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

from django.template import Context, Engine, Library, Template, defaultfilters, defaulttags, loader_tags
from django.template.exceptions import TemplateDoesNotExist, TemplateSyntaxError
from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.documents import marks

TAGS = (
    "comment", "cycle", "firstof", "for", "if", "ifchanged", "load", "now", "regroup", "resetcycle",
    "spaceless", "templatetag", "verbatim", "with",
)  # fmt: skip
LOADER_TAGS = ("block", "extends", "include")
#: Without those that mark text as safe, pad it to any width, or print what the program holds inside.
FILTERS = (
    "add", "capfirst", "cut", "date", "default", "default_if_none", "dictsort", "divisibleby", "escape",
    "first", "floatformat", "force_escape", "join", "last", "length", "linebreaks", "linebreaksbr", "lower",
    "pluralize",
    "slice", "slugify", "striptags", "time", "title", "truncatechars", "truncatewords", "upper", "urlencode",
    "wordcount", "yesno",
)  # fmt: skip
MAX_SOURCE = 100_000
SECONDS = 10.0
#: Characters that the loops of a template that was uploaded may put out together, and turns that it may take
#: however long it is.
MAX_OUTPUT = 400_000_000
MIN_TURNS = 2_000
#: Characters of a whole document; nobody waits for the pages of more.
MAX_TEXT = 20_000_000

register = Library()
for _name in TAGS:
    register.tag(_name, defaulttags.register.tags[_name])
for _name in LOADER_TAGS:
    register.tag(_name, loader_tags.register.tags[_name])
register.tag("text", marks.text_mark)
register.tag("part", marks.part_mark)
for _name in FILTERS:
    register.filter(_name, defaultfilters.register.filters[_name])


class Faulty(Invalid):
    """The template is at fault; `line` is 0 where that is not known."""

    code = "template_faulty"

    def __init__(self, message: str, *, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class ClosedEngine(Engine):
    """Knows only what is registered here, and only the texts that it was given."""

    default_builtins = [__name__]

    def __init__(self, texts: Mapping[str, str], *, autoescape: bool = True, invalid: str = "") -> None:
        super().__init__(
            loaders=[("django.template.loaders.locmem.Loader", dict(texts))],
            autoescape=autoescape,
            libraries={"i18n": "django.templatetags.i18n"},
            string_if_invalid=invalid,
        )


class Bounded(Context):
    """A context that gives up when a template turns too often or too long."""

    def __init__(self, data: Mapping[str, Any], *, autoescape: bool = True, size: int = 0) -> None:
        self.turns = 0
        self.most = max(MIN_TURNS, MAX_OUTPUT // max(size, 1))
        self.until = time.monotonic() + SECONDS
        super().__init__(dict(data), autoescape=autoescape)

    def __setitem__(self, key: Any, value: Any) -> None:
        """Every turn of a loop passes here."""
        self.turns += 1
        if self.turns > self.most or time.monotonic() > self.until:
            raise Faulty(_("The template has loops that go round too often."))
        super().__setitem__(key, value)


def parsed(
    text: str, texts: Mapping[str, str] | None = None, *, autoescape: bool = True, invalid: str = ""
) -> Template:
    """The template; `texts` are those it may extend or include, by name. Raises `Faulty` with the line."""
    if len(text) > MAX_SOURCE:
        raise Faulty(_("The template is too long."))
    engine = ClosedEngine(texts or {}, autoescape=autoescape, invalid=invalid)
    try:
        return engine.from_string(text)
    except TemplateSyntaxError as error:
        token = getattr(error, "token", None)
        said = re.sub(r" on line \d+", "", str(error))
        raise Faulty(said, line=getattr(token, "lineno", 0) or 0) from error
    except RecursionError as error:
        raise Faulty(_("The template is nested too deeply.")) from error
    except AttributeError as error:
        # Django looks for relative names beside a template that has a place; a text has none.
        raise Faulty(_("Name the template to build on as it stands in the list.")) from error


def filled(template: Template, data: Mapping[str, Any], *, trusted: bool = False) -> str:
    """The text with the data in it; what is not `trusted` may only work so much. Raises `Faulty`."""
    bounded = Bounded(data, autoescape=template.engine.autoescape, size=len(template.source))
    context = Context(dict(data), autoescape=template.engine.autoescape) if trusted else bounded
    try:
        text = str(template.render(context))
        if not trusted and len(text) > MAX_TEXT:
            raise Faulty(_("The document becomes too long."))
        return text
    except Faulty:
        raise
    except TemplateDoesNotExist as error:
        raise Faulty(_("There is no template “%(name)s” to build on.") % {"name": error}) from error
    except RecursionError as error:
        raise Faulty(_("The template includes itself.")) from error
    except Exception as error:
        # Filters and tags let out whatever their arguments lead them to.
        raise Faulty(_("The template cannot be filled: %(error)s") % {"error": error}) from error
