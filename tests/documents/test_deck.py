"""Decks: editable, on brand, and with every text inside its box."""

from __future__ import annotations

import subprocess
from pathlib import Path
from shutil import which

import pypdfium2
import pytest
from pptx.util import Pt

from apps.documents.charts import Chart, Series
from apps.documents.content import Column, Table
from apps.documents.deck import (
    Bullet,
    BulletsSlide,
    Card,
    CardsSlide,
    ChartSlide,
    ClosingSlide,
    Deck,
    QuoteSlide,
    Slide,
    Step,
    StepsSlide,
    TableSlide,
    Takeaway,
    TitleSlide,
    render_deck,
)
from tests.documents.conftest import TODAY
from tests.documents.reading import boxes, charts, notes, opened, tables, texts

LATIN = "Heritage Dining and Catering Holdings (Singapore) Private Limited, formerly Nyonya Kitchens "
CHINESE = "北京全聚德烤鸭餐饮文化发展集团有限公司新加坡及马来西亚联合分公司，"
UNBROKEN = "Donaudampfschifffahrtsgesellschaftskapitän" * 3
WORDS = [("latin", LATIN), ("chinese", CHINESE), ("unbroken", UNBROKEN)]


def deck_of(*slides: Slide) -> Deck:
    return Deck(title="Mezzofy for ABC", slides=slides, prepared_on=TODAY)


