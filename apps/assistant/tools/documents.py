"""Making files in the house's look, making them again, and checking texts against the brand's rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel

from apps.artifacts.choices import Kind as FileKind
from apps.artifacts.models import Artifact
from apps.assistant.toolkit import ToolContext, ToolError, tool
from apps.brand import services as brand
from apps.brand.recipes.arguments import AddOnLine, Section
from apps.brand.recipes.tables import Cell
from apps.brand.rules import Kind
from apps.documents import services as documents
from apps.documents.comparison import compare
from apps.documents.models import Lineage
from apps.documents.recipes import Made

FAMILY = "documents"
PERMISSION = "documents.add_lineage"
DocumentKind = Literal["proposal", "report", "playbook", "website_copy", "document"]
_FILE_KINDS = {"pdf": FileKind.PDF, "docx": FileKind.DOCX, "pptx": FileKind.PPTX, "md": FileKind.MARKDOWN}


class MadeDocument(BaseModel):
    """A file that was made, attached to the answer.

    `findings` are hints of the brand's rules that do not block; `template` the version it was made with;
    `changes` how many cells differ from the file it replaces.
    """

    artifact_id: str
    file_name: str
    recipe: str
    template: str
    findings: list[brand.Finding]
    url: str
    changes: int | None = None


class BrandCheck(BaseModel):
    """What the brand's rules have against a text; `blocked` says why it must not leave the house."""

    findings: list[brand.Finding]
    blocked: str


@tool(permission=PERMISSION, heavy=True, family=FAMILY, summary="Writing the {kind} …")
def create_document(
    ctx: ToolContext,
    *,
    kind: DocumentKind,
    title: str = "",
    format: Literal["", "pdf", "docx", "md"] = "",  # noqa: A002 - what people call it
    subtitle: str = "",
    sections: list[Section] | None = None,
    sources: list[str] | None = None,
    company: str = "",
    plan: Literal["", "starter", "growth", "scale", "enterprise"] = "",
    billing: Literal["annual", "monthly"] = "annual",
    add_ons: list[AddOnLine] | None = None,
    discount_percent: float = 0,
    opening: str = "",
    next_step: str = "",
    product: str = "",
    language: Literal["en", "zh", "ms"] = "en",
) -> MadeDocument:
    """Make a branded document as PDF, Word (docx) or Markdown (md) and attach it to the answer.

    `sections` are chapters with title, paragraphs, points and perhaps columns and rows of a table.
    A "proposal" needs `company` and `plan`; prices come from the price book, never from you. "website_copy"
    is about a `product` and takes from its data what you leave open, in `language`. A text that the rules of
    the brand stop is refused with the findings: mend it and call again.
    """
    if kind == "proposal" and not (company and plan):
        raise ToolError("A proposal needs the company and the plan (starter, growth, scale or enterprise).")
    arguments: dict[str, Any] = {
        "title": title,
        "subtitle": subtitle,
        "sections": _plain(sections),
        "sources": sources or [],
        **({"format": format} if format else {}),
    }
    offer = {
        "company": company,
        "plan": plan,
        "billing": billing,
        "add_ons": _plain(add_ons),
        "discount_percent": discount_percent,
        "opening": opening,
        "next_step": next_step,
    }
    page = {"product": product, "language": language}
    own: dict[str, Any] = {"proposal": offer, "website_copy": page, "playbook": {"look": "playbook"}}
    recipe = kind if kind in ("proposal", "website_copy") else "document"
    return _made(ctx, recipe, {**arguments, **own.get(kind, {})})


@tool(permission=PERMISSION, heavy=True, family=FAMILY, summary="Writing the table {name} …")
def create_spreadsheet(
    ctx: ToolContext,
    *,
    name: str,
    columns: list[str],
    rows: list[list[Cell]],
    format: Literal["xlsx", "csv"] = "xlsx",  # noqa: A002 - what people call it
) -> MadeDocument:
    """Save rows as a spreadsheet (xlsx or csv) and attach it to the answer. Each row has a cell for each
    column; numbers stay numbers.
    """
    arguments = {"name": name, "columns": columns, "rows": rows, "format": format}
    return _made(ctx, "table", arguments)


