"""Runs and what they wait for; agents, evaluation, rehearsals."""

from __future__ import annotations

from apps.assistant.models.agents import AgentVersion
from apps.assistant.models.approvals import Approval, ApprovalLink, Grant, ToolPolicy
from apps.assistant.models.evaluation import Evaluation, EvaluationCase, EvaluationResult
from apps.assistant.models.rehearsals import Rehearsal, RunUndo
from apps.assistant.models.runs import Run, RunEvent, RunStep

__all__ = [
    "AgentVersion",
    "Approval",
    "ApprovalLink",
    "Evaluation",
    "EvaluationCase",
    "EvaluationResult",
    "Grant",
    "Rehearsal",
    "Run",
    "RunEvent",
    "RunStep",
    "RunUndo",
    "ToolPolicy",
]
