"""“Test retrieval”: what search finds for whom, what would be cited, and what was cut and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.knowledge.admin.passages import marked
from apps.knowledge.retrieval.floor import COVERAGE_WEIGHT, FLOOR
from apps.knowledge.selectors.retrieval import MAX_QUERY, PassageHit
from apps.knowledge.selectors.testing import Retrieval, retrieve
from apps.knowledge.services import QuoteHit, quotes_of

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite

_CITED = 4
_MOST_PEOPLE = 200


@dataclass(frozen=True)
class Row:
    """A passage found, why it stands where it does, and what became of it. `coverage` is in per cent."""

    place: int
    hit: PassageHit
    why: str
    coverage: int
    verdict: str
    tone: str
    text: SafeString


def page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """A question, as whom, and the way of every passage through the search."""
    user = signed_in(request)
    if not user.has_perm("knowledge.view_passage"):
        raise PermissionDenied
    may_choose = user.has_perm("knowledge.test_retrieval_as")
    query = request.GET.get("q", "")[:MAX_QUERY].strip()
    person = _person(request.GET.get("as", ""), user) if may_choose else user
    found = retrieve(query, user=person) if query else None
    context = {
        **site.each_context(request),
        "title": _("Test retrieval"),
        "query": query,
        "person": person,
        "people": _people(user) if may_choose else [],
        "found": found,
        "rows": _rows(found, query, person) if found else [],
        "floor": FLOOR,
        "coverage_weight": COVERAGE_WEIGHT,
    }
    request.current_app = site.name
    return TemplateResponse(request, "admin/knowledge/test_retrieval.html", context)


def _people(user: User) -> list[User]:
    return list(User.objects.active().visible_to(user).order_by("name")[:_MOST_PEOPLE])


def _person(key: str, user: User) -> User:
    """The person that was chosen, if the user may see them; else oneself."""
    try:
        chosen = UUID(key)
    except ValueError:
        return user
    return User.objects.active().visible_to(user).filter(pk=chosen).first() or user


def _rows(found: Retrieval, query: str, person: User) -> list[Row]:
    good = [hit for hit in found.hits if hit.is_good_enough][: _CITED * 2]
    quotes = {quote.citation["id"]: quote for quote in quotes_of(good, query, user=person)[:_CITED]}
    return [
        _row(place, hit, hit in good, quotes.get(str(hit.passage.pk)))
        for place, hit in enumerate(found.hits, 1)
    ]


def _row(place: int, hit: PassageHit, is_taken: bool, quote: QuoteHit | None) -> Row:
    verdict, tone = _verdict(hit, is_taken, is_cited=quote is not None)
    text = marked(hit.passage.text, quote.text if quote else "")
    return Row(place, hit, _why(hit), round(hit.coverage * 100), verdict, tone, text)


def _why(hit: PassageHit) -> str:
    """Why the passage stands where it does, in a sentence."""
    places = {"words": hit.word_rank, "meaning": hit.meaning_rank}
    if hit.word_rank and hit.meaning_rank:
        return _("Number %(words)s by its words and number %(meaning)s by its meaning.") % places
    if hit.word_rank:
        return _("Number %(words)s by its words; not among the nearest by its meaning.") % places
    return _("Number %(meaning)s by its meaning; not among the best by its words.") % places


def _verdict(hit: PassageHit, is_taken: bool, *, is_cited: bool) -> tuple[str, str]:
    """What became of it, and the tone of that."""
    if is_cited:
        return _("Cited"), "good"
    if not hit.is_good_enough:
        return _("Not cited: relevance below %(floor).2f") % {"floor": FLOOR}, "muted"
    if is_taken:
        return _("Not cited: far less relevant than the best, or the same words"), "warn"
    return _("Not cited: enough were found before it"), "warn"
