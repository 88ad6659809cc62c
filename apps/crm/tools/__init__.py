"""What the assistant may do with leads."""

from __future__ import annotations

from apps.crm.tools.activities import AddedTask, add_task, log_activity
from apps.crm.tools.answers import FoundLead, FoundLeads
from apps.crm.tools.decks import PitchDeck, build_pitch_deck
from apps.crm.tools.leads import (
    DeletedLead,
    create_lead,
    delete_lead,
    import_leads,
    move_lead_stage,
    schedule_follow_up,
    update_lead,
)
from apps.crm.tools.outreach import OutreachDraft, draft_outreach
from apps.crm.tools.reading import (
    LeadTimeline,
    PossibleDuplicate,
    find_duplicates,
    find_leads,
    find_stale_leads,
    lead_timeline,
    list_open_leads,
    summarise_pipeline,
    summarise_stale_leads,
)

__all__ = [
    "AddedTask",
    "DeletedLead",
    "FoundLead",
    "FoundLeads",
    "LeadTimeline",
    "OutreachDraft",
    "PitchDeck",
    "PossibleDuplicate",
    "add_task",
    "build_pitch_deck",
    "create_lead",
    "delete_lead",
    "draft_outreach",
    "find_duplicates",
    "find_leads",
    "find_stale_leads",
    "import_leads",
    "lead_timeline",
    "list_open_leads",
    "log_activity",
    "move_lead_stage",
    "schedule_follow_up",
    "summarise_pipeline",
    "summarise_stale_leads",
    "update_lead",
]
