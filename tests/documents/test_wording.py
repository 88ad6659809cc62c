"""The texts and parts of a template as fields: what people change arrives, and nothing else does."""

from __future__ import annotations

import pytest

from apps.core.errors import Invalid
from apps.documents import engine
from apps.documents.manifest import manifest
from apps.documents.wording import Changes, blocks_of, changed_fields, names_twice, rewritten

PAGE = (
    '<h1>{% text "Title" %}Offer &amp; prices{% endtext %}</h1>\n'
    '{% part "Prices" %}<h2>{% text "Heading" %}What it costs{% endtext %}</h2>{% endpart %}\n'
    '{% part "Sources" %}<p>{{ source }}</p>{% endpart %}\n'
    '<hr>{% part "Alone" hidden %}{% text "Last" %}One<br>\nTwo{% endtext %}{% endpart %}'
)
ALL = ("Prices", "Sources", "Alone")


def changed(
    words: dict[str, str] | None = None,
    *,
    shown: tuple[str, ...] = ("Prices", "Sources"),
    order: tuple[str, ...] = ALL,
    kind: str = "pdf",
) -> str:
    return rewritten(PAGE, kind, Changes(words or {}, shown, order))


def filled(text: str) -> str:
    return engine.filled(engine.parsed(text), {"source": "Price book", "company": "A & B"})


def test_a_page_is_told_as_fields_in_its_order() -> None:
    title, prices, sources, alone = blocks_of(PAGE, "pdf")
    assert [(field.name, field.words) for field in title.fields] == [("Title", "Offer & prices")]
    assert (prices.name, prices.fields[0].words, prices.is_shown) == ("Prices", "What it costs", True)
    assert prices.group == sources.group is not None
    assert (alone.is_shown, alone.group, alone.fields[0].words) == (False, None, "One\nTwo")


def test_marks_leave_no_trace_in_the_page() -> None:
    assert filled(PAGE) == ("<h1>Offer &amp; prices</h1>\n<h2>What it costs</h2>\n<p>Price book</p>\n<hr>")


def test_words_are_words_and_never_markup() -> None:
    page = filled(changed({"Title": "<b>5 > 3</b> for {{ company }}\r\nsecond line"}))
    assert "<h1>&lt;b&gt;5 &gt; 3&lt;/b&gt; for A &amp; B<br>\nsecond line</h1>" in page


def test_what_was_written_is_read_again() -> None:
    words = "Tom & Jerry's “<3”\n\n{{ company }} – 价目表"
    title = blocks_of(changed({"Title": words}), "pdf")[0]
    assert title.fields[0].words == words


@pytest.mark.parametrize(
    "words",
    [
        "{% include 'x' %}",
        "{{ company|safe }}",
        "{{ ''.__class__ }}",
        "{# x #}",
        "a {% endtext %}",
        "{{",
        "%}",
    ],
)
def test_code_is_refused_by_name(words: str) -> None:
    with pytest.raises(Invalid) as refusal:
        changed({"Heading": words})
    assert list(refusal.value.errors) == ["Heading"]


def test_words_that_are_too_long_are_refused() -> None:
    with pytest.raises(Invalid, match="Heading: This text is too long"):
        changed({"Heading": "x" * 4_001})


def test_neighbours_change_places_and_others_stay() -> None:
    page = filled(changed(order=("Alone", "Sources", "Prices"), shown=ALL))
    assert page.index("Price book") < page.index("What it costs") < page.index("<hr>") < page.index("One")


def test_a_part_is_left_out_and_comes_back() -> None:
    without = changed(shown=("Sources",))
    assert "What it costs" not in filled(without)
    back = rewritten(without, "pdf", Changes({}, ALL, ALL))
    assert "What it costs" in filled(back)


def test_what_changed_is_told_in_words() -> None:
    after = changed({"Title": "Our offer"}, shown=("Sources",))
    assert changed_fields(PAGE, after, "pdf") == [
        ("Title", "Offer & prices", "Our offer"),
        ("Part “Prices”", "shown", "left out"),
    ]
    assert changed_fields(PAGE, PAGE, "pdf") == []


def test_unknown_names_change_nothing() -> None:
    assert changed({"No such text": "x"}, order=("Nothing", *ALL)) == PAGE


def test_markdown_is_kept_as_it_was_written() -> None:
    page = rewritten('{% text "Foot" %}a{% endtext %}', "markdown", Changes({"Foot": "*b* & c\nd"}, (), ()))
    assert filled(page) == "*b* & c\nd"


def test_words_with_code_are_left_to_the_layout() -> None:
    page = '{% text "A" %}{% if company %}x{% endif %}{% endtext %}{% text "B" %}y{% endtext %}'
    (block,) = blocks_of(page, "pdf")
    assert [field.name for field in block.fields] == ["B"]
    assert rewritten(page, "pdf", Changes({"A": "lost"}, (), ())) == page


@pytest.mark.parametrize(
    "page",
    [
        '{% text "A" %}{% text "B" %}x{% endtext %}{% endtext %}',
        '{% part "A" %}{% part "B" %}x{% endpart %}{% endpart %}',
        "{% text %}x{% endtext %}",
        '{% text "A" %}x',
    ],
)
def test_marks_that_are_no_form_are_faults(page: str) -> None:
    with pytest.raises(engine.Faulty):
        engine.parsed(page)


def test_names_that_stand_twice_are_found() -> None:
    assert names_twice(PAGE + '{% text "Title" %}x{% endtext %}') == ["Title"]


TEXTS = [entry for entry in manifest().templates if entry.kind in ("pdf", "html_mail", "markdown")]


@pytest.mark.parametrize("entry", TEXTS, ids=lambda entry: entry.path)
def test_every_text_template_is_a_form_that_sent_unchanged_changes_nothing(entry: object) -> None:
    page, kind = entry.file.read_text(encoding="utf-8"), entry.kind  # type: ignore[attr-defined]
    blocks = blocks_of(page, kind)
    assert any(block.fields for block in blocks)
    words = {field.name: field.words for block in blocks for field in block.fields}
    names = [block.name for block in blocks if block.name]
    assert rewritten(page, kind, Changes(words, names, names)) == page
