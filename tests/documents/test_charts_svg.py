"""Charts for pages: well-formed, with the numbers, and safe for any text."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree

import pytest

from apps.documents.charts import Chart, Series
from apps.documents.charts_svg import to_svg

SVG = "{http://www.w3.org/2000/svg}"
KINDS = ["bar", "column", "line", "area", "donut", "funnel"]


def chart(kind: str, values: tuple[float, ...] = (12, 7, 30), **extra: object) -> Chart:
    categories = tuple(f"C{number}" for number in range(len(values)))
    return Chart(kind, "Title", categories, (Series("S", values),), **extra)  # type: ignore[arg-type]


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_well_formed_and_named(kind: str) -> None:
    root = ElementTree.fromstring(to_svg(chart(kind)))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Title"


@pytest.mark.parametrize("kind", ["bar", "column", "donut", "funnel"])
def test_values_are_written_on_it(kind: str) -> None:
    said = " ".join(texts(to_svg(chart(kind))))
    assert all(number in said for number in ("12", "7", "30"))


@pytest.mark.parametrize("kind", KINDS)
def test_text_is_escaped(kind: str) -> None:
    hostile = Chart(kind, "<b>&", ("<script>alert(1)</script>",), (Series("&<", (1,)),), unit="<i>")  # type: ignore[arg-type]
    svg = to_svg(hostile)
    ElementTree.fromstring(svg)
    assert "<script>" not in svg


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("values", [(0, 0), (-5, 3), (5,), (1e9, 1), tuple(range(60)), (Decimal("0.001"), 0)])
def test_any_values_are_drawn_inside(kind: str, values: tuple[float, ...]) -> None:
    root = ElementTree.fromstring(to_svg(chart(kind, values)))
    _, _, width, height = (float(part) for part in str(root.get("viewBox")).split())
    for rect in root.iter(f"{SVG}rect"):
        x, y, w, h = (float(str(rect.get(name))) for name in ("x", "y", "width", "height"))
        assert x >= -0.1
        assert y >= -0.1
        assert w >= 0
        assert h >= 0
        assert x + w <= width + 0.1
        assert y + h <= height + 0.1


def test_a_taller_column_stands_for_a_larger_value() -> None:
    root = ElementTree.fromstring(to_svg(chart("column", (10, 20))))
    small, large = [float(str(rect.get("height"))) for rect in root.iter(f"{SVG}rect")]
    assert large == pytest.approx(2 * small, rel=0.01)


def test_two_series_are_named() -> None:
    two = Chart("line", "T", ("a", "b"), (Series("Revenue", (1, 2)), Series("Cost", (2, 1))), unit="SGD")
    assert {"Revenue", "Cost", "SGD"} <= set(texts(to_svg(two)))


def test_a_series_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="each category"):
        Chart("bar", "T", ("a", "b"), (Series("S", (1,)),))


def test_a_donut_of_two_series_is_refused() -> None:
    with pytest.raises(ValueError, match="one series"):
        Chart("donut", "T", ("a",), (Series("S", (1,)), Series("R", (1,))))


@pytest.mark.parametrize("kind", ["bar", "funnel"])
@pytest.mark.parametrize("name", ["support", "Fast casual", "Kuala Lumpur", "knowledge_answer"])
def test_a_name_that_has_room_is_not_shortened(kind: str, name: str) -> None:
    drawn = Chart(kind, "T", ("a", name), (Series("S", (3, 2)),))  # type: ignore[arg-type]
    assert name in texts(to_svg(drawn))