def every_kind(word: str, times: int) -> tuple[Slide, ...]:
    """One slide of each kind, filled with `times` repetitions of `word`."""
    long, short = word * times, word * max(times // 3, 1)
    return (
        TitleSlide(title=long, subtitle=long, byline=long),
        BulletsSlide(title=long, lead=short, bullets=tuple(Bullet(short, long) for _ in range(6))),
        CardsSlide(title=short, lead=long, cards=tuple(Card(short, long, short) for _ in range(7))),
        TableSlide(title=short, note=long, table=Table((Column("A"), Column(short)), ((long, short),) * 30)),
        ChartSlide(
            title=long,
            chart=Chart("column", long, ("a", "b"), (Series(short, (1, 2)),), note=long),
            takeaways=(Takeaway(short, long),) * 4,
        ),
        QuoteSlide(title=short, quote=long, attribution=short, points=(Bullet(short, long),) * 5),
        StepsSlide(title=short, lead=long, steps=(Step(short, long, short),) * 7),
        ClosingSlide(title=long, steps=(Bullet(short, long),) * 6, contact=(long, short, short, long)),
    )


@pytest.mark.parametrize("times", [1, 12])
@pytest.mark.parametrize(("script", "word"), WORDS, ids=[name for name, _ in WORDS])
def test_no_text_leaves_its_box(script: str, word: str, times: int) -> None:
    presentation = opened(render_deck(deck_of(*every_kind(word, times))))
    assert [box.place for box in boxes(presentation) if box.is_overfull] == []


def test_no_text_is_smaller_than_twelve_points() -> None:
    presentation = opened(render_deck(deck_of(*every_kind(LATIN, 6))))
    sizes = {
        run.font.size for box in boxes(presentation) for paragraph in box.paragraphs for run in paragraph.runs
    }
    assert min(size for size in sizes if size) >= Pt(12)


def test_shapes_stay_on_the_slide() -> None:
    presentation = opened(render_deck(deck_of(*every_kind(CHINESE, 5))))
    for slide in presentation.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= presentation.slide_width
            assert shape.top + shape.height <= presentation.slide_height


def test_shape_ids_are_unique_on_each_slide() -> None:
    for slide in opened(render_deck(deck_of(*every_kind(LATIN, 1)))).slides:
        ids = [shape.shape_id for shape in slide.shapes]
        assert len(ids) == len(set(ids))


def test_points_that_do_not_fit_continue_on_a_further_slide_and_none_is_lost() -> None:
    points = tuple(
        Bullet(f"Point number {number}", "A sentence that says more about it. " * 3) for number in range(20)
    )
    slides = list(opened(render_deck(deck_of(BulletsSlide(title="Many", bullets=points)))).slides)
    assert len(slides) > 1
    assert slides[1].shapes.title.text_frame.text == "Many (continued)"
    said = "\n".join(text for slide in slides for text in texts(slide))
    assert all(point.text in said for point in points)


def test_few_points_stay_on_one_slide() -> None:
    points = tuple(Bullet(f"Point {number}", "Why.") for number in range(4))
    assert len(opened(render_deck(deck_of(BulletsSlide(title="Few", bullets=points)))).slides) == 1


def test_rows_that_do_not_fit_continue_under_the_same_header() -> None:
    rows = tuple((f"Outlet {number}", number) for number in range(40))
    table = Table((Column("Outlet"), Column("Visits", "number")), rows)
    pages = [
        tables(slide)[0]
        for slide in opened(render_deck(deck_of(TableSlide(title="All", table=table)))).slides
    ]
    assert len(pages) > 1
    assert all(page[0] == ["Outlet", "Visits"] for page in pages)
    assert [row[0] for page in pages for row in page[1:]] == [row[0] for row in rows]


def test_cards_that_do_not_fit_are_spread_evenly() -> None:
    cards = tuple(Card(f"Card {number}", "Short.") for number in range(8))
    slides = list(opened(render_deck(deck_of(CardsSlide(title="Cards", cards=cards)))).slides)
    assert [sum(shape.name == "Card" for shape in slide.shapes) for slide in slides] == [4, 4]


@pytest.mark.parametrize("kind", ["bar", "column", "line", "area", "donut", "funnel"])
def test_charts_are_native_with_their_numbers(kind: str) -> None:
    chart = Chart(kind, "Visits", ("Mon", "Tue", "Wed"), (Series("Visits", (3, 1, 2)),))  # type: ignore[arg-type]
    native = charts(opened(render_deck(deck_of(ChartSlide(title="Visits", chart=chart)))).slides[0])[0]
    assert list(native.plots[0].categories) == ["Mon", "Tue", "Wed"]
    assert list(native.plots[0].series[0].values) == [3, 1, 2]
    # The workbook inside is what makes it editable.
    assert native.part.chart_workbook.xlsx_part.blob[:2] == b"PK"


def test_notes_carry_the_title_the_notes_and_the_sources() -> None:
    slide = BulletsSlide(
        title="Known", bullets=(Bullet("A"),), notes="Say it slowly.", sources=("CRM record 7",)
    )
    said = notes(opened(render_deck(deck_of(slide))).slides[0])
    assert "Known" in said
    assert "Say it slowly." in said
    assert "- CRM record 7" in said


@pytest.mark.parametrize("slide", every_kind(LATIN, 12), ids=lambda slide: type(slide).__name__)
def test_what_was_shortened_stands_whole_in_the_notes(slide: Slide) -> None:
    drawn = opened(render_deck(deck_of(slide))).slides
    seen = "".join(
        "".join([*texts(page), *(cell for table in tables(page) for row in table for cell in row)])
        for page in drawn
    )
    spoken = notes(drawn[0])
    for text in (LATIN * 12, LATIN * 4):
        if text in repr(slide):
            assert "".join(text.split()) in "".join((seen + spoken).split())


def test_a_slide_that_fits_has_no_remark_on_shortening() -> None:
    slide = BulletsSlide(title="Few", bullets=(Bullet("Point", "Why."),))
    assert "In full" not in notes(opened(render_deck(deck_of(slide))).slides[0])


def test_slides_use_the_theme_and_carry_footer_and_number() -> None:
    presentation = opened(render_deck(deck_of(BulletsSlide(title="One", bullets=(Bullet("A"),)))))
    slide = presentation.slides[0]
    assert slide.slide_layout.name == "Content"
    assert "Mezzofy for ABC" in texts(slide)
    assert 'type="slidenum"' in slide.part.blob.decode()
    assert presentation.core_properties.title == "Mezzofy for ABC"
    assert presentation.core_properties.created.date() == TODAY


def test_empty_fields_leave_no_prompt_behind() -> None:
    slide = opened(render_deck(deck_of(TitleSlide(title="Only a title")))).slides[0]
    assert texts(slide) == ["Only a title"]


@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_every_kind_of_slide(tmp_path: Path) -> None:
    slides = (*every_kind(LATIN, 2), *every_kind(CHINESE, 2))
    content = render_deck(deck_of(*slides))
    source = tmp_path / "deck.pptx"
    source.write_bytes(content)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    document = pypdfium2.PdfDocument((tmp_path / "deck.pdf").read_bytes())
    assert len(document) == len(opened(content).slides)
    for page in document:
        _assert_inked_inside(page)


def _assert_inked_inside(page: pypdfium2.PdfPage) -> None:
    """No letter that LibreOffice drew lies outside the page."""
    width, height = page.get_size()
    text = page.get_textpage()
    for index in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(index)
        assert left >= -1
        assert right <= width + 1
        assert bottom >= -1
        assert top <= height + 1


def test_eight_slices_of_a_ring_have_eight_colours() -> None:
    names = tuple("abcdefgh")
    ring = ChartSlide(title="T", chart=Chart("donut", "T", names, (Series("S", tuple(range(1, 9))),)))
    presentation = opened(render_deck(deck_of(ring)))
    (chart,) = [shape.chart for slide in presentation.slides for shape in slide.shapes if shape.has_chart]
    fills = [chart.plots[0].series[0].points[place].format.fill._xPr.solidFill for place in range(8)]
    assert len({str(fill.xml) for fill in fills}) == 8


def test_a_chart_does_not_repeat_the_title_of_its_slide() -> None:
    chart = Chart("bar", "By stage", ("a", "b"), (Series("S", (1, 2)),))
    slides = opened(render_deck(deck_of(ChartSlide(title="By stage", chart=chart)))).slides
    said = [shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame]
    assert said.count("By stage") == 1
