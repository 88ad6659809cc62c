"""Messages that name a web page, or ask for a search of the web."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from apps.assistant.models import Run
from apps.assistant.routing.office import Office
from apps.assistant.routing.similarity import NONE, Score, rank
from apps.assistant.skillkit import Skill, skills
from apps.assistant.slots.extraction import takes
from apps.core.sentences import sentence
from apps.perception.web.mentions import names_page, without_addresses

SPOKEN = "this web page"
#: A wish that ends with a colon; shorter ones ("Note: …", "https://…") are none.
_BEFORE_COLON = re.compile(r"([^\n:：]{12,120})[:：](?!//)\s*\S")
#: Where to look is said outright: whatever else the message resembles, its answer is not in the house.
_ON_THE_WEB = re.compile(
    r"\b(?:search|browse|scan|check)(?: on| in| through)? the (?:web|internet)\b"
    r"|\b(?:search|look(?: \w+){0,6} up|look|check) online\b"
    r"|^\W*(?:(?:please|pls|can|could|would|you)\W+)*"
    r"(?:google\b|(?:find|search|look)\b.{0,120}\bon the (?:web|internet)\b)"
    r"|上网[搜查找]|网上[搜查找]|(?:在网上|从网上|互联网上?|用谷歌|用百度).{0,30}[搜查找]|[搜查找].{0,20}互联网"
    r"|\bcari(?:kan)?\b.{0,80}\b(?:di|dalam) (?:web|internet)\b|\bcari(?:kan)? dalam talian\b",
    re.IGNORECASE,
)


def spoken(body: str) -> str:
    """The message as a person would say it: the letters of an address tell nothing about the wish."""
    return without_addresses(body, SPOKEN) if names_page(body) else body


def asks_the_web(body: str) -> bool:
    """Whether the message says that the web is where to look."""
    return bool(_ON_THE_WEB.search(sentence(body)))


def ranked(body: str) -> tuple[list[Score], float]:
    """The skills by nearness to the message, or to what introduces it: below a first paragraph or after a
    colon people paste what it is about, and that tells less about their wish.
    """
    scores, threshold = rank(spoken(body))
    best = {score.skill: score.value for score in scores}
    for wish in _introductions(body):
        for score in rank(spoken(wish))[0]:
            if score.skill != NONE:
                best[score.skill] = max(best.get(score.skill, -1.0), score.value)
    merged = [Score(name, value) for name, value in best.items()]
    return sorted(merged, key=lambda score: -score.value), threshold


def _introductions(body: str) -> Iterator[str]:
    first, _, rest = body.strip().partition("\n\n")
    if rest.strip():
        yield first
    if head := _BEFORE_COLON.match(first):
        yield head.group(1)


def reader_for(
    run: Run, office: Office, scores: Sequence[Score], chosen: tuple[Skill, float] | None
) -> tuple[Skill, float] | None:
    """The skill for a message with an address, also a refused one: what was chosen, or else the one that
    reads any page (the one that most agents have).

    What was sent as a page (`input_type` is `url`) goes to a skill that reads pages in any case; a search of
    the web, which names none, to that one reader.
    """
    body = run.message.body
    has_page, is_search = names_page(body), asks_the_web(body)
    if not (has_page or is_search):
        return chosen
    must_read = is_search or (run.message.raw_payload or {}).get("input_type") == "url"
    if has_page and chosen is not None and (not must_read or takes(chosen[0].slots, "addresses")):
        return chosen
    near = {score.skill: score.value for score in scores}
    readers = [skill for skill in skills if takes(skill.slots, "addresses") and office.can_reach(skill)]
    if not readers:
        return chosen
    reader = max(readers, key=lambda skill: len(skill.manifest.agents))
    return reader, near.get(reader.name, 0.0)
