"""The brand's rules against texts and files."""

from __future__ import annotations

import io

import pytest
from docx import Document
from docx.shared import RGBColor
from pptx import Presentation
from pptx.dml.color import RGBColor as SlideColour

from apps.artifacts.choices import Kind
from apps.artifacts.services import store
from apps.brand.linting.colours import colours_of
from apps.brand.rules import faults_of, parse, rules_in_force
from apps.brand.services import lint_file, lint_text, warnings_for
from apps.documents import services as documents
from apps.documents.models import Template
from apps.documents.pdf import draw
from apps.knowledge import selectors
from tests.conftest import Cast
from tests.documents.offices import folder_file

pytestmark = pytest.mark.django_db


def found(text: str, kind: str = "mail") -> list[tuple[str, str, str]]:
    return [(item.rule, item.severity, item.quote) for item in lint_text(text, kind=kind)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A revolutionary platform.", ("banned_word", "warn", "revolutionary")),
        ("Our Game-Changing idea.", ("banned_word", "warn", "Game-Changing")),
        ("Our game changing idea.", ("banned_word", "warn", "game changing")),
        ("Results are guaranteed.", ("banned_word", "block", "guaranteed")),
        ("You will double your sales.", ("banned_word", "block", "You will double your sales")),
        ("我们的平台零风险。", ("banned_word", "block", "零风险")),
        ("保證盈利的方案", ("banned_word", "block", "保證盈利")),
        ("赋能每一家商户", ("banned_word", "warn", "赋能")),
        ("Hasil dijamin dalam sebulan.", ("banned_word", "block", "dijamin")),
        ("Mezofy helps.", ("name", "warn", "Mezofy")),
        ("Hello [name], how are you?", ("tone", "block", "[name]")),
        ("Hello {{ recipient_name }}", ("tone", "block", "{{")),
        ("Come today!", ("tone", "warn", "!")),
    ],
)
def test_words_that_we_do_not_say(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Guests come back on a Tuesday. We show the calculation and its assumptions.",
        "客人扫码加入，不用下载应用。",
        "The blaster at the usershop is cheaper.",
        "Write to info@mezzofy.example or see mezzofy.com.",
    ],
)
def test_good_texts_pass(text: str) -> None:
    assert found(text) == []


def test_how_much_a_text_may_shout_depends_on_what_it_is_for() -> None:
    assert found("New today!", "post") == []
    assert found("New! Today!", "post") == [("tone", "warn", "!")]
    assert ("footer", "block", "") in found("Dear merchants, news.", "newsletter")
    assert found("News. Reply to unsubscribe.", "newsletter") == []


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("The Growth plan costs SGD 199 a month.", "SGD 199"),
        ("Growth is S$ 250 per month.", "S$ 250"),
        ("Starter: 99 SGD monthly", "99 SGD"),
        ("Growth 套餐每月新币 199。", "新币 199"),
        ("Pelan Growth hanya SGD 200 sebulan.", "SGD 200"),
        ("An extra outlet for SGD 16.", "SGD 16"),
        ("Scale plan, set-up $1,400", "$1,400"),
        ("Starter plan SGD 89, Growth plan SGD 349.", "SGD 349"),
        ("Growth plan for SGD 99/month", "SGD 99"),
        ("Growth plan: SGD 249–299 a month", "SGD 249–299"),
        ("Growth plan: 199/month", "199"),
        ("Growth plan SGD 2.5k a year", "SGD 2.5k"),
        ("Growth plan at US$ 249 a month", "US$ 249"),
        ("The Growth plan costs RM 800 a month.", "RM 800"),
        ("Growth 套餐每月 249 美元", "249 美元"),
        ("30% off the Growth plan", "30% off"),
    ],
)
def test_a_price_that_the_catalogue_does_not_have_blocks(text: str, quote: str) -> None:
    assert [(item.rule, item.severity, item.quote) for item in lint_text(text)] == [("price", "block", quote)]


@pytest.mark.parametrize(
    "text",
    [
        "The Growth plan costs SGD 249 a month, or SGD 2,490 a year, set-up SGD 500.",
        "Growth plan: 12 months, SGD 2,988.00.",
        "Extra outlet, 3 × 15.00 per outlet per month, SGD 540.00",
        "Growth was SGD 5,000 in May.",
        "Starter plan revenue was SGD 12,340.",
        "We met on the Scale plan. They spend SGD 4,200 a month on flyers.",
        "Their bill is SGD 30. The Growth plan fits.",
        "Growth plan SGD 2.490,00 a year",
        "Growth plan SGD 2'490 a year",
        "Growth plan SGD 249 to SGD 2,490",
        "We met on the Scale plan. They spend USD 4,200 a month.",
        "10 % off the Growth plan for the second brand",
        "5 % off the Growth plan",
    ],
)
def test_amounts_that_are_right_or_no_prices_pass(text: str) -> None:
    assert found(text) == []


def test_a_discount_that_a_manager_may_grant_is_a_hint() -> None:
    assert found("12 % off the Growth plan") == [("price", "warn", "12 % off")]


