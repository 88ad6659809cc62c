"""The stages of a lead and the ways between them: declared once, here."""

from __future__ import annotations

from collections.abc import Mapping

from apps.crm.choices import CLOSED, OPEN, LeadStatus

_NEW, _CONTACTED, _QUALIFIED, _PROPOSAL = OPEN
_WON, _LOST = CLOSED

#: From each stage, the stages that may follow. One step on or back; lost from anywhere; a lost lead may come
#: back to life; a won one is a customer and stays one.
TRANSITIONS: Mapping[LeadStatus, tuple[LeadStatus, ...]] = {
    _NEW: (_CONTACTED, _LOST),
    _CONTACTED: (_NEW, _QUALIFIED, _LOST),
    _QUALIFIED: (_CONTACTED, _PROPOSAL, _LOST),
    _PROPOSAL: (_QUALIFIED, _WON, _LOST),
    _WON: (),
    _LOST: (_CONTACTED,),
}

#: What managers find set for each stage: its chance of being won in per cent, and the days after which a card
#: in it looks old (None: never). Their own settings are rows of `Stage`.
DEFAULTS: Mapping[LeadStatus, tuple[int, int | None]] = {
    _NEW: (10, 7),
    _CONTACTED: (20, 14),
    _QUALIFIED: (40, 21),
    _PROPOSAL: (60, 30),
    _WON: (100, None),
    _LOST: (0, None),
}


def may_follow(before: str, after: str) -> bool:
    """Whether a lead in stage `before` may be moved to stage `after`."""
    return after in TRANSITIONS[LeadStatus(before)]
