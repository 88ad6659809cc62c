"""Who may write and publish which agent."""

from __future__ import annotations

from apps.accounts.models import User
from apps.core.errors import Forbidden


def may_edit(user: User, agent: str) -> bool:
    """Whether the person may draft versions of this agent."""
    return user.has_perm("assistant.change_agentversion") and _in_reach(user, agent)


def may_publish(user: User, agent: str) -> bool:
    """Whether the person may decide how this agent answers."""
    return user.has_perm("assistant.publish_agentversion") and _in_reach(user, agent)


def require_edit(user: User, agent: str) -> None:
    """Raises `Forbidden` for who may not draft."""
    if not may_edit(user, agent):
        raise Forbidden("You may change the agent of your own department only.")


def require_publish(user: User, agent: str) -> None:
    """Raises `Forbidden` for who may not publish."""
    if not may_publish(user, agent):
        raise Forbidden("You may publish versions of your own department's agent only.")


def _in_reach(user: User, agent: str) -> bool:
    """The own department's agent has its name; who sees the runs of all may manage all."""
    return user.department_slug == agent or user.has_perm("assistant.view_all_runs")
