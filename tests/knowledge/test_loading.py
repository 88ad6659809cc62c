"""Files become passages that a person can read."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.knowledge.choices import DocumentKind
from apps.knowledge.errors import MalformedKnowledge
from apps.knowledge.loading import folder
from apps.knowledge.loading.source import MAX_CHARACTERS, Section, Source

REAL = Path(__file__).parents[2] / "knowledge"


def _load(path: str, text: str) -> Source:
    return folder.load(path, text.encode())


def _section(path: str, heading: str) -> Section:
    source = folder.load(path, (REAL / path).read_bytes())
    return next(section for section in source.sections if section.heading == heading)


def test_a_section_is_named_by_the_headings_that_lead_to_it() -> None:
    source = _load(
        "playbooks/x.md", "# Title\n\nIntro.\n\n## Part\n\n### Step\n\nDo it.\n\n## Other\n\nText.\n"
    )
    assert source.title == "Title"
    assert source.kind == DocumentKind.PLAYBOOK
    assert [(section.heading, section.text) for section in source.sections] == [
        ("Title", "Intro."),
        ("Part › Step", "Do it."),
        ("Other", "Text."),
    ]


def test_a_question_is_its_own_heading() -> None:
    source = _load("product_data/faq.md", "# FAQ\n\n## Money\n\n### Is it free?\n\nNo.\n")
    assert source.kind == DocumentKind.FAQ
    assert source.sections == (Section("Is it free?", "No.", "is-it-free"),)


def test_marks_of_markdown_become_plain_lines() -> None:
    text = """# T

A **bold** word and a [link](https://example.test),
wrapped over two lines.

- first item,
  continued
- second

| Group | Offer |
|---|---|
| Lost | 20 % |

> A quoted line.

```
# not a heading
```
"""
    (section,) = _load("playbooks/x.md", text).sections
    assert section.text.splitlines()[:5] == [
        "A bold word and a link (https://example.test), wrapped over two lines.",
        "- first item, continued",
        "- second",
        "Group: Lost; Offer: 20 %",
        "A quoted line.",
    ]


def test_anchors_are_unique_and_long_sections_are_cut_at_line_ends() -> None:
    lines = "\n\n".join(f"Paragraph {number} " + "word " * 60 for number in range(12))
    source = _load("playbooks/x.md", f"# T\n\n## Same\n\n{lines}\n\n## Same\n\nShort.\n")
    anchors = [section.anchor for section in source.sections]
    assert len(anchors) == len(set(anchors)) > 3
    assert all(len(section.text) <= MAX_CHARACTERS for section in source.sections)
    assert sum(section.text.count("Paragraph") for section in source.sections) == 12


def test_a_plan_is_told_in_sentences_with_its_numbers() -> None:
    text = _section("product_data/pricing.yaml", "Growth plan").text
    assert "The Growth plan costs SGD 249 a month, or SGD 2,490 a year" in text
    assert "The set-up fee is SGD 500 once. The transaction fee is 1.8 %." in text
    assert "10 outlets, 2 brands, 10,000 active members, 15,000 coupons a month and 20 staff seats" in text


def test_a_plan_without_limits_says_so() -> None:
    assert "Limits: none on outlets" in _section("product_data/pricing.yaml", "Enterprise plan").text


def test_an_add_on_keeps_the_comma_of_its_name() -> None:
    section = _section("product_data/pricing.yaml", "Add-on: 1,000 WhatsApp messages")
    assert "costs SGD 95 per pack" in section.text


def test_a_feature_is_told_across_the_plans() -> None:
    text = _section("product_data/features.yaml", "Behaviour segments").text
    assert text.endswith("Starter: no; Growth: 20 segments; Scale: yes; Enterprise: yes.")


def test_a_file_of_unknown_shape_is_read_as_names_and_values() -> None:
    source = _load(
        "product_data/partners.yaml", "resellers:\n  - {name: Ang & Co, market: Malaysia}\nnote: Draft\n"
    )
    assert source.title == "Partners"
    assert [(section.heading, section.text) for section in source.sections] == [
        ("Resellers", "Name: Ang & Co\nMarket: Malaysia"),
        ("Note", "Draft"),
    ]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("playbooks/x.md", b"\xff\xfe\x00"),
        ("product_data/x.yaml", b"a: [1,"),
        ("product_data/x.json", b"{"),
        ("product_data/products.json", b'{"updated": "2026-01-01", "products": [{"id": "x"}]}'),
        ("playbooks/x.md", b"x" * (folder.MAX_BYTES + 1)),
    ],
)
def test_a_broken_file_is_refused_with_its_name(path: str, content: bytes) -> None:
    with pytest.raises(MalformedKnowledge, match=path):
        folder.load(path, content)


def test_every_real_file_can_be_read() -> None:
    sources = [folder.load(path, content) for path, content in folder.contents()]
    assert len(sources) >= 10
    assert all(source.sections for source in sources)
    assert sum(len(source.sections) for source in sources) > 150


def test_settings_of_the_house_are_no_documents() -> None:
    paths = [path for path, _ in folder.contents()]
    assert "brand/brand_guidelines.md" in paths
    assert not {"brand/rules.yaml", "brand/wording.yaml", "brand/messages.yaml"} & set(paths)
