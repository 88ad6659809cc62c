"""Answers made into files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.core.reporting import silent
from apps.documents import services as documents
from apps.documents.recipes import Made
from apps.reports.answers import Answer
from apps.reports.choices import Format
from apps.reports.selectors import answer as find_answer

if TYPE_CHECKING:
    from uuid import UUID

    from apps.accounts.models import User
    from apps.artifacts.models import Artifact
    from apps.documents.models import TemplateVersion

#: The recipe that files of reports are made again by, see `reports.recipes`.
RECIPE = "report"
Progress = Callable[[str], None]
#: Bytes, their suffix, and the version of the template that they were made with.
Written = tuple[bytes, str, "TemplateVersion | None"]


@dataclass(frozen=True)
class Rendered:
    """A file before it is kept."""

    name: str
    content: bytes
    template_version: TemplateVersion | None = None


def render(
    *,
    key: str,
    filters: Mapping[str, Any],
    format: str,  # noqa: A002 - what callers and the API call it
    user: User,
    now: datetime | None = None,
    progress: Progress = silent,
) -> Artifact:
    """Compute the report as `user` sees it now, and keep it as a file of theirs.

    Relative periods mean the days they mean now. Raises `NotFound` when the user may not read the report,
    `Invalid` for wrong filters or an unknown format.
    """
    progress(_("Computing the figures …"))
    found = find_answer(key=key, user=user, filters=filters, now=now, progress=progress)
    return keep(found, format, progress=progress)


def keep(
    answer: Answer,
    format: str,  # noqa: A002
    *,
    run_id: UUID | None = None,
    progress: Progress = silent,
) -> Artifact:
    """The answer as a file of the user it was found for. Raises `Invalid` for an unknown format."""
    return store(answer, render_bytes(answer, format, progress=progress), format, run_id=run_id)


def store(
    answer: Answer,
    rendered: Rendered,
    format: str,  # noqa: A002
    *,
    dataset: str = "",
    run_id: UUID | None = None,
) -> Artifact:
    """Keep the file with where it came from, so that it can be made again and compared."""
    arguments = {"report": answer.report.key, "filters": answer.asked, "format": format, "dataset": dataset}
    made = as_made(answer, rendered)
    return documents.keep(user=answer.user, recipe=RECIPE, arguments=arguments, made=made, run_id=run_id)


def as_made(answer: Answer, rendered: Rendered) -> Made:
    """The file with what it says as data."""
    # The libraries behind tables are slow to import.
    from apps.reports.composing.snapshots import snapshot

    return Made(rendered.name, rendered.content, snapshot(answer), rendered.template_version)


def render_bytes(
    answer: Answer,
    format: str,  # noqa: A002
    *,
    dataset: str = "",
    progress: Progress = silent,
) -> Rendered:
    """The answer as a file. Raises `Invalid` for an unknown format."""
    if format not in Format.values:
        raise Invalid(
            _("Choose one of the formats %(formats)s.") % {"formats": ", ".join(Format.values)},
            errors={"format": [_("There is no such format.")]},
        )
    progress(_("Writing the file …"))
    content, suffix, version = _WRITERS[Format(format)](answer, dataset)
    return Rendered(f"{answer.report.key.replace('_', '-')}-{_days(answer)}.{suffix}", content, version)


def _days(answer: Answer) -> str:
    """For the name of a file."""
    if answer.period is None:
        return f"{answer.computed_at:%Y-%m-%d}"
    first, last = f"{answer.period.start:%Y-%m-%d}", f"{answer.period.last_day:%Y-%m-%d}"
    return first if first == last else f"{first}-to-{last}"


# The libraries behind the formats are slow to import, and most processes need none of them.
def _pdf(answer: Answer, _dataset: str) -> Written:
    from apps.documents.pdf import render_report
    from apps.documents.templates import in_force, page_set
    from apps.reports.composing.pages import paged

    source = in_force("pdf/report.html")
    return render_report(paged(answer), pages=page_set(source)), "pdf", source.version


def _xlsx(answer: Answer, _dataset: str) -> Written:
    from apps.reports.composing.tables import workbook

    return workbook(answer), "xlsx", None


def _csv(answer: Answer, dataset: str) -> Written:
    from apps.reports.composing.tables import csv_file

    return *csv_file(answer, dataset=dataset), None


def _pptx(answer: Answer, _dataset: str) -> Written:
    from apps.documents.deck import render_deck
    from apps.documents.templates import in_force
    from apps.reports.composing.slides import deck

    composed = deck(answer)
    source = in_force(f"pptx/{composed.master}.pptx")
    return render_deck(composed, master=source.content), "pptx", source.version


_WRITERS: Mapping[Format, Callable[[Answer, str], Written]] = {
    Format.PDF: _pdf,
    Format.XLSX: _xlsx,
    Format.CSV: _csv,
    Format.PPTX: _pptx,
}