def test_the_same_objection_is_said_once_with_its_places() -> None:
    cried, promised = lint_text("Guaranteed!!! It is guaranteed! Really!", kind="mail")[::-1]
    assert (cried.quote, cried.often) == ("!!!", 3)
    assert (promised.quote, promised.often) == ("Guaranteed", 2)
    assert str(promised).startswith("Banned: a promise that we cannot keep. “Guaranteed”, 2 times")
    warnings, blocked = warnings_for("Come!!! Now!!!")
    assert len(warnings) == 1
    assert blocked == ""


def test_every_price_of_the_catalogue_passes_beside_its_name() -> None:
    book = selectors.pricing()
    lines = [
        f"The {plan.name} plan costs {book.currency} {plan.monthly:,.2f} a month." for plan in book.plans
    ]
    lines += [f"{item.name}: {book.currency} {item.price:,.2f} {item.unit}." for item in book.add_ons]
    assert found("\n".join(lines)) == []


def test_foreign_colours_of_files_are_named(cast: Cast) -> None:
    document = Document()
    run = document.add_paragraph().add_run("Pink")
    run.font.color.rgb = RGBColor(0xFF, 0x00, 0xAA)
    word = io.BytesIO()
    document.save(word)
    presentation = Presentation(io.BytesIO(folder_file("pptx/overview.pptx")))
    slide = presentation.slides.add_slide(presentation.slide_layouts[0])
    fill = slide.shapes.add_shape(1, 0, 0, 10, 10).fill
    fill.solid()
    fill.fore_color.rgb = SlideColour(0x00, 0xFF, 0x00)
    slides = io.BytesIO()
    presentation.save(slides)
    pdf = draw("<p style='color: #00AA11'>Green</p>", trusted=True)
    page = b"<!DOCTYPE html><p style='color: #123456'>Ticket #ABC123 is on #F2553D ground</p>"
    for name, content, colour in (
        ("a.docx", word.getvalue(), "#FF00AA"),
        ("a.pptx", slides.getvalue(), "#00FF00"),
        ("a.html", page, "#123456"),
        ("a.pdf", pdf, "#00AA11"),
    ):
        findings = lint_file(store(owner=cast.owner, name=name, content=content))
        assert [(item.rule, item.quote) for item in findings if item.rule == "colour"] == [("colour", colour)]


def test_a_pdf_that_cannot_be_opened_has_no_colours() -> None:
    assert list(colours_of(b"%PDF-1.7 broken", Kind.PDF)) == []


def test_our_own_templates_pass(cast: Cast) -> None:
    for path in ("pptx/overview.pptx", "pptx/sales_deck.pptx", "emails/intro.html"):
        artifact = store(owner=cast.owner, name=path, content=folder_file(path))
        assert [item for item in lint_file(artifact) if item.rule == "colour"] == [], path


def test_words_inside_a_file_are_checked(cast: Cast) -> None:
    document = Document()
    document.add_paragraph("The Growth plan costs SGD 1 a month, guaranteed.")
    buffer = io.BytesIO()
    document.save(buffer)
    artifact = store(owner=cast.owner, name="offer.docx", content=buffer.getvalue())
    warnings, blocked = warnings_for("Hello", [artifact], kind="mail")
    assert "offer.docx: " in warnings[0]
    assert "SGD 1" in blocked
    assert "guaranteed" in blocked


def test_pictures_have_nothing_to_read(cast: Cast) -> None:
    artifact = store(owner=cast.owner, name="a.png", content=b"\x89PNG\r\n\x1a\n....")
    assert lint_file(artifact) == []


def test_a_clean_letter_has_no_warnings() -> None:
    assert warnings_for("A quiet Tuesday?") == ([], "")


def test_marketing_changes_the_rules_without_a_programmer(cast: Cast) -> None:
    text = folder_file("../brand/rules.yaml").decode()
    changed = text.replace("banned:\n", "banned:\n  - {words: [flabbergasting], severity: block}\n")
    template = Template.objects.get(path="brand/rules.yaml")
    version = documents.draft_version(actor=cast.admin, template=template, content=changed.encode())
    assert found("flabbergasting") == []
    documents.publish(actor=cast.admin, version=version)
    assert found("flabbergasting") == [("banned_word", "block", "flabbergasting")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"banned: [", "not YAML"),
        (b"banned: []", "tone"),
        (b"\xff\xfe", "UTF-8"),
        (b"surprise: 1", "surprise"),
    ],
)
def test_rules_that_cannot_be_used_say_why(content: bytes, said: str) -> None:
    assert said in " ".join(faults_of(content))


@pytest.mark.parametrize("pattern", ["(a+)+$", "[unclosed", "x" * 400])
def test_a_pattern_that_takes_for_ever_is_refused(pattern: str) -> None:
    rules = rules_in_force().model_dump(mode="json")
    rules["tone"][0]["pattern"] = pattern
    import yaml

    with pytest.raises(ValueError, match="pattern"):
        parse(yaml.safe_dump(rules).encode())
