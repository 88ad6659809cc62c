"""Charts as native, editable PowerPoint charts: the reader opens the numbers in a spreadsheet."""

from __future__ import annotations

from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.chart import XL_TICK_MARK as TICK_MARK
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Pt

from apps.documents.brand import Brand, load_brand
from apps.documents.charts import Chart
from apps.documents.deck.geometry import Box
from apps.documents.deck.setting import MIN_SIZE, paint

_TYPES = {
    "bar": XL_CHART_TYPE.BAR_CLUSTERED,
    "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "line": XL_CHART_TYPE.LINE_MARKERS,
    "area": XL_CHART_TYPE.AREA,
    "donut": XL_CHART_TYPE.DOUGHNUT,
    # PowerPoint's own funnel is an extension that other programs cannot read; falling bars say the same.
    "funnel": XL_CHART_TYPE.BAR_CLUSTERED,
}
_HORIZONTAL = {"bar", "funnel"}
_ACCENTS = (
    MSO_THEME_COLOR.ACCENT_1,
    MSO_THEME_COLOR.TEXT_1,
    MSO_THEME_COLOR.ACCENT_3,
    MSO_THEME_COLOR.ACCENT_4,
    MSO_THEME_COLOR.ACCENT_5,
    MSO_THEME_COLOR.ACCENT_6,
)
#: Above this many points, labels would cover each other.
_LABELLED = 14
#: So many names have room under a chart.
_NAMED = 16


def add_chart(slide: Any, chart: Chart, box: Box) -> Any:
    """Put the chart on the slide in brand colours; gives python-pptx's chart. The slide carries its title."""
    data: Any = CategoryChartData(number_format=_number_format(chart))  # type: ignore[no-untyped-call]
    data.categories = chart.categories
    for series in chart.series:
        data.add_series(series.name, [float(value) for value in series.values])
    frame = slide.shapes.add_chart(_TYPES[chart.kind], *(Emu(value) for value in box.emu), data)
    frame.name = "Chart"
    frame._element.nvGraphicFramePr.cNvPr.set("descr", _description(chart))
    native = frame.chart
    brand = load_brand()
    native.has_title = False
    native.font.size = Pt(MIN_SIZE)
    paint(native.font.color, brand.slate)
    native.has_legend = len(chart.series) > 1 or chart.kind == "donut"
    if native.has_legend:
        native.legend.position = XL_LEGEND_POSITION.RIGHT if chart.kind == "donut" else XL_LEGEND_POSITION.TOP
        native.legend.include_in_layout = False
        native.legend.font.size = Pt(MIN_SIZE)
    if chart.kind == "donut":
        _style_donut(native, brand)
    else:
        _style_axes(native, chart, brand)
        _style_series(native, chart)
    _style_labels(native, chart, brand)
    return native


def _description(chart: Chart) -> str:
    names = ", ".join(series.name for series in chart.series)
    return f"{chart.title} ({names}; {chart.categories[0]} to {chart.categories[-1]})"


def _number_format(chart: Chart) -> str:
    if chart.unit == "%":
        return '0.0" %"'
    if max(map(abs, chart.values)) >= 1000:
        return "#,##0"
    places = next((places for places in (0, 1) if all(round(v, places) == v for v in chart.values)), 2)
    return "#,##0" + ("." + "0" * places if places else "")


def _style_axes(native: Any, chart: Chart, brand: Brand) -> None:
    value, category = native.value_axis, native.category_axis
    labelled = _is_labelled(chart)
    value.visible = not labelled
    value.has_major_gridlines = not labelled
    value.major_tick_mark = category.major_tick_mark = TICK_MARK.NONE
    if not labelled:
        paint(value.major_gridlines.format.line.color, brand.line)
        value.format.line.fill.background()
        value.tick_labels.number_format = _number_format(chart)
        value.tick_labels.number_format_is_linked = False
    paint(category.format.line.color, brand.mist)
    # Names stay at the edge when bars go below zero.
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if chart.kind in _HORIZONTAL:
        category.reverse_order = True
    elif len(chart.categories) > _NAMED:
        _name_every(category, -(-len(chart.categories) // _NAMED))
    if min(chart.values) >= 0:
        value.minimum_scale = 0


def _name_every(category: Any, number: int) -> None:
    """Name only every so many points: python-pptx has no word for it."""
    axis = category._element
    axis.find(qn("c:noMultiLvlLbl")).addprevious(parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="{number}"/>'))


def _is_labelled(chart: Chart) -> bool:
    return chart.kind != "area" and len(chart.values) <= _LABELLED


def _style_series(native: Any, chart: Chart) -> None:
    plot = native.plots[0]
    if chart.kind in {"bar", "column", "funnel"}:
        plot.gap_width = 25 if chart.kind == "funnel" else 55
        plot.overlap = -5 if len(chart.series) > 1 else 0
    for number, series in enumerate(plot.series):
        accent = _ACCENTS[number % len(_ACCENTS)]
        if chart.kind == "line":
            series.smooth = False
            series.format.line.width = Pt(2.5)
            series.format.line.color.theme_color = accent
            series.marker.style = XL_MARKER_STYLE.CIRCLE
            series.marker.size = 7
            series.marker.format.fill.solid()
            series.marker.format.fill.fore_color.theme_color = accent
            series.marker.format.line.fill.background()
        else:
            series.format.fill.solid()
            series.format.fill.fore_color.theme_color = accent
            if chart.kind in {"bar", "column", "funnel"}:
                series.invert_if_negative = False


def _style_donut(native: Any, brand: Brand) -> None:
    # Slices are told apart by colour only, so there are two greys for what is beyond the accents.
    colours = (*_ACCENTS, brand.slate, brand.mist)
    for number in range(len(native.plots[0].categories)):
        fill = native.plots[0].series[0].points[number].format.fill
        fill.solid()
        paint(fill.fore_color, colours[number % len(colours)])


def _style_labels(native: Any, chart: Chart, brand: Brand) -> None:
    if not _is_labelled(chart) and chart.kind != "donut":
        return
    plot = native.plots[0]
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.show_value = True
    labels.number_format = _number_format(chart)
    labels.number_format_is_linked = False
    labels.font.size = Pt(MIN_SIZE)
    labels.font.bold = True
    paint(labels.font.color, brand.paper if chart.kind == "donut" else brand.ink)
    if chart.kind == "line":
        labels.position = XL_LABEL_POSITION.ABOVE
    elif chart.kind != "donut":
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
