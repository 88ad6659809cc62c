"""What every tool that makes a file for a merchant does with it."""

from __future__ import annotations

from collections.abc import Iterable

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext
from apps.crm.models import Lead
from apps.crm.services.links import attach_file
from apps.knowledge.models import Document


def file_under(ctx: ToolContext, lead: Lead, artifact: Artifact) -> None:
    """Put the file to the lead it is about, for those who may put files to leads."""
    if ctx.user.has_perm("crm.add_leadfile"):
        attach_file(actor=ctx.user, lead=lead, artifact=artifact)


def sources_named(user: User, paths: Iterable[str]) -> list[Citation]:
    """The files of the knowledge base at these paths that the user may see, in their order."""
    wanted = list(dict.fromkeys(paths))
    known = {found.path: found for found in Document.objects.visible_to(user).filter(path__in=wanted)}
    return [
        Citation(
            kind="knowledge.document",
            id=str(known[path].pk),
            label=known[path].title,
            url=f"/admin/knowledge/document/{known[path].pk}/change/",
        )
        for path in wanted
        if path in known
    ]
