"""What the assistant may do with leads."""

from __future__ import annotations

from apps.crm.tools.activities import AddedTask, add_task, log_activity
from apps.crm.tools.answers import FoundLead, FoundLeads
from apps.crm.tools.companies import (
    FoundCompanies,
    FoundCompany,
    add_company_task,
    company_timeline,
    find_companies,
    log_company_contact,
)
from apps.crm.tools.counting import (
    Deletion,
    Deletions,
    count_leads,
    list_deleted_leads,
    list_leads,
)
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
from apps.crm.tools.proposals import MadeProposal, build_proposal
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
    "Deletion",
    "Deletions",
    "FoundCompanies",
    "FoundCompany",
    "FoundLead",
    "FoundLeads",
    "LeadTimeline",
    "MadeProposal",
    "OutreachDraft",
    "PitchDeck",
    "PossibleDuplicate",
    "add_company_task",
    "add_task",
    "build_pitch_deck",
    "build_proposal",
    "company_timeline",
    "count_leads",
    "create_lead",
    "delete_lead",
    "draft_outreach",
    "find_companies",
    "find_duplicates",
    "find_leads",
    "find_stale_leads",
    "import_leads",
    "lead_timeline",
    "list_deleted_leads",
    "list_leads",
    "list_open_leads",
    "log_activity",
    "log_company_contact",
    "move_lead_stage",
    "schedule_follow_up",
    "summarise_pipeline",
    "summarise_stale_leads",
    "update_lead",
]
