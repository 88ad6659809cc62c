"""HTML and Markdown templates that people edit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.template import Node, NodeList, Template
from django.template.base import FilterExpression, Variable
from django.template.defaulttags import ForNode, RegroupNode, WithNode
from django.template.loader_tags import IncludeNode
from django.template.smartif import TokenBase
from django.utils.translation import gettext as _

from apps.documents import engine, wording
from apps.documents.checking.problems import Problem, missing, unknown
from apps.documents.choices import TemplateKind
from apps.documents.models import Template as TemplateRow
from apps.documents.sampling import sample_context
from apps.documents.templates import Source, page_set

#: What our code gives every page.
GIVEN = frozenset({"brand", "document", "numbered_later", "forloop", "block", "True", "False", "None"})
_REMOTE = re.compile(
    r"""(?:src|href|url|background)\s*[=(]\s*["']?\s*(?P<scheme>[a-z][a-z0-9+.-]*:|//)""", re.IGNORECASE
)
_LINK = re.compile(r"""<a\b[^>]*\bhref\s*=\s*["'](?:https?:|mailto:|tel:)""", re.IGNORECASE)
_SCRIPT = re.compile(
    r"<\s*(?:script|iframe|object|embed|form)\b|\bon[a-z]+\s*=\s*[\"']|javascript:", re.IGNORECASE
)


class _Noting(str):
    """Stands for what a placeholder gives when there is nothing, and notes its name."""

    def __new__(cls) -> _Noting:
        made = super().__new__(cls, "%s")
        made.names = []
        return made

    names: list[str]

    def __mod__(self, variable: Any) -> str:
        self.names.append(str(variable))
        return ""


def check_page(source: Source, template: TemplateRow) -> list[Problem]:
    """Syntax, placeholders, addresses, and a rendering with the samples."""
    try:
        text = source.text
    except UnicodeDecodeError:
        return [Problem(_("The text is not written in UTF-8. Please save it so and upload it again."))]
    texts = dict(page_set(source).files)
    noting = _Noting()
    try:
        parsed = engine.parsed(text, texts, invalid=noting)
    except engine.Faulty as fault:
        return [Problem(fault.detail, line=fault.line)]
    found = [*_placeholders(parsed, template), *_addresses(text), *_marks(text)]
    if any(problem.blocks for problem in found):
        return found
    return found + _rendered(parsed, template, noting)


def _marks(text: str) -> Iterator[Problem]:
    for name in wording.names_twice(text):
        yield Problem(_("Two texts or two parts have the name “%(name)s”.") % {"name": name}, name=name)


def _placeholders(parsed: Template, template: TemplateRow) -> list[Problem]:
    known = {variable["name"] for variable in template.variables} | GIVEN
    used = list(_names(parsed.nodelist, frozenset()))
    found = {name: unknown(name, known, line) for name, line in used if name not in known}
    required = (item["name"] for item in template.variables if item.get("required"))
    return [*found.values(), *missing(required, (name for name, _line in used))]


def _names(nodes: NodeList, inside: frozenset[str]) -> Iterator[tuple[str, int]]:
    """The first part of each variable that comes from outside, with its line."""
    for node in nodes:
        line = getattr(getattr(node, "token", None), "lineno", 0) or 0
        bound = inside | _bound(node)
        # What a loop goes over is read before its own names are there.
        scope = inside if isinstance(node, ForNode | WithNode | RegroupNode) else bound
        yield from ((name, line) for name in _variables(node) if name not in scope and name not in bound)
        for name in node.child_nodelists:
            inner: NodeList = getattr(node, name, None) or NodeList()
            yield from _names(inner, bound)
        if conditions := getattr(node, "conditions_nodelists", None):
            for _condition, branch in conditions:
                yield from _names(branch, bound)
        if isinstance(node, RegroupNode):
            inside = bound


def _bound(node: Node) -> frozenset[str]:
    if isinstance(node, ForNode):
        return frozenset(node.loopvars)
    if isinstance(node, WithNode | IncludeNode):
        return frozenset(node.extra_context)
    return frozenset({node.var_name}) if isinstance(node, RegroupNode) else frozenset()


def _variables(node: Node) -> Iterator[str]:
    for value in vars(node).values():
        if not isinstance(value, NodeList | Node):
            yield from _inside(value, 0)


def _inside(value: Any, depth: int) -> Iterator[str]:
    """Variables in whatever a node keeps its arguments in."""
    if depth > 8:
        return
    if isinstance(value, FilterExpression):
        yield from _inside(value.var, depth + 1)
        yield from _inside(
            [argument for _f, arguments in value.filters for _l, argument in arguments], depth + 1
        )
    elif isinstance(value, Variable):
        if value.lookups:
            yield value.lookups[0]
    elif isinstance(value, TokenBase):
        yield from _inside([getattr(value, name, None) for name in ("value", "first", "second")], depth + 1)
    elif isinstance(value, list | tuple):
        for item in value:
            if not isinstance(item, Node | NodeList):
                yield from _inside(item, depth + 1)
    elif isinstance(value, dict):
        yield from _inside(list(value.values()), depth + 1)


def _addresses(text: str) -> Iterator[Problem]:
    """Nothing is fetched from outside and no program runs; links that a reader follows are fine."""
    for number, line in enumerate(text.splitlines(), start=1):
        if _SCRIPT.search(line):
            yield Problem(_("Scripts, forms and frames are not for documents."), line=number)
        for match in _REMOTE.finditer(_LINK.sub("<a ", line)):
            scheme = match["scheme"].lower()
            if scheme != "data:":
                text_of = _(
                    "“%(scheme)s” is not fetched: use our own logos and fonts, or a picture in the file."
                )
                yield Problem(text_of % {"scheme": scheme}, line=number)


def _rendered(parsed: Template, template: TemplateRow, noting: _Noting) -> list[Problem]:
    try:
        text = engine.filled(parsed, sample_context(template))
    except engine.Faulty as fault:
        return [Problem(fault.detail, line=fault.line)]
    found = [
        Problem(_("“%(name)s” has no value in the sample data.") % {"name": name}, name=name, blocks=False)
        for name in dict.fromkeys(noting.names)
    ]
    if template.kind == TemplateKind.HTML_MAIL and len(text) > 102_000:
        found.append(Problem(_("Mail programs cut off letters of more than 102 kB."), blocks=False))
    return found
