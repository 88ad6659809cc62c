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


class ActivityKind(models.TextChoices):
    """What happened to a lead."""

    CONTACT = "contact", _("Contacted")
    STATUS = "status", _("Status changed")
