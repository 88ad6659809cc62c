"""The assistant in the back office."""

from __future__ import annotations

from apps.assistant.admin import agents, approvals, evaluation, policies, rehearsals, runs

__all__ = ["agents", "approvals", "evaluation", "policies", "rehearsals", "runs"]
