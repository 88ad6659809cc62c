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
    HANDOVER = "handover", "Hand-over"


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

    POLICY = "policy", "A policy, or what it does"
    UNCERTAIN = "uncertain", "Interrupted, and may already have taken effect"
    UNTRUSTED = "untrusted", "Follows what somebody else wrote"
    CHANGED = "changed", "What it is about changed meanwhile"


class Risk(models.TextChoices):
    """How much harm a wrong yes does."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class DecidedVia(models.TextChoices):
    """The door by which an answer came."""

    CHAT = "chat", "Chat"
    QUEUE = "queue", "Queue"
    API = "api", "API"
    MAIL = "mail", "Link in a mail"
    GRANT = "grant", "Pre-approval"
    SYSTEM = "system", "System"


class PolicyEffect(models.TextChoices):
    """What a policy says, from the mildest to the strictest."""

    ALLOW = "allow", "Allow"
    ASK = "ask", "Ask"
    DENY = "deny", "Deny"


class AgentVersionStatus(models.TextChoices):
    """The life of a version."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class VersionOrigin(models.TextChoices):
    """Where a version was written."""

    FILE = "file", "File"
    OFFICE = "office", "Back office"


class CaseOrigin(models.TextChoices):
    """Where a case came from."""

    FILE = "file", "File"
    APPROVAL = "approval", "Corrected approval"
    OFFICE = "office", "Back office"


class EvaluationStatus(models.TextChoices):
    """The life of an evaluation. One that was stopped, or whose worker died, did not come to its end."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Not finished"


class RehearsalKind(models.TextChoices):
    """Why a run was played through."""

    DRY_RUN = "dry_run", "Dry run"
    REPLAY = "replay", "Replay"


class RehearsalStatus(models.TextChoices):
    """The life of a rehearsal."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"
