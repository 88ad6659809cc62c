"""Choices of the sales pipeline."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LeadStatus(models.TextChoices):
    """How far a lead has come."""

    NEW = "new", _("New")
    CONTACTED = "contacted", _("Contacted")
    QUALIFIED = "qualified", _("Qualified")
    PROPOSAL = "proposal", _("Proposal")
    CLOSED_WON = "closed_won", _("Won")
    CLOSED_LOST = "closed_lost", _("Lost")


OPEN = (LeadStatus.NEW, LeadStatus.CONTACTED, LeadStatus.QUALIFIED, LeadStatus.PROPOSAL)
CLOSED = (LeadStatus.CLOSED_WON, LeadStatus.CLOSED_LOST)


class LeadSource(models.TextChoices):
    """How a lead came to us."""

    LINKEDIN = "linkedin", _("LinkedIn")
    WEBSITE = "website", _("Website")
    REFERRAL = "referral", _("Referral")
    EVENT = "event", _("Event")
    CALL = "call", _("Call")
    EMAIL = "email", _("E-mail")
    IMPORT = "import", _("Import")
    OTHER = "other", _("Other")


class LostReason(models.TextChoices):
    """Why a lead was lost. `OTHER` needs a note; `NOT_RECORDED` is for leads that came in as lost."""

    PRICE = "price", _("Price")
    COMPETITOR = "competitor", _("Chose a competitor")
    NO_NEED = "no_need", _("No need")
    NO_BUDGET = "no_budget", _("No budget")
    TIMING = "timing", _("Wrong time")
    NO_ANSWER = "no_answer", _("No answer")
    OTHER = "other", _("Other")
    NOT_RECORDED = "not_recorded", _("Not recorded")


class ActivityKind(models.TextChoices):
    """What happened with a lead, a company or a contact. `CONTACT` is one of unknown kind (imports)."""

    CALL = "call", _("Call")
    EMAIL = "email", _("E-mail")
    MEETING = "meeting", _("Meeting")
    MESSAGE = "message", _("Message")
    CONTACT = "contact", _("Contact")
    NOTE = "note", _("Note")


#: Kinds that mean that somebody spoke or wrote to somebody.
CONTACTS = (
    ActivityKind.CALL,
    ActivityKind.EMAIL,
    ActivityKind.MEETING,
    ActivityKind.MESSAGE,
    ActivityKind.CONTACT,
)


class CustomerStatus(models.TextChoices):
    """Whether a customer still is one."""

    ACTIVE = "active", _("Active")
    CHURNED = "churned", _("Churned")
