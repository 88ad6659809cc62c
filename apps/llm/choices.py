"""Closed lists of the llm app."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ModelRunStatus(TextChoices):
    """Where a request to a model stands."""

    RUNNING = "running", _("Running")
    COMPLETED = "completed", _("Completed")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Pricing(TextChoices):
    """How the cost of a request was found."""

    EXACT = "exact", _("Exact")
    ESTIMATED = "estimated", _("Estimated")
    UNPRICED = "unpriced", _("No price known")


class BudgetScope(TextChoices):
    """Whose calls a budget bounds."""

    USER = "user", _("One person")
    DEPARTMENT = "department", _("A department")
