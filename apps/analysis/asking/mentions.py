"""Which columns a question speaks of, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import DamerauLevenshtein

from apps.analysis.asking.concepts import CONCEPTS
from apps.analysis.asking.lexicon import CJK
from apps.analysis.profiles import ColumnProfile, TableProfile

_WORD = re.compile(rf"[{CJK}]+|[a-z0-9%#]+(?:'s)?")
_NAMED, _PART, _CONCEPT, _FIRST_PART, _ALIKE = 100, 85, 70, 60, 50
#: Below this likeness two words are different ones, and not a slip of the finger.
_SAME = 0.82
_SHORTEST_FUZZY = 5
#: Numbers that are not measured.
_COUNTERS = {"year", "month", "day", "no", "id", "#", "number", "年", "月", "tahun", "bulan"}


#: “Total cost” and “tax amount” are no revenue.
_NO_REVENUE = ("cost", "tax", "discount", "profit")


#: First and last place, and the words as they are compared.
Phrase = tuple[int, int, str]


@dataclass(frozen=True)
class Mention:
    """A column at a place of the question; `score` says how plainly it is named, 0 to 100."""

    column: ColumnProfile
    start: int
    end: int
    score: int


def singular(word: str) -> str:
    """A rough singular: enough to join “outlets” with “Outlet”."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def normal(text: str) -> str:
    """Lower case, singular, without signs: how headings and questions are compared."""
    plain = re.sub(r"([a-z])([A-Z])", r"\1 \2", text).casefold().replace("_", " ")
    return " ".join(singular(word.removesuffix("'s")) for word in _WORD.findall(plain))


@cache
def like(concept: str) -> frozenset[str]:
    """The words of a concept as they are compared."""
    return frozenset(map(normal, CONCEPTS[concept]))


def mentions(question: str, profile: TableProfile) -> list[Mention]:
    """Columns named in the question, in its order; of several for one place, the plainest. Those that are
    equally plain all stay.
    """
    phrases = _phrases(question)
    found = [mention for column in profile.columns for mention in _of_column(question, phrases, column)]
    # Longer first: “order value” is an amount, though “order” alone would be another column.
    found.sort(key=lambda mention: (mention.start - mention.end, -mention.score))
    kept: list[Mention] = []
    taken: dict[int, tuple[int, int, int]] = {}
    for mention in found:
        own = (mention.score, mention.start, mention.end)
        # One that was kept before is as long at least: it covers the first or the last letter.
        if all(taken.get(place, own) == own for place in (mention.start, mention.end - 1)):
            kept.append(mention)
            taken.update(dict.fromkeys(range(mention.start, mention.end), own))
    return sorted(kept, key=lambda mention: mention.start)


def main_number(profile: TableProfile) -> ColumnProfile | None:
    """The number that a question means when it names none: the only one, the only amount, or the revenue."""
    numbers = [
        column for column in profile.columns if column.is_number and normal(column.name) not in _COUNTERS
    ]
    money = [column for column in numbers if len(column.unit) == 3 or column.currency_column]
    revenue = like("revenue")
    taken = frozenset().union(*map(like, _NO_REVENUE))
    words = [(column, {normal(column.name), *normal(column.name).split()}) for column in numbers]
    named = [column for column, own in words if revenue & own and not taken & own]
    return next((group[0] for group in (numbers, money, named) if len(group) == 1), None)


def _of_column(question: str, phrases: list[Phrase], column: ColumnProfile) -> list[Mention]:
    names = {normal(column.name): _NAMED}
    heading = normal(re.sub(r"\(.*?\)", "", column.name))
    names.setdefault(heading, _NAMED)
    *before, last = heading.split() or [""]
    names.setdefault(last, _PART)
    for word in before:
        if len(word) > 2 and word not in {"the", "and", "per", "num"}:
            names.setdefault(word, _FIRST_PART)
    for rank, alike in _concepts(heading, column):
        for word in alike:
            names.setdefault(word, _CONCEPT - rank)
    found = []
    for start, end, text in phrases:
        score = names.get(text) or _fuzzy(text, heading)
        if score:
            found.append(Mention(column, start, end, score))
    found.extend(_chinese(question, names, column))
    return found


def _concepts(heading: str, column: ColumnProfile) -> list[tuple[int, frozenset[str]]]:
    """Sets of like words that the heading belongs to. What is added up is no “customer”, and the reverse."""
    words = set(heading.split())
    found = []
    for concept, alike in CONCEPTS.items():
        known = like(concept)
        joined = (
            heading in known
            or bool(words & known)
            or any(re.search(f"[{CJK}]", word) and word in heading for word in alike)
        )
        fits = column.is_number if concept in {"revenue", "quantity", "cost", "price", "profit"} else True
        if joined and fits:
            # “sold” means money or pieces; the plainer heading is asked first.
            found.append((0 if heading in known else 5, known))
    return found


def _phrases(question: str) -> list[Phrase]:
    """One to four words side by side, with their places; longer ones first. Each word is read once."""
    found = list(_WORD.finditer(question.casefold()))
    words = [singular(match[0].removesuffix("'s")) for match in found]
    spoken = [at for at, match in enumerate(found) if not re.match(f"[{CJK}]", match[0])]
    phrases = []
    for length in (4, 3, 2, 1):
        for first, last in zip(spoken, spoken[length - 1 :], strict=False):
            text = " ".join(words[first : last + 1])
            phrases.append((found[first].start(), found[last].end(), text))
    return phrases


def _fuzzy(text: str, heading: str) -> int:
    if len(text) < _SHORTEST_FUZZY or not heading.isascii():
        return 0
    # So different in length, they cannot be alike.
    if min(len(text), len(heading)) < _SAME * max(len(text), len(heading)):
        return 0
    return _ALIKE if DamerauLevenshtein.normalized_similarity(text, heading) >= _SAME else 0


def _chinese(question: str, names: dict[str, int], column: ColumnProfile) -> list[Mention]:
    found: list[Mention] = []
    for name, score in names.items():
        if name and re.fullmatch(f"[{CJK} ]+", name):
            found.extend(
                Mention(column, match.start(), match.end(), score)
                for match in re.finditer(re.escape(name), question)
            )
    return found
