"""Every page and answer that a signed-in person can ask for by GET, with what to fill into its address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from django.contrib.admindocs.views import extract_views_from_urlpatterns, simplify_regex
from django.urls import get_resolver

from apps.core.reporting import reports
from apps.crm.admin.panels import LEAD_PANELS
from apps.crm.choices import ActivityKind, LeadStatus

#: Answers that hold no rows, or that end the session.
ELSEWHERE = re.compile(
    r"/admin/(jsi18n|autocomplete/|logout|password|r/)|/api/(schema|docs|auth|health)|/export"
)
_HOLE = re.compile(r"<(?:\w+:)?(\w+)>")
_ROW_HOLES = ("pk", "object_id", "lead_id", "task")
_WORDS: Mapping[str, Sequence[str]] = {
    "name": tuple(LEAD_PANELS),
    "kind": (ActivityKind.CALL, ActivityKind.NOTE),
    "status": LeadStatus.values,
    "what": ("edit", "done"),
}
_MODELS = {
    "lead": re.compile(r"/lead/|/leads/|/cards/"),
    "activity": re.compile(r"/activity/|/activities/"),
    "stagechange": re.compile(r"/stagechange/"),
    "task": re.compile(r"/tasks?/"),
    "artifact": re.compile(r"/artifact/|/files/"),
    "company": re.compile(r"/company/|/companies/"),
    "contact": re.compile(r"/contact/|/contacts/"),
}


def addresses(keys: Mapping[str, Sequence[str]], *, word: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Paths of the back office and the API with their queries; `keys` are those of rows by their model.

    Pages of one row come once for each of the keys, those of a report for each report. Lists come twice: the
    second time they are searched for `word`.
    """
    patterns = get_resolver().url_patterns
    routes = {simplify_regex(regex) for _view, regex, _ns, _name in extract_views_from_urlpatterns(patterns)}
    for route in sorted(routes):
        if route.startswith(("/admin/", "/api/")) and not ELSEWHERE.search(route):
            for path in _filled(route, keys):
                yield path, {}
            if "<" not in route:
                yield route, _search(route, word)


def _search(route: str, word: str) -> dict[str, str]:
    if route.endswith("/duplicates"):
        return {"company": word}
    return {"q" if route.startswith("/admin/") else "search": word}


def _filled(route: str, keys: Mapping[str, Sequence[str]]) -> Iterator[str]:
    holes = _HOLE.findall(route)
    choices = [_choices(route, hole, keys) for hole in holes]
    for words in product(*choices):
        filled = iter(words)
        yield _HOLE.sub(lambda _hole: str(next(filled)), route)  # noqa: B023


def _choices(route: str, hole: str, keys: Mapping[str, Sequence[str]]) -> Sequence[str]:
    if hole == "key":
        return [report.key for report in reports]
    if hole == "task":
        return keys["task"]
    if hole in _ROW_HOLES:
        model = next((name for name, known in _MODELS.items() if known.search(route)), "")
        return keys.get(model, ())
    return _WORDS.get(hole, ())
