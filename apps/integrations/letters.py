"""A text in Markdown as a branded mail: HTML with inline styles, and plain text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from apps.accounts.models import User
from apps.core.markdown import rendered
from apps.integrations.text_tables import aligned

_CELL = "padding:8px 10px;border-bottom:1px solid #E4E0DA;text-align:left;vertical-align:top;"
#: Mail programmes drop style sheets, so every element that Markdown makes carries its own.
STYLES = {
    "p": "margin:0 0 16px 0;",
    "ul": "margin:0 0 16px 0;padding:0 0 0 22px;",
    "ol": "margin:0 0 16px 0;padding:0 0 0 22px;",
    "li": "margin:0 0 8px 0;",
    "h1": "margin:0 0 16px 0;font-size:22px;line-height:1.3;",
    "h2": "margin:8px 0 12px 0;font-size:19px;line-height:1.3;",
    "h3": "margin:8px 0 10px 0;font-size:16px;line-height:1.3;",
    "table": "width:100%;border-collapse:collapse;margin:0 0 16px 0;font-size:15px;",
    "th": _CELL,
    "td": _CELL,
    "blockquote": "margin:0 0 16px 0;padding:2px 0 2px 14px;border-left:3px solid #F2553D;color:#5F5B70;",
    "hr": "border:0;border-top:1px solid #E4E0DA;margin:20px 0;",
    "a": "color:#C93A24;",
}
_TAG = re.compile(rf"<({'|'.join(STYLES)})((?:\s[^>]*)?/?)>")
_INLINE_STYLE = re.compile(r'\sstyle="(text-align:\w+)"')
_MARKS = re.compile(r"\\([\\`*_\[\]<>|#])|(\*\*|__)")


@dataclass(frozen=True)
class Letter:
    """A mail's body in both forms."""

    html: str
    text: str


def letter(*, user: User, subject: str, markdown: str) -> Letter:
    """The words of `user` in the house's dress. Tags in the words show as text."""
    html = render_to_string(
        "integrations/letter.html",
        {
            "subject": subject,
            "body": styled(rendered(markdown)),
            "sender_name": user.name or user.email,
            "sender_email": user.email,
            "language": "en",
            "year": timezone.localdate().year,
        },
    )
    return Letter(html=html, text=unmarked(markdown))


def styled(html: str) -> SafeString:
    """The same HTML with the style of each element written into it."""
    return mark_safe(_TAG.sub(_with_style, html))  # noqa: S308 - only our own styles are added


def unmarked(markdown: str) -> str:
    """As plain text: without emphasis and escapes, tables in columns, the rest as it was typed."""
    return _MARKS.sub(lambda found: found[1] or "", aligned(markdown)).strip() + "\n"


def _with_style(found: re.Match[str]) -> str:
    name, rest = found[1], found[2]
    own = _INLINE_STYLE.search(rest)
    kept = own[1] + ";" if own else ""
    rest = _INLINE_STYLE.sub("", rest)
    return f'<{name} style="{STYLES[name]}{kept}"{rest}>'
