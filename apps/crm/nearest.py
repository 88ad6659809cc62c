"""Leads whose company is nearly called so: for names with a slip of the keyboard."""

from __future__ import annotations

from django.contrib.postgres.search import SearchQuery
from rapidfuzz import fuzz

from apps.accounts.models import User
from apps.contacts.normalisation import company_key
from apps.crm.models import Lead

#: Candidates that are compared; letters with which a word of them has to begin as it was typed.
WIDTH, LETTERS = 400, 3
#: Below this, two names are merely two names.
ALIKE = 84
MAX_WORDS = 6
MOST = 3


def nearest_leads(*, user: User, name: str, limit: int = MOST) -> list[Lead]:
    """Leads that `user` may see and whose company is spelt almost like `name`, the likeliest first."""
    key = company_key(name)
    starts = {word[:LETTERS] for word in key.split()[:MAX_WORDS] if len(word) >= LETTERS}
    if not starts:
        return []
    words = " | ".join(f"{start}:*" for start in sorted(starts))
    query = SearchQuery(words, search_type="raw", config="simple")
    rows = Lead.objects.visible_to(user).filter(search=query).order_by()
    scored = [(fuzz.ratio(key, other), pk) for pk, other in rows.values_list("pk", "company_key")[:WIDTH]]
    best = [pk for score, pk in sorted(scored, key=lambda pair: -pair[0]) if score >= ALIKE][:limit]
    found = Lead.objects.visible_to(user).select_related("assigned_to").in_bulk(best)
    return [found[pk] for pk in best]
