"""A call weighed: what it would do, by whose words, and whether somebody has to agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.assistant.approving.policies import Ruling
from apps.assistant.approving.previewing import preview_of
from apps.assistant.approving.provenance import Leaf, derives, followed, origins
from apps.assistant.approving.sources import OUR_OWN_CODE, sources_of
from apps.assistant.choices import ApprovalReason
from apps.assistant.models import Run
from apps.assistant.toolkit import Preview, Tool


@dataclass(frozen=True)
class Question:
    """What an approval is written from."""

    preview: Preview
    provenance: list[Leaf]
    reason: str
    four_eyes: bool

    @property
    def is_needed(self) -> bool:
        """Whether anybody has to be asked at all."""
        return bool(self.reason) or self.four_eyes

    @property
    def is_grantable(self) -> bool:
        """Whether an answer in advance may stand for one now."""
        return self.reason in {"", ApprovalReason.POLICY}

    def fields(self) -> dict[str, Any]:
        """The columns of an approval that follow from it."""
        return {
            **looked_at(self.preview),
            "reason": self.reason or ApprovalReason.POLICY,
            "four_eyes": self.four_eyes,
            "provenance": [leaf.as_json() for leaf in self.provenance],
        }


def looked_at(preview: Preview) -> dict[str, Any]:
    """The columns of an approval that hold what the person reads."""
    return {
        "preview": preview.model_dump(mode="json"),
        "touches": [touched.model_dump(mode="json") for touched in preview.touches],
        "amount": preview.amount,
        "currency": preview.currency[:3],
    }


def weigh(
    *, run: Run, step_id: UUID, tool: Tool, arguments: dict[str, Any], ruling: Ruling, mode: str
) -> Question:
    """Look at a call before it is made. Raises `ToolError` when its preview says that it must not be.

    What follows a stranger's words is asked about, whatever a policy allows.
    """
    sources = sources_of(run)
    found = origins(arguments, sources)
    preview = preview_of(run=run, step_id=step_id, tool=tool, arguments=arguments)
    reason = ApprovalReason.POLICY if ruling.is_asked else ""
    if _reaches_far(tool, arguments) and derives(found, sources, by_model=mode not in OUR_OWN_CODE):
        reason = ApprovalReason.UNTRUSTED
        preview.follows = followed(found, sources)
    four_eyes = ruling.needs_four_eyes(preview.amount, preview.currency)
    return Question(preview, found, reason, four_eyes)


def is_weighed(tool: Tool, arguments: dict[str, Any], ruling: Ruling) -> bool:
    """Whether a call has to be looked at first: most of them change nothing that anybody asks about."""
    return ruling.is_asked or bool(ruling.thresholds) or _reaches_far(tool, arguments)


def _reaches_far(tool: Tool, arguments: dict[str, Any]) -> bool:
    """Whether a call leaves the house, destroys something, or lets more people read something."""
    return tool.external or tool.destructive or tool.shares(arguments)
