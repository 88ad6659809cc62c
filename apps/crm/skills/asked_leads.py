"""Whose leads, from where and come to us how: the conditions in a question about the pipeline."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from apps.accounts.models import User
from apps.assistant.slots import SlotSpec
from apps.assistant.slots.capitals import names_in
from apps.assistant.slots.extraction import Source
from apps.crm.choices import LeadSource, LeadStatus
from apps.crm.narrowing import places
from apps.crm.report_selectors.scope import owner_names, sees_others

_SOURCES = {
    "linkedin": LeadSource.LINKEDIN, "website": LeadSource.WEBSITE, "referral": LeadSource.REFERRAL,
    "referrals": LeadSource.REFERRAL, "referred": LeadSource.REFERRAL, "event": LeadSource.EVENT,
    "events": LeadSource.EVENT, "trade fair": LeadSource.EVENT, "cold call": LeadSource.CALL,
    "推荐": LeadSource.REFERRAL, "介绍": LeadSource.REFERRAL, "网站": LeadSource.WEBSITE,
    "rujukan": LeadSource.REFERRAL, "laman web": LeadSource.WEBSITE, "acara": LeadSource.EVENT,
}  # fmt: skip
_STAGES = {
    "new leads": LeadStatus.NEW, "new stage": LeadStatus.NEW, "contacted": LeadStatus.CONTACTED,
    "qualified": LeadStatus.QUALIFIED, "proposal": LeadStatus.PROPOSAL, "proposals": LeadStatus.PROPOSAL,
    "提案": LeadStatus.PROPOSAL, "cadangan": LeadStatus.PROPOSAL,
}  # fmt: skip
#: Not after "not contacted" and the like.
_NOT = re.compile(r"\b(?:not|never|without|haven't|hasn't|tidak|belum)\b|没")
_OF_SOMEBODY = re.compile(
    r"\b(?:pipeline|deals|funnel|leads) (?:of|for) (\w{2,40})"
    r"|\b(\w{2,40})['’]s (?:\w{1,20} )?(?:pipeline|deals|funnel|leads|wins)\b"
    r"|\b(?:did|has) (\w{2,40}) (?:win|won|lose|lost|close|bring)",
    re.IGNORECASE,
)
_MINE = re.compile(r"\b(?:my|mine|i|saya)\b|我的|我(?!们)", re.IGNORECASE)
#: Words in the place of a name that are none, and capitals that are the calendar's or ours.
_NO_NAMES = frozenset(
    """
    the this that these my our your we i you they it us each every all any which what who whom whose team
    sales stage stages source sources rep reps value today week month quarter year last next open won lost
    new everyone everybody company house country countries place me him her them he she kami saya january
    february march april may june july august september october november december jan feb mar apr jun jul
    aug sep oct nov dec monday tuesday wednesday thursday friday saturday sunday q1 q2 q3 q4 kpi crm pdf
    excel sgd myr usd hkd rm show list compare how please give tell leads deals pipeline customer customers
    deal lead top best region industry
    """.split()  # noqa: SIM905 - a list of a hundred words reads better so
)


def find_owner(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    """A colleague with leads, by the full or the first name."""
    text = source.text.casefold()
    for name in owner_names(source.user).values():
        if any(_says(text, said) for said in (name.casefold(), name.split()[0].casefold()) if len(said) > 1):
            return name
    return None


def find_source(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    """How they came to us."""
    return next((str(kind) for word, kind in _SOURCES.items() if _says(source.text.casefold(), word)), None)


def find_places(source: Source, is_asked: bool) -> list[str] | None:  # noqa: ARG001
    """The countries that are named, in their order."""
    text = source.text.casefold()
    found = {
        country: min(text.find(word) for word in words if _says(text, word))
        for country, words in places().items()
        if any(_says(text, word) for word in words)
    }
    return sorted(found, key=lambda country: found[country]) or None


def find_stage(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    """The open stage that is named."""
    text = source.text.casefold()
    if _NOT.search(text):
        return None
    return next((str(stage) for word, stage in _STAGES.items() if _says(text, word)), None)


def find_strangers(source: Source, is_asked: bool) -> list[str] | None:  # noqa: ARG001
    """Names that are no colleague with leads, no country and no source: a condition that cannot be kept."""
    known = {word for name in owner_names(source.user).values() for word in name.casefold().split()}
    known |= {part for words in places().values() for word in words for part in word.split()} | set(_SOURCES)
    named = [next(filter(None, found.groups()), "") for found in _OF_SOMEBODY.finditer(source.text)]
    for name in names_in(source.text):
        left = [word for word in _plain(name).split() if word.casefold() not in known | _NO_NAMES]
        named.append(" ".join(left))
    strange = [name for name in named if name and name.casefold() not in known | _NO_NAMES]
    return list(dict.fromkeys(strange))[:3] or None


def _plain(name: str) -> str:
    """Without the end of a genitive."""
    return name.replace("'s", "").replace("’s", "")


def is_mine(message: str, user: User) -> bool:
    """Whether the question is about the user's own leads, where those of others would count too."""
    return sees_others(user) and bool(_MINE.search(message))


def unknown_names(names: list[str]) -> str:
    """Why nothing is shown: better than the list of somebody else."""
    said = ", ".join(f"“{name}”" for name in names)
    return (
        f"I do not know {said} as a colleague with leads, a country or a source among what you may see, so I"
        " show nothing rather than something else. You can ask by colleague, by country"
        f" ({', '.join(places())}), by source, by stage and by days."
    )


def _says(text: str, word: str) -> bool:
    start = text.find(word)
    if start < 0 or not word.isascii():
        return start >= 0
    return bool(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text))


OwnerSlot = Annotated[
    str, SlotSpec("text", find=find_owner), Field(description="A colleague who has leads.", max_length=160)
]
SourceSlot = Annotated[
    LeadSource, SlotSpec("choice", find=find_source), Field(description="Where they come from.")
]
PlacesSlot = Annotated[
    list[str], SlotSpec("text", find=find_places), Field(description="Countries.", max_length=5)
]
StageSlot = Annotated[LeadStatus, SlotSpec("choice", find=find_stage), Field(description="An open stage.")]
StrangersSlot = Annotated[
    list[str],
    SlotSpec("text", find=find_strangers),
    Field(description="Leave empty.", max_length=3),
]
