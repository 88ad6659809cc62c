"""Messages that name a web page."""

from __future__ import annotations

from collections.abc import Sequence

from apps.assistant.models import Run
from apps.assistant.routing.office import Office
from apps.assistant.routing.similarity import NONE, Score, rank
from apps.assistant.skillkit import Skill, skills
from apps.assistant.slots.extraction import takes
from apps.perception.web.mentions import addresses_in, without_addresses

SPOKEN = "this web page"


def spoken(body: str) -> str:
    """The message as a person would say it: the letters of an address tell nothing about the wish."""
    return without_addresses(body, SPOKEN) if addresses_in(body, limit=1) else body


def ranked(body: str) -> tuple[list[Score], float]:
    """The skills by nearness to the message, or to its first paragraph: below it people paste what it is
    about, and that tells less about their wish.
    """
    scores, threshold = rank(spoken(body))
    first, _, rest = body.strip().partition("\n\n")
    if not rest.strip():
        return scores, threshold
    best = {score.skill: score.value for score in scores}
    for score in rank(spoken(first))[0]:
        if score.skill != NONE:
            best[score.skill] = max(best.get(score.skill, -1.0), score.value)
    merged = [Score(name, value) for name, value in best.items()]
    return sorted(merged, key=lambda score: -score.value), threshold


def reader_for(
    run: Run, office: Office, scores: Sequence[Score], chosen: tuple[Skill, float] | None
) -> tuple[Skill, float] | None:
    """The skill for a message with an address: what was chosen, or else the one that reads any page (the one
    that most agents have).

    What was sent as a page (`input_type` is `url`) goes to a skill that reads pages in any case.
    """
    if not addresses_in(run.message.body, limit=1):
        return chosen
    is_page = (run.message.raw_payload or {}).get("input_type") == "url"
    if chosen is not None and (not is_page or takes(chosen[0].slots, "addresses")):
        return chosen
    near = {score.skill: score.value for score in scores}
    readers = [skill for skill in skills if takes(skill.slots, "addresses") and office.can_reach(skill)]
    if not readers:
        return chosen
    reader = max(readers, key=lambda skill: len(skill.manifest.agents))
    return reader, near.get(reader.name, 0.0)
