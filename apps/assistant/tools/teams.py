"""Teams channels."""

from __future__ import annotations

from django.utils.html import escape

from apps.assistant.toolkit import Preview, ToolContext, ToolError, tool
from apps.assistant.tools.outgoing import Outgoing, brand_check, outgoing
from apps.core.errors import DomainError
from apps.core.markdown import plain, rendered
from apps.integrations import credentials, services

NOBODY = "Nobody has signed in for Teams yet. An administrator runs: manage.py sign_in_to_teams"


def teams_ready() -> str:
    """ "" when somebody has signed in, in whose name channels can be written to; else what is missing."""
    try:
        return "" if credentials.microsoft().teams is not None else NOBODY
    except DomainError:
        return credentials.NO_MICROSOFT


def preview_post(ctx: ToolContext, *, channel: str, body: str) -> Preview:
    """The message and where it goes."""
    warnings, blocked = brand_check(body)
    return Preview(
        title=f"Message to {channel}",
        lines=[("Channel", channel), ("From", ctx.user.name or ctx.user.email)],
        body=body,
        body_format="markdown",
        warnings=warnings,
        blocked=blocked,
    )


@tool(
    permission="integrations.post_to_teams",
    external=True,
    family="teams",
    summary="Posting to {channel} …",
    preview=preview_post,
    ready=teams_ready,
)
def post_to_teams(ctx: ToolContext, *, channel: str, body: str) -> Outgoing:
    """Post a message (Markdown) to a Teams channel, named "Team/Channel". A person agrees first."""
    return _post(ctx, channel, body, "")


def preview_reply(ctx: ToolContext, *, channel: str, message_id: str, body: str) -> Preview:
    """The answer and where it goes."""
    found = preview_post(ctx, channel=channel, body=body)
    return found.model_copy(update={"lines": [*found.lines, ("Answers", message_id)]})


@tool(
    permission="integrations.post_to_teams",
    external=True,
    family="teams",
    summary="Answering in {channel} …",
    preview=preview_reply,
    ready=teams_ready,
)
def reply_in_teams(ctx: ToolContext, *, channel: str, message_id: str, body: str) -> Outgoing:
    """Answer a message of a Teams channel in its thread, by the message's id. A person agrees first."""
    return _post(ctx, channel, body, message_id)


def _post(ctx: ToolContext, channel: str, body: str, reply_to: str) -> Outgoing:
    if not body.strip() or len(body) > 10_000:
        raise ToolError("A message has between 1 and 10,000 characters.")
    if missing := teams_ready():
        raise ToolError(missing)
    dispatch = services.post_to_teams(
        user=ctx.user,
        channel=channel,
        html=f"{rendered(body)}<p><em>{escape(_signed(ctx))}</em></p>",
        title=plain(body)[:200],
        key=str(ctx.step_id),
        reply_to=reply_to,
        run_id=ctx.run_id,
    )
    return outgoing(dispatch, ctx)


def _signed(ctx: ToolContext) -> str:
    """The account that posts is one for all: the message says who speaks."""
    return f"Mezzofy assistant, for {ctx.user.name or ctx.user.email}"
