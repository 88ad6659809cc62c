"""Marks in a template that make it a form: named texts, and parts that can be moved and left out.

    {% part "Next step" %}
      <h3>{% text "Heading of the next step" %}Next step{% endtext %}</h3>
    {% endpart %}

A part that is left out is `{% part "Next step" hidden %}`. `wording` reads and writes them as fields.
"""

from __future__ import annotations

import re
from typing import Any

from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import Parser, Token

_NAME = r'"(?P<name>[^"{}%]{1,80})"'
TEXT = re.compile(rf"\{{%\s*text\s+{_NAME}\s*%\}}(?P<words>.*?)\{{%\s*endtext\s*%\}}", re.DOTALL)
PART = re.compile(
    rf"\{{%\s*part\s+{_NAME}(?P<hidden>\s+hidden)?\s*%\}}(?P<inside>.*?)\{{%\s*endpart\s*%\}}", re.DOTALL
)
_OPENING = re.compile(rf"(?:text|part)\s+{_NAME}(?P<hidden>\s+hidden)?\s*$")


class Mark(Node):
    """What stands between the two tags; `nodelist` is empty where a part is left out."""

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name, self.nodelist = name, nodelist

    def render(self, context: Context) -> Any:
        """The marks themselves leave no trace."""
        return self.nodelist.render(context)


class TextMark(Mark):
    """Words that an editor may change."""


class PartMark(Mark):
    """A piece of the page that an editor may move among its neighbours, or leave out."""


def text_mark(parser: Parser, token: Token) -> TextMark:
    """`{% text "Name" %}words{% endtext %}`."""
    name, _hidden = _opened(token)
    return TextMark(name, _until(parser, "endtext", TextMark))


def part_mark(parser: Parser, token: Token) -> PartMark:
    """`{% part "Name" %}…{% endpart %}`, with `hidden` after the name where it is left out."""
    name, hidden = _opened(token)
    inside = _until(parser, "endpart", PartMark)
    return PartMark(name, NodeList() if hidden else inside)


def _opened(token: Token) -> tuple[str, bool]:
    match = _OPENING.match(token.contents)
    if match is None:
        raise TemplateSyntaxError(
            'A mark has a name in quotes: {% text "Greeting" %} or {% part "Prices" %}.'
        )
    return match["name"], bool(match["hidden"])


def _until(parser: Parser, end: str, kind: type[Mark]) -> NodeList:
    inside = parser.parse((end,))
    parser.delete_first_token()
    if inside.get_nodes_by_type(kind):
        raise TemplateSyntaxError("A mark cannot stand in another of its kind.")
    return inside
