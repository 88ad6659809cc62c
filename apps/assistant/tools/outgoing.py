"""What the tools that send something have in common."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.toolkit import ToolContext, Touched
from apps.brand.services import warnings_for
from apps.integrations import credentials
from apps.integrations.choices import DispatchStatus, Provider
from apps.integrations.models import Dispatch
from apps.integrations.services import About
from apps.integrations.subjects import subject_of

LEAD = "crm.lead"


class Outgoing(BaseModel):
    """What came of something to send. `status` is queued (it leaves as soon as this is done) or kept (it
    cannot leave, and stays in the house); `note` says so in words. `file_id` is the draft that was kept.
    """

    dispatch_id: str
    status: str
    note: str
    title: str
    to: str
    url: str
    file_id: str = ""


def outgoing(dispatch: Dispatch, ctx: ToolContext) -> Outgoing:
    """The dispatch as the tool's answer; a draft that was kept goes with the run's answer."""
    if dispatch.artifact is not None:
        ctx.keep(dispatch.artifact)
    kept = dispatch.status == DispatchStatus.KEPT
    return Outgoing(
        dispatch_id=str(dispatch.pk),
        status="kept" if kept else "queued",
        note=dispatch.error if kept else "It is in the outbox and leaves now.",
        title=dispatch.title,
        to=dispatch.recipient,
        url=f"/admin/integrations/dispatch/{dispatch.pk}/change/",
        file_id=str(dispatch.artifact_id or ""),
    )


def microsoft_ready() -> str:
    """ "" when there is something to sign in to Microsoft 365 with, else the sentence that says so."""
    return "" if credentials.is_connected(Provider.MICROSOFT) else credentials.NO_MICROSOFT


def about_lead(lead_id: str) -> About | None:
    """The lead as what something is about."""
    return {"model": LEAD, "id": lead_id} if lead_id else None


def touched(user: User, about: About | None) -> list[Touched]:
    """The row that something is about, as it is now. Raises `NotFound`."""
    if about is None:
        return []
    card = subject_of(about["model"]).card(user=user, key=about["id"])
    return [Touched(model=card.model, id=card.id, version=card.version, label=card.label, url=card.url)]


def files_of(ctx: ToolContext, artifact_ids: Sequence[str]) -> list[Artifact]:
    """The files that the user may see. Raises `ToolError`."""
    return [ctx.attachment(artifact_id) for artifact_id in dict.fromkeys(artifact_ids)]


def brand_check(text: str, files: Sequence[Artifact] = ()) -> tuple[list[str], str]:
    """Warnings of the brand's rules, and why they stop it ("" when they do not)."""
    return warnings_for(text, files, kind="mail")
