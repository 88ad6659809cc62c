"""Choices of the engine."""

from __future__ import annotations

from django.db import models


class Trigger(models.TextChoices):
    """What started a run."""

    CHAT = "chat", "Chat"
    TERMINAL = "terminal", "Terminal"
    SCHEDULE = "schedule", "Schedule"
    WEBHOOK = "webhook", "Webhook"
    INBOX = "inbox", "Inbox"
    ADMIN = "admin", "Back office"
    API = "api", "API"


class RunStatus(models.TextChoices):
    """The life of a run."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    WAITING_APPROVAL = "waiting_approval", "Waiting for approval"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


FINAL = (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED)
ACTIVE = (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.WAITING_APPROVAL)


class StepKind(models.TextChoices):
    """What a step did."""

    ROUTE = "route", "Routing"
    MODEL = "model", "Model call"
    TOOL = "tool", "Tool call"
    SKILL = "skill", "Skill"


class StepStatus(models.TextChoices):
    """The life of a step. ERROR is a sentence for the model; FAILED is a bug."""

    RUNNING = "running", "Running"
    DONE = "done", "Done"
    ERROR = "error", "Refused"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class ApprovalStatus(models.TextChoices):
    """The life of an approval."""

    PENDING = "pending", "Pending"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    EXPIRED = "expired", "Expired"


class ApprovalReason(models.TextChoices):
    """Why a person is asked."""

    POLICY = "policy", "Leaves the house or destroys something"
    UNCERTAIN = "uncertain", "Interrupted, and may already have taken effect"
