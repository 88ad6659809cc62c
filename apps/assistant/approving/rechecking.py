"""Before a parked run goes on: whether those who asked and agreed still may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.assistant.approving.deciders import reason_against
from apps.assistant.approving.grants import still_stands
from apps.assistant.approving.policies import Ruling, ruling_in
from apps.assistant.choices import DecidedVia
from apps.assistant.models import Approval
from apps.assistant.toolkit import Tool, tools

if TYPE_CHECKING:
    from apps.assistant.running.turn import Turn


def refusal(requester: User, tool: Tool, ruling: Ruling, approval: Approval) -> str:
    """ "" when an approved call may go on, else the sentence why it is not made after all."""
    return lost_by(requester, tool, ruling) or _withdrawn(tool, approval)


def lost_by(requester: User, tool: Tool, ruling: Ruling) -> str:
    """ "" while the person who asked may have this done, else the sentence what he lost."""
    name = {"who": requester.name}
    if not requester.is_active:
        return _("%(who)s's account is no longer in use, so this was not done.") % name
    if not requester.has_perm("assistant.use_assistant"):
        return _("%(who)s may no longer use the assistant, so this was not done.") % name
    if not tool.allowed(requester):
        return _("%(who)s no longer has the right to do this, so it was not done.") % name
    if ruling.is_denied:
        return _("A policy now denies this, so it was not done.")
    return ""


def lost_while_parked(turn: Turn, name: str) -> str:
    """The sentence for a tool that was there when somebody was asked about it, and is gone; "" for others."""
    tool = tools.get(name)
    if tool is None or not Approval.objects.filter(run=turn.run, tool=name).exists():
        return ""
    return lost_by(turn.user, tool, ruling_in(turn, tool))


def _withdrawn(tool: Tool, approval: Approval) -> str:
    approver = approval.decided_by
    if approver is None or approval.decided_via == DecidedVia.SYSTEM:
        return ""
    if approval.decided_via == DecidedVia.GRANT:
        stands = still_stands(approver, tool)
    else:
        stands = not reason_against(approval, approver)
    if stands:
        return ""
    sentence = _("%(who)s, who agreed to this, no longer has the right to, so it was not done.")
    return sentence % {"who": approver.name}