@tool(permission=PERMISSION, heavy=True, family=FAMILY, summary="Drawing the slides …")
def create_presentation(
    ctx: ToolContext,
    *,
    kind: Literal["overview", "sales"] = "overview",
    company: str = "",
    audience: str = "",
    products: list[str] | None = None,
) -> MadeDocument:
    """Make branded, editable PowerPoint slides. "overview": what Mezzofy is, sells and costs, for an
    `audience`, about some `products` (ids) or all. "sales": the pitch to one `company`, with what the CRM
    knows of it.
    """
    if kind == "sales":
        if not company:
            raise ToolError("Sales slides need the company they are for.")
        return _made(ctx, "pitch_deck", {"company": company})
    return _made(ctx, "overview_deck", {"audience": audience, "products": products or []})


@tool(permission=PERMISSION, heavy=True, family=FAMILY, summary="Making it again with today's data …")
def regenerate_document(ctx: ToolContext, *, artifact_id: str) -> MadeDocument:
    """Make a file again from today's data and the template in force today; the old one stays. `changes`
    counts the cells that differ. Only for files that one of these tools made.
    """
    artifact = ctx.attachment(artifact_id)
    findings: list[brand.Finding] = []
    made = documents.regenerate(
        user=ctx.user,
        artifact=artifact,
        now=ctx.now,
        run_id=ctx.run_id,
        check=lambda file: findings.extend(_checked(file)),
    )
    return _kept(ctx, made, findings)


@tool(
    permission="artifacts.view_artifact",
    read_only=True,
    family=FAMILY,
    summary="Checking the brand's rules …",
)
def check_brand(
    ctx: ToolContext, *, text: str = "", artifact_id: str = "", kind: Kind = "mail"
) -> BrandCheck:
    """Check a text or a file against the brand's rules: banned words, tone, names, colours, and prices that
    differ from the price book. `kind` is what it is for: mail, newsletter, post or document.
    """
    findings = brand.lint_file(ctx.attachment(artifact_id), kind=kind) if artifact_id else []
    findings += brand.lint_text(text, kind=kind) if text else []
    return BrandCheck(findings=findings, blocked=brand.blocked_by(findings))


def _made(ctx: ToolContext, recipe: str, arguments: Mapping[str, Any]) -> MadeDocument:
    findings: list[brand.Finding] = []
    artifact = documents.make(
        user=ctx.user,
        recipe=recipe,
        arguments=arguments,
        run_id=ctx.run_id,
        now=ctx.now,
        check=lambda file: findings.extend(_checked(file)),
    )
    return _kept(ctx, artifact, findings)


def _checked(file: Made) -> list[brand.Finding]:
    """What the rules have against the file. Raises `ToolError` when they stop it."""
    suffix = file.name.rpartition(".")[2]
    found = brand.lint_bytes(file.content, file_kind=_FILE_KINDS.get(suffix, FileKind.OTHER), text=file.text)
    if blocked := brand.blocked_by(found):
        raise ToolError(f"{blocked} Change the text and try again.")
    return found


def _kept(ctx: ToolContext, artifact: Artifact, findings: list[brand.Finding]) -> MadeDocument:
    ctx.keep(artifact)
    lineage = Lineage.objects.select_related("template_version__template", "replaces").get(artifact=artifact)
    version = lineage.template_version
    before = lineage.replaces
    return MadeDocument(
        artifact_id=str(artifact.pk),
        file_name=artifact.name,
        recipe=lineage.recipe,
        template=f"{version.template.title} v{version.number}" if version else "",
        findings=findings,
        url=f"/admin/artifacts/artifact/{artifact.pk}/change/",
        changes=compare(before.snapshot, lineage.snapshot).changed_cells if before else None,
    )


def _plain(items: Sequence[BaseModel] | None) -> list[dict[str, Any]]:
    """Models as the data that recipes keep."""
    return [item.model_dump() for item in items or ()]
