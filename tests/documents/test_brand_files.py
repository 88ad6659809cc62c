"""The files that documents are made with: palette, logos, masters, e-mail templates, fonts."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.management import call_command
from PIL import Image
from pptx import Presentation

from apps.documents import engine
from apps.documents.brand import load_brand, logo
from apps.documents.deck.masters import build_master, master_path
from apps.documents.deck.slides import MasterName

KNOWLEDGE = Path(settings.KNOWLEDGE_DIR)
LETTER: dict[str, Any] = {
    "subject": "S",
    "preheader": "P",
    "recipient_name": "Mei <Ling>",
    "company_name": "ABC & Co",
    "sender_name": "Aisha",
    "sender_title": "Sales",
    "sender_email": "aisha@mezzofy.example",
    "opening": "Opening.",
    "points": ["First point"],
    "call_to_action": "Shall we talk on Tuesday?",
    "action_url": "https://example.com/?a=1&b=2",
    "last_contact": "our call",
    "agreed": ["We try one outlet"],
    "next_step": "Send the outlet list",
    "next_step_date": "28 November",
    "plan_name": "Growth",
    "lines": [{"label": "Monthly fee", "amount": "SGD 249"}],
    "total_label": "Total",
    "total": "249",
    "currency": "SGD",
    "tax_note": "Without GST.",
    "valid_until": "30 June 2027",
    "attachments": ["deck.pptx"],
    "year": 2026,
}


def luminance(color: str) -> float:
    parts = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    bright, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_text_colours_are_readable() -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text."""
    brand = load_brand()
    for text in (brand.ink, brand.slate, brand.coral_deep, brand.good, brand.bad):
        assert contrast(text, brand.paper) >= 4.5
        assert contrast(text, brand.cloud) >= 4.5
    assert contrast(brand.mist, brand.ink) >= 4.5
    assert contrast(brand.coral_deep, brand.coral_soft) >= 4.0


@pytest.mark.parametrize("variant", ["mezzofy", "mezzofy_light", "mezzofy_on_coral", "mark"])
def test_each_logo_is_vector_and_transparent_picture(variant: Any) -> None:
    ElementTree.parse(logo(variant, "svg"))
    with Image.open(logo(variant)) as image:
        assert image.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize("name", ["sales_deck", "overview"])
def test_a_master_has_the_brand_in_its_theme_and_no_slides(name: MasterName) -> None:
    presentation = Presentation(str(master_path(name)))
    assert [layout.name for layout in presentation.slide_layouts] == [
        "Cover",
        "Content",
        "Title only",
        "Closing",
    ]
    assert len(presentation.slides) == 0
    theme = next(
        relation.target_part.blob.decode()
        for relation in presentation.slide_master.part.rels.values()
        if relation.reltype.endswith("/theme")
    )
    assert load_brand().coral.lstrip("#") in theme
    assert 'typeface="Arial"' in theme


@pytest.mark.parametrize("name", ["sales_deck", "overview"])
def test_committed_masters_are_what_the_builder_makes(name: MasterName, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.pptx"
    fresh.write_bytes(build_master(name))
    built, committed = Presentation(str(fresh)), Presentation(str(master_path(name)))
    for new, old in zip(built.slide_layouts, committed.slide_layouts, strict=True):
        assert new.part.blob == old.part.blob


def test_the_command_writes_the_masters(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "brand").symlink_to(KNOWLEDGE / "brand")
    settings.KNOWLEDGE_DIR = tmp_path
    call_command("build_deck_masters", verbosity=0)
    assert sorted(path.name for path in (tmp_path / "templates" / "pptx").iterdir()) == [
        "overview.pptx",
        "sales_deck.pptx",
    ]


@pytest.mark.parametrize("template", ["intro", "followup", "proposal"])
def test_letters_are_escaped_and_load_nothing(template: str) -> None:
    page = (KNOWLEDGE / "templates" / "emails" / f"{template}.html").read_text(encoding="utf-8")
    html = engine.filled(engine.parsed(page), LETTER)
    assert "Mei &lt;Ling&gt;" in html
    assert "ABC &amp; Co" in html
    assert "<img" not in html
    assert "<script" not in html
    assert "{%" not in html


def test_fonts_come_with_their_licence() -> None:
    assert "SIL OPEN FONT LICENSE" in (KNOWLEDGE / "brand" / "fonts" / "OFL.txt").read_text()
