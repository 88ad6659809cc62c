"""Moments, sums and symbols as the pages of the pipeline show them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from apps.perception.web.addresses import is_web_address

register = template.Library()

#: After this a day says more than a number of days.
RELATIVE_FOR = timedelta(days=7)
ICONS = {
    "call": "call",
    "email": "mail",
    "meeting": "groups",
    "message": "chat",
    "contact": "record_voice_over",
    "note": "sticky_note_2",
    "task": "task_alt",
    "stage": "moving",
    "mail": "outgoing_mail",
    "chat": "forum",
    "file": "attach_file",
    "run": "smart_toy",
}


@register.simple_tag
def when(moment: datetime) -> SafeString:
    """How long ago it was, or its day; the full date in the reader's zone as the title."""
    local = timezone.localtime(moment)
    full = f"{date_format(local, 'l j F Y, H:i')} ({timezone.get_current_timezone_name()})"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), full, _words(local))


@register.filter
def kind_icon(kind: str) -> str:
    """The symbol of a kind of entry."""
    return ICONS.get(kind, "circle")


@register.filter
def money(value: Decimal | None, currency: str) -> str:
    """`SGD 12,000`, with cents only when there are some; "" for no value."""
    if value is None:
        return ""
    places = 0 if value == value.to_integral_value() else 2
    return f"{currency} {number_format(value, places, use_l10n=True, force_grouping=True)}"


@register.filter
def phone_link(number: str) -> str:
    """The address that dials the number."""
    return "tel:" + "".join(sign for sign in number if sign.isdigit() or sign == "+")


@register.filter
def web_link(address: str) -> str:
    """The address if it may stand behind a link; "" for scripts and for machines of the house."""
    return address if is_web_address(address) else ""


def _words(local: datetime) -> str:
    age = timezone.now() - local
    if age < timedelta(0) or age >= RELATIVE_FOR:
        return date_format(local, "j M Y")
    if age < timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(local, depth=1)}
