"""Push messages to colleagues' phones."""

from __future__ import annotations

from apps.accounts.models import User
from apps.assistant.toolkit import Preview, ToolContext, ToolError, tool
from apps.assistant.tools.outgoing import Outgoing, outgoing
from apps.integrations import credentials, services
from apps.integrations.choices import Provider


def preview_push(ctx: ToolContext, *, title: str, body: str, to: str = "") -> Preview:
    """The words, and whose phones."""
    recipient = _colleague(ctx, to)
    connected = credentials.is_connected(Provider.FCM)
    warnings = (
        [] if connected else ["Push messages are not connected: it becomes a notice in the back office."]
    )
    return Preview(
        title=f"Push message to {recipient.name or recipient.email}",
        lines=[("To", recipient.email), ("Title", title)],
        body=body,
        warnings=warnings,
    )


@tool(
    permission="integrations.send_push",
    external=True,
    family="push",
    summary="Sending a push message …",
    preview=preview_push,
)
def push_notify(ctx: ToolContext, *, title: str, body: str, to: str = "") -> Outgoing:
    """Send a short message to the phones of a colleague, by e-mail address; without one, to the user's own.
    It becomes a notice in the back office when there is no phone or no connection. A person agrees first.
    """
    dispatch = services.push(
        user=ctx.user,
        recipient=_colleague(ctx, to),
        title=title,
        body=body,
        key=str(ctx.step_id),
        run_id=ctx.run_id,
    )
    return outgoing(dispatch, ctx)


def _colleague(ctx: ToolContext, address: str) -> User:
    if not address.strip():
        return ctx.user
    found: User | None = User.objects.active().filter(email=address.strip().lower()).first()
    if found is None:
        raise ToolError("There is no colleague with this address.")
    return found
