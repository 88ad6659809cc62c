"""Answers made into files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from apps.artifacts import services as artifacts
from apps.core.errors import Invalid
from apps.core.reporting import silent
from apps.reports.answers import Answer
from apps.reports.choices import Format
from apps.reports.selectors import answer as find_answer

if TYPE_CHECKING:
    from apps.accounts.models import User
    from apps.artifacts.models import Artifact

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Rendered:
    """A file before it is kept."""

    name: str
    content: bytes


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


def keep(answer: Answer, format: str, *, progress: Progress = silent) -> Artifact:  # noqa: A002
    """The answer as a file of the user it was found for. Raises `Invalid` for an unknown format."""
    rendered = render_bytes(answer, format, progress=progress)
    metadata = {"report": answer.report.key, "filters": answer.asked, "url": answer.url}
    return artifacts.store(owner=answer.user, name=rendered.name, content=rendered.content, metadata=metadata)


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
    content, suffix = _WRITERS[Format(format)](answer, dataset)
    return Rendered(f"{answer.report.key.replace('_', '-')}-{_days(answer)}.{suffix}", content)


def _days(answer: Answer) -> str:
    """For the name of a file."""
    if answer.period is None:
        return f"{answer.computed_at:%Y-%m-%d}"
    first, last = f"{answer.period.start:%Y-%m-%d}", f"{answer.period.last_day:%Y-%m-%d}"
    return first if first == last else f"{first}-to-{last}"


# The libraries behind the formats are slow to import, and most processes need none of them.
def _pdf(answer: Answer, _dataset: str) -> tuple[bytes, str]:
    from apps.documents.pdf import render_report
    from apps.documents.templates import page_set
    from apps.reports.composing.pages import paged

    return render_report(paged(answer), pages=page_set()), "pdf"


def _xlsx(answer: Answer, _dataset: str) -> tuple[bytes, str]:
    from apps.reports.composing.tables import workbook

    return workbook(answer), "xlsx"


def _csv(answer: Answer, dataset: str) -> tuple[bytes, str]:
    from apps.reports.composing.tables import csv_file

    return csv_file(answer, dataset=dataset)


def _pptx(answer: Answer, _dataset: str) -> tuple[bytes, str]:
    from apps.documents.deck import render_deck
    from apps.documents.templates import in_force
    from apps.reports.composing.slides import deck

    composed = deck(answer)
    return render_deck(composed, master=in_force(f"pptx/{composed.master}.pptx").content), "pptx"


_WRITERS: Mapping[Format, Callable[[Answer, str], tuple[bytes, str]]] = {
    Format.PDF: _pdf,
    Format.XLSX: _xlsx,
    Format.CSV: _csv,
    Format.PPTX: _pptx,
}
