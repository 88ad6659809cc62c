"""What may be done with a tool: the strictest of the policies that hold decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from django.db.models import Q

from apps.assistant.choices import PolicyEffect
from apps.assistant.models import ToolPolicy
from apps.assistant.toolkit import Tool

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.assistant.running.turn import Turn

STRICTNESS = [PolicyEffect.ALLOW, PolicyEffect.ASK, PolicyEffect.DENY]


@dataclass(frozen=True)
class Ruling:
    """What holds for one tool, one person and one agent.

    `thresholds` are the lowest amounts by currency above which somebody other than the requester has to
    agree; `policies` those that were weighed, none when the default holds.
    """

    effect: str
    thresholds: Mapping[str, Decimal] = field(default_factory=dict)
    policies: tuple[ToolPolicy, ...] = ()

    @property
    def is_denied(self) -> bool:
        """Whether the tool does not exist here."""
        return self.effect == PolicyEffect.DENY

    @property
    def is_asked(self) -> bool:
        """Whether a person has to agree, whatever the amount."""
        return self.effect == PolicyEffect.ASK

    def needs_four_eyes(self, amount: Decimal | None, currency: str) -> bool:
        """Whether the requester may not agree alone.

        Where a threshold is in force, an unknown amount and one in another currency need it, too: nobody can
        say that they are below.
        """
        if not self.thresholds:
            return False
        threshold = self.thresholds.get(currency)
        return amount is None or threshold is None or abs(amount) > threshold


def effect_of(
    tool: Tool, user: User, agent: str = "", *, policies: Iterable[ToolPolicy] | None = None
) -> Ruling:
    """What holds when `user` has `agent` call `tool`. An empty `agent` weighs those of no agent only.

    `policies` are those of the person (`policies_of`), when they have been read already.
    """
    known = policies_of(user) if policies is None else policies
    held = tuple(policy for policy in known if _holds(policy, tool, agent))
    effect = max((PolicyEffect(policy.effect) for policy in held), key=STRICTNESS.index, default=None)
    return Ruling(effect or default_effect(tool), _thresholds(held), held)


def policies_of(user: User) -> Sequence[ToolPolicy]:
    """The active policies that hold for a person, whatever the tool and the agent: one query."""
    mine = Q(role__isnull=True) | Q(role__in=user.groups.values("pk"))
    ours = Q(department__isnull=True) | Q(department=user.department_id)
    return list(ToolPolicy.objects.filter(mine, ours, is_active=True))


def default_effect(tool: Tool) -> PolicyEffect:
    """Without a policy, what leaves the house or destroys something is asked for."""
    return PolicyEffect.ASK if tool.external or tool.destructive else PolicyEffect.ALLOW


def ruling_in(turn: Turn, tool: Tool) -> Ruling:
    """What holds for a call of a run; the person's policies are read once for each execution of it."""
    return effect_of(tool, turn.user, turn.agent.name, policies=turn.policies)


def _holds(policy: ToolPolicy, tool: Tool, agent: str) -> bool:
    if policy.agent and policy.agent != agent:
        return False
    return fnmatchcase(tool.qualified_name, policy.tool)


def _thresholds(policies: Iterable[ToolPolicy]) -> dict[str, Decimal]:
    lowest: dict[str, Decimal] = {}
    for policy in policies:
        if policy.four_eyes_above is not None:
            known = lowest.get(policy.currency, policy.four_eyes_above)
            lowest[policy.currency] = min(known, policy.four_eyes_above)
    return lowest
