"""What a version of a template gives with the sample data: the preview that its editor sees."""

from __future__ import annotations

from datetime import date

from apps.artifacts.previews import Drawn
from apps.documents import engine
from apps.documents.charts import Chart, Series
from apps.documents.choices import TemplateKind
from apps.documents.content import Column, Table
from apps.documents.deck import (
    Bullet,
    BulletsSlide,
    ChartSlide,
    ClosingSlide,
    Deck,
    Slide,
    TableSlide,
    TitleSlide,
    render_deck,
)
from apps.documents.manifest import samples
from apps.documents.models import TemplateVersion
from apps.documents.pdf import draw
from apps.documents.playbook import render_playbook
from apps.documents.preview import drawn
from apps.documents.sampling import sample_context
from apps.documents.templates import Source, page_set, source_of
from apps.documents.word import render_word

_DAY = date(2026, 11, 2)
_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".pdf": "application/pdf",
}


def sample_file(version: TemplateVersion) -> tuple[bytes, str]:
    """The file that the version makes of the samples, and its suffix.

    Raises `engine.Faulty` or `sandbox.Refused` when it has faults: look with `checking.check` first.
    """
    source = source_of(version)
    kind = version.template.kind
    if kind == TemplateKind.DOCX:
        return render_word(source, samples(version.template.variables)), ".docx"
    if kind == TemplateKind.PPTX:
        return render_deck(_sample_deck(source.path), master=source.content), ".pptx"
    html = _filled(source, version)
    if kind == TemplateKind.MARKDOWN:
        return render_playbook(markdown=html, prepared_on=_DAY), ".pdf"
    return draw(html, trusted=False), ".pdf"


def sample_pages(version: TemplateVersion) -> Drawn | None:
    """The first pages of the sample file as pictures; None for rules, which have none."""
    if version.template.kind == TemplateKind.RULES:
        return None
    content, suffix = sample_file(version)
    return drawn(content, _TYPES[suffix])


def _filled(source: Source, version: TemplateVersion) -> str:
    is_markdown = version.template.kind == TemplateKind.MARKDOWN
    template = engine.parsed(source.text, page_set(source).files, autoescape=not is_markdown)
    return engine.filled(template, sample_context(version.template), trusted=source.trusted)


def _sample_deck(path: str) -> Deck:
    slides: tuple[Slide, ...] = (
        TitleSlide(title="A second visit for every first guest", subtitle="Sample", byline="2 November 2026"),
        BulletsSlide(
            title="Tuesdays are the problem", bullets=(Bullet("Forty per cent of seats", "In May"),)
        ),
        ChartSlide(
            title="Visits grow",
            chart=Chart("column", "Visits", ("May", "June"), (Series("Visits", (120, 180)),)),
        ),
        TableSlide(
            title="Prices", table=Table((Column("Plan"), Column("SGD", "number")), (("Growth", 249),))
        ),
        ClosingSlide(
            title="Next step", steps=(Bullet("A pilot in three outlets"),), contact=("Aisha Rahman",)
        ),
    )
    return Deck("Sample", slides, _DAY, master="overview" if "overview" in path else "sales_deck")
