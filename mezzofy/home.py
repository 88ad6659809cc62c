"""The home page: what needs somebody today, and the figures of their work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.figures import Figure, Survey, figures
from apps.core.home import FilledSection, agenda_of
from apps.core.periods import Period, local_today
from apps.core.reporting import Tile
from apps.reports import wording

_SALES = ("crm.new_leads", "crm.contacted_leads", "crm.won_leads", "crm.won_value", "crm.pipeline_value")
_HOUSE = ("crm.won_value", "crm.pipeline_value", "crm.conversion_rate", "assistant.runs", "llm.cost")
_FINANCE = ("finance.revenue", "finance.expenses", "finance.profit", "crm.new_customers", "llm.cost")
#: Which figures whom: the first set that a person may have is theirs.
TILE_SETS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("crm.view_all_leads", _SALES),
    ("crm.change_lead", _SALES),
    ("finance.post_entry", _FINANCE),
    ("reports.view_kpis", _HOUSE),
)
_Spans = Callable[[date, str], tuple[Period, Period]]


@dataclass(frozen=True)
class Preset:
    """A choice of days: `spans(today, zone)` are those shown, and those compared with."""

    key: str
    label: Any
    spans: _Spans


def _so_far(kind: Callable[[date, str], Period]) -> _Spans:
    def spans(today: date, zone: str) -> tuple[Period, Period]:
        whole = kind(today, zone)
        return replace(whole, end=today + timedelta(days=1)), whole.before(today)

    return spans


def _last(days: int) -> _Spans:
    def spans(today: date, zone: str) -> tuple[Period, Period]:
        now = Period.last_days(days, today, zone)
        return now, Period(now.start - timedelta(days=days), now.start, zone)

    return spans


#: A running week or month is compared with the same days of the one before, not with all of it.
PRESETS = (
    Preset("week", _("This week"), _so_far(Period.week_of)),
    Preset("month", _("This month"), _so_far(Period.month_of)),
    Preset("30", _("Last 30 days"), _last(30)),
    Preset("90", _("Last 90 days"), _last(90)),
)


@dataclass(frozen=True)
class HomeTile:
    """A figure in words. `mood` is good, bad or neutral; `url` opens the rows, "" where there are none;
    `note` says what the number leaves out.
    """

    label: str
    definition: str
    value: str
    change: str
    before: str
    mood: wording.Mood
    url: str
    note: str

    @property
    def tone(self) -> str:
        """The colour of the change."""
        return self.mood if self.mood in ("good", "bad") else "muted"


def agenda_for(user: User) -> list[FilledSection]:
    """What needs the user today."""
    return agenda_of(user, timezone.now())


def tile_keys(user: User) -> tuple[str, ...]:
    """The figures that the user sees on the home page."""
    for permission, keys in TILE_SETS:
        if user.has_perm(permission):
            return keys
    return ()


def figures_first(user: User) -> bool:
    """Whether figures stand above the agenda: for those who read the house's numbers but work on no leads."""
    return user.has_perm("reports.view_kpis") and not user.has_perm("crm.change_lead")


def preset_notes(user: User) -> list[tuple[Preset, str]]:
    """The choices of days, each with the days it means for the user today."""
    found = []
    for preset in PRESETS:
        period, before = preset.spans(local_today(user.timezone), user.timezone)
        note = _("%(period)s, compared with %(before)s. Days in %(zone)s time.")
        found.append((preset, note % {"period": period, "before": before, "zone": user.timezone}))
    return found


def tiles_for(user: User, preset_key: str = "") -> list[HomeTile]:
    """The user's figures over the chosen days, read together; an unknown preset is this week."""
    chosen = [figure for key in tile_keys(user) if (figure := figures.get(key))]
    preset = next((preset for preset in PRESETS if preset.key == preset_key), PRESETS[0])
    period, before = preset.spans(local_today(user.timezone), user.timezone)
    survey = Survey(chosen, user, [period, before])
    return [_in_words(figure, survey, user, period, before) for figure in chosen]


def _in_words(figure: Figure[Any], survey: Survey, user: User, period: Period, before: Period) -> HomeTile:
    tile = Tile(
        key=figure.key,
        label=str(_(figure.label)),
        value=survey.value(figure, period),
        kind=figure.unit,
        unit=figure.currency,
        previous=survey.value(figure, before),
        better=figure.better,
        url=figure.rows_url(period, user) if figure.rows_url else "",
        note=figure.note(survey.facts(figure, period), user) if figure.note else "",
    )
    return HomeTile(
        label=tile.label,
        definition=figure.definition,
        value=wording.tile_text(tile, tile.value, user.timezone),
        change=wording.change_text(tile),
        before=wording.before_text(tile, before, user.timezone),
        mood=wording.mood(tile),
        url=tile.url,
        note=tile.note,
    )


def has_work(request: HttpRequest) -> bool:
    """Whether the user may do anything here beyond what everybody may: else the page says who can help."""
    user: Any = request.user
    return bool(tile_keys(user)) or user.has_perm("contacts.view_company") or user.has_perm("crm.view_task")
