"""Word templates by docxtpl, with a vocabulary so small that there is nothing to break out with."""

from __future__ import annotations

import io
import re
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import ChainableUndefined, StrictUndefined, meta, nodes
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from apps.documents.sandbox.faults import Faulty

FILTERS = frozenset(
    {
        "default",
        "d",
        "upper",
        "lower",
        "title",
        "capitalize",
        "trim",
        "join",
        "length",
        "first",
        "last",
        "round",
        "int",
    }
)
TESTS = frozenset(
    {"defined", "undefined", "none", "odd", "even", "divisibleby", "sameas", "string", "number"}
)
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.For, nodes.If,
    nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat,
    nodes.Keyword, nodes.Tuple,
)  # fmt: skip
_MAX_DEPTH = 3
_MAX_SOURCE = 4_000_000
_TAG = re.compile(r"<[^>]+>")


class Closed(ImmutableSandboxedEnvironment):
    """Looks each template over when it is parsed, and remembers which names it asks for."""

    def __init__(self, *, strict: bool) -> None:
        super().__init__(undefined=StrictUndefined if strict else ChainableUndefined, autoescape=True)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.tests = {name: self.tests[name] for name in TESTS}
        self.asked: set[str] = set()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if len(source) > _MAX_SOURCE:
            raise Faulty("The document is too long for a template.")
        tree = super()._parse(source, name, filename)
        _look_over(tree, 0)
        self.asked |= meta.find_undeclared_variables(tree)
        return tree


def render(content: bytes, context: dict[str, Any], *, strict: bool) -> bytes:
    """The document filled; `strict`: a placeholder without a value is a fault."""
    document = _filled(content, context, Closed(strict=strict))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def names(content: bytes) -> list[str]:
    """The placeholders that the document asks for."""
    environment = Closed(strict=False)
    _filled(content, {}, environment)
    return sorted(environment.asked)


def _filled(content: bytes, context: dict[str, Any], environment: Closed) -> Any:
    document = DocxTemplate(io.BytesIO(content))
    try:
        document.render(context, environment, autoescape=True)
    except TemplateError as error:
        raise Faulty(_said(error)) from error
    except Faulty:
        raise
    except Exception as error:
        raise Faulty("The document cannot be filled. Is a tag split over two paragraphs or cells?") from error
    return document


def _said(error: TemplateError) -> str:
    """The fault, and the words near it: lines of XML mean nothing to an author."""
    near = " ".join(" ".join(_TAG.sub("", line) for line in getattr(error, "docx_context", ())).split())
    message = (error.message or "The template is faulty.").rstrip(".")
    return f"{message}, near “{near[:160]}”." if near else f"{message}."


def _look_over(node: nodes.Node, depth: int) -> None:
    depth += isinstance(node, nodes.For)
    if depth > _MAX_DEPTH:
        raise Faulty("Loops may stand in each other three deep at most.")
    if isinstance(node, nodes.For):
        _check_loop(node)
    elif isinstance(node, nodes.Getattr | nodes.Getitem):
        _check_member(node)
    elif isinstance(node, nodes.Filter | nodes.Test):
        _check_helper(node)
    elif not isinstance(node, _ALLOWED):
        raise Faulty(f"“{type(node).__name__.lower()}” is not for templates: only placeholders, if and for.")
    for child in node.iter_child_nodes():
        _look_over(child, depth)


def _check_loop(node: nodes.For) -> None:
    if node.recursive or not isinstance(node.iter, nodes.Name | nodes.Getattr):
        raise Faulty("A loop goes over a placeholder: {% for line in lines %}.")


def _check_helper(node: nodes.Filter | nodes.Test) -> None:
    kind, known = ("filter", FILTERS) if isinstance(node, nodes.Filter) else ("test", TESTS)
    if node.name not in known:
        raise Faulty(f"There is no {kind} “{node.name}” here.", node.name)


def _check_member(node: nodes.Getattr | nodes.Getitem) -> None:
    if isinstance(node, nodes.Getattr):
        name: Any = node.attr
    elif isinstance(node.arg, nodes.Const):
        name = node.arg.value
    else:
        raise Faulty("Write the member of a placeholder by its name or number.")
    if str(name).startswith("_"):
        raise Faulty(f"“{name}” is not a placeholder.", str(name))
