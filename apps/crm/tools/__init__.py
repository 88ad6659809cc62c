"""What the assistant may do with leads."""

from __future__ import annotations

from apps.crm.tools.decks import PitchDeck, build_pitch_deck
from apps.crm.tools.leads import (
    DeletedLead,
    FoundLead,
    FoundLeads,
    create_lead,
    delete_lead,
    find_leads,
    find_stale_leads,
    import_leads,
    list_open_leads,
    log_contact,
    schedule_follow_up,
    summarise_pipeline,
    summarise_stale_leads,
    update_lead_status,
)

__all__ = [
    "DeletedLead",
    "FoundLead",
    "FoundLeads",
    "PitchDeck",
    "build_pitch_deck",
    "create_lead",
    "delete_lead",
    "find_leads",
    "find_stale_leads",
    "import_leads",
    "list_open_leads",
    "log_contact",
    "schedule_follow_up",
    "summarise_pipeline",
    "summarise_stale_leads",
    "update_lead_status",
]
