"""Leads that are there already, however they are spelt: for the warning while somebody types.

Candidates come by indexes only, a bounded number of each way; what is alike among them is decided in Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import yaml
from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q, TextChoices
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from apps.accounts.models import User
from apps.contacts.normalisation import company_key, email_key, phone_key
from apps.core.search import prefix_query
from apps.crm.models import Lead
from apps.crm.querysets import LeadQuerySet
from apps.crm.word_counts import WordCounts, word_counts

_WORDS = yaml.safe_load((Path(__file__).parent / "duplicates.yaml").read_text("utf-8"))
FREE_MAIL = frozenset(_WORDS["free_mail"])
COMMON = frozenset(_WORDS["common_words"])
#: Candidates of each way in.
WIDTH = 50
#: Leads that may hold a word on which alone we look: among more, the right one would not be met anyway.
SELECTIVE = 5_000
#: Entries of the index that the looking for words may read, altogether.
EFFORT = 40_000
MAX_WORDS = 4
MIN_LETTERS = 3
#: Below this, two names are merely two names.
ALIKE = 72
#: What is less sure is not shown.
SURE = 60
MIN_PHONE_DIGITS = 6


@dataclass(frozen=True)
class Duplicate:
    """A lead that may be the same. `score` runs to 100 (the same e-mail address).

    A colleague's lead that the user may not see has neither id nor label nor url, only the reason.
    """

    id: UUID | None
    label: str
    url: str
    score: int
    reasons: tuple[str, ...]


class _Sign(TextChoices):
    """What two leads have in common."""

    EMAIL = "email", _("Same e-mail address")
    PHONE = "phone", _("Same phone number")
    COMPANY = "company", _("Same company")
    SIMILAR_COMPANY = "similar_company", _("Similar company")
    DOMAIN = "domain", _("Same e-mail domain")
    CONTACT = "contact", _("Similar contact")


@dataclass(frozen=True)
class _Typed:
    """What somebody typed, as texts and in comparable form."""

    company: str
    contact: str
    company_key: str
    email: str
    phone: str

    @property
    def domain(self) -> str:
        domain = self.email.partition("@")[2]
        return domain if "." in domain and domain not in FREE_MAIL else ""


class _Known(NamedTuple):
    """What is compared of a lead: making hundreds of model instances would take longer than finding them."""

    id: UUID
    company_name: str
    company_key: str
    contact_name: str
    contact_email: str
    phone_key: str


def find_duplicates(
    *,
    user: User,
    company: str = "",
    contact: str = "",
    email: str = "",
    phone: str = "",
    exclude: UUID | None = None,
    limit: int = 10,
) -> list[Duplicate]:
    """Leads that may be the one described, the likeliest first; three queries at most.

    `exclude` is the lead that is being edited. Of leads that the user may not see, only this is told: that
    there is one with the same e-mail address, or the same company and phone number (as adding it would).
    """
    typed = _Typed(company.strip(), contact.strip(), company_key(company), email_key(email), _number(phone))
    if not user.is_active or not user.has_perm("crm.view_lead"):
        return []
    scored = [(_score(_signs(typed, lead)), lead) for lead in _candidates(user, typed) if lead.id != exclude]
    best = sorted((pair for pair in scored if pair[0] >= SURE), key=lambda pair: -pair[0])[: max(0, limit)]
    return [*_elsewhere(user, typed), *(_shown(typed, *pair) for pair in best)][: max(0, limit)]


def _number(phone: str) -> str:
    key = phone_key(phone)
    return key if len(key.removeprefix("+")) >= MIN_PHONE_DIGITS else ""


def _candidates(user: User, typed: _Typed) -> list[_Known]:
    """What any of the ways leads to, of the leads that the user may see."""
    visible = Lead.objects.visible_to(user)
    ways = [way.values("pk")[:WIDTH] for way in _ways(visible.order_by(), typed)]
    if not ways:
        return []
    found = visible.filter(pk__in=reduce(LeadQuerySet.union, ways)).order_by("-created_at", "-pk")
    return [_Known(*row) for row in found.values_list(*_Known._fields)]


def _ways(leads: LeadQuerySet, typed: _Typed) -> list[LeadQuerySet]:
    """One small indexed read for each thing that may be the same."""
    ways: list[LeadQuerySet] = []
    if "@" in typed.email:
        ways.append(leads.filter(contact_email=typed.email).exclude(contact_email=""))
    if typed.phone:
        ways.append(leads.filter(_holding([typed.phone.removeprefix("+")]), phone_key=typed.phone))
    if typed.domain or typed.company_key:
        ways += _by_words(typed, word_counts())
    if len(typed.company_key) >= MIN_LETTERS:
        ways.append(leads.filter(company_key__gte=typed.company_key).order_by("company_key"))
        ways.append(leads.filter(company_key__lt=typed.company_key).order_by("-company_key"))
    return ways


def _by_words(typed: _Typed, counts: WordCounts) -> Iterator[LeadQuerySet]:
    """Leads with the words of the domain or of the company; words that too many share are not asked for.

    Everybody's: what may be seen is decided on the few that are found. Asked for here, it would lure the
    database into reading all leads of a person to intersect them.
    """
    leads = Lead.objects.order_by()
    labels = re.findall(r"\w+", typed.domain)
    if labels and counts.holding(labels) <= SELECTIVE:
        yield leads.filter(_holding(labels), contact_email__endswith=f"@{typed.domain}")
    words = _telling(typed.company_key)
    effort = EFFORT
    for group in [words, *_all_but_one(words)] if words else []:
        effort -= counts.holding(group)
        if effort >= 0 and (len(group) > 1 or counts.holding(group) <= SELECTIVE):
            yield leads.filter(_holding(group))
    for word in words[:2]:
        beginning = word[: max(MIN_LETTERS, len(word) - 2)]
        if counts.beginning(beginning) <= SELECTIVE:
            yield leads.filter(search=prefix_query(beginning))


def _holding(words: Sequence[str]) -> Q:
    return Q(search=SearchQuery(" ".join(words), search_type="plain", config="simple"))


def _telling(key: str) -> list[str]:
    """The longest words of a name, without those that are in every other name."""
    words = [word for word in dict.fromkeys(key.split()) if word.isalnum() and len(word) > 1]
    telling = [word for word in words if word not in COMMON] or words
    return sorted(telling, key=len, reverse=True)[:MAX_WORDS]


def _all_but_one(words: Sequence[str]) -> list[list[str]]:
    """For slips in one word of several."""
    if len(words) < 3:
        return []
    return [[word for word in words if word != left_out] for left_out in words]


def _signs(typed: _Typed, lead: _Known) -> dict[_Sign, int]:
    """What is the same, with its points; the likeness of two contacts only adds to other signs."""
    signs: dict[_Sign, int] = {}
    company = _likeness(typed.company_key, lead.company_key)
    if typed.email and typed.email == lead.contact_email:
        signs[_Sign.EMAIL] = 100
    if typed.phone and typed.phone == lead.phone_key:
        signs[_Sign.PHONE] = 95 if company >= ALIKE else 85
    if company == 100:
        signs[_Sign.COMPANY] = 90
    elif company >= ALIKE:
        signs[_Sign.SIMILAR_COMPANY] = round(company * 0.88)
    if typed.domain and lead.contact_email.endswith(f"@{typed.domain}"):
        signs[_Sign.DOMAIN] = 65
    if signs and _same_person(typed, lead):
        signs[_Sign.CONTACT] = 0
    return signs


def _score(signs: Mapping[_Sign, int]) -> int:
    best = max(signs.values(), default=0)
    return min(99, best + 8) if best < 100 and _Sign.CONTACT in signs else best


def _likeness(typed: str, known: str) -> int:
    """How alike two names of companies are, 0 to 100; one that is half typed is like what it begins."""
    if not typed:
        return 0
    ratio = round(fuzz.token_sort_ratio(typed, known))
    return max(ratio, ALIKE) if known.startswith(typed) else ratio


def _same_person(typed: _Typed, lead: _Known) -> bool:
    names = typed.contact.casefold(), lead.contact_name.casefold()
    return all(names) and fuzz.token_sort_ratio(*names) >= 85


def _shown(typed: _Typed, score: int, lead: _Known) -> Duplicate:
    row = Lead(**lead._asdict())
    reasons = tuple(str(sign.label) for sign in _signs(typed, lead))
    return Duplicate(row.pk, str(row), row.admin_url, score, reasons)


def _elsewhere(user: User, typed: _Typed) -> list[Duplicate]:
    """That a colleague's lead is the same, in the very cases in which adding it would be refused."""
    if user.has_perm("crm.view_all_leads"):
        return []
    same = Lead.objects.same_as(email=typed.email, company=typed.company_key, phone=typed.phone)
    is_seen = Exists(Lead.objects.visible_to(user).filter(pk=OuterRef("pk")))
    emails = [
        email for email, seen in same.order_by().values_list("contact_email", is_seen)[:WIDTH] if not seen
    ]
    reasons = []
    if typed.email and typed.email in emails:
        reasons.append(_("A colleague's lead has the same e-mail address"))
    if any(email != typed.email or not email for email in emails):
        reasons.append(_("A colleague's lead has the same company and phone number"))
    return [Duplicate(None, "", "", 100, (str(reason),)) for reason in reasons]
