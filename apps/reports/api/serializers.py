"""Reports, answers and exports as JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from apps.core.periods import Period
from apps.core.reporting import Column, Dataset, Report, Row, Tile
from apps.core.reporting.findings import Value
from apps.reports.answers import Answer
from apps.reports.asking import FilterField
from apps.reports.charts import chart_json
from apps.reports.choices import Format
from apps.reports.models import ReportExport
from apps.reports.wording import cell_text, change, change_text, local, mood, tile_text


class FilterSerializer(serializers.Serializer[FilterField]):
    """One thing that a report can be asked for; `choices` are those of the reader."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    help = serializers.CharField()
    kind = serializers.CharField(help_text="period, choice, flag, whole, number, day or text.")
    default = serializers.JSONField()
    choices = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))


class ReportSerializer(serializers.Serializer[Report]):
    """A report that the reader may read."""

    key = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    department = serializers.CharField()
    url = serializers.CharField(help_text="Path of the page.")
    formats = serializers.ListField(child=serializers.CharField())
    filters = FilterSerializer(many=True)


class TileSerializer(serializers.Serializer[Tile]):
    """A number that stands alone. Numbers are decimal strings, exact; `text` is how people read them."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    group = serializers.CharField()
    kind = serializers.CharField()
    unit = serializers.CharField()
    value = serializers.JSONField()
    previous = serializers.JSONField()
    change = serializers.JSONField()
    text = serializers.CharField()
    change_text = serializers.CharField()
    mood = serializers.CharField(help_text="good, bad or neutral.")
    url = serializers.CharField(help_text="Opens the rows behind the number; may be empty.")
    note = serializers.CharField()


class CellSerializer(serializers.Serializer[Any]):
    """A value, how people read it, and the rows behind it."""

    value = serializers.JSONField()
    text = serializers.CharField()
    url = serializers.CharField()


@extend_schema_serializer(component_name="ReportColumn")
class ColumnSerializer(serializers.Serializer[Column]):
    """A column of a table."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    kind = serializers.CharField()
    unit = serializers.CharField()


class DatasetSerializer(serializers.Serializer[Dataset]):
    """A table with all its rows; `total` is a row or null, `chart` how it is drawn or null."""

    key = serializers.CharField()
    title = serializers.CharField()
    group = serializers.CharField()
    note = serializers.CharField()
    columns = ColumnSerializer(many=True)
    rows = serializers.ListField(child=CellSerializer(many=True))
    total = CellSerializer(many=True, allow_null=True)
    chart = serializers.JSONField()


class AnswerSerializer(serializers.Serializer[Answer]):
    """What a report says, and of what."""

    key = serializers.CharField()
    title = serializers.CharField()
    period = serializers.DictField(allow_null=True, help_text="Null where the report is as of computed_at.")
    compared_with = serializers.DictField(allow_null=True)
    time_zone = serializers.CharField()
    filters = serializers.DictField()
    computed_at = serializers.DateTimeField()
    url = serializers.CharField()
    highlights = serializers.ListField(child=serializers.CharField())
    notes = serializers.ListField(child=serializers.CharField())
    tiles = TileSerializer(many=True)
    datasets = DatasetSerializer(many=True)


class ExportRequestSerializer(serializers.Serializer[Any]):
    """Which file is wanted. `dataset` chooses one table for CSV; without it, several come in a zip."""

    format = serializers.ChoiceField(choices=Format.choices)
    filters = serializers.DictField(required=False, default=dict)
    dataset = serializers.CharField(required=False, allow_blank=True, max_length=80, default="")


class ExportSerializer(serializers.ModelSerializer[ReportExport]):
    """A file of a report: where it stands, and once it is there, where to get it."""

    file = serializers.SerializerMethodField()

    class Meta:
        model = ReportExport
        fields = [
            "id", "report", "title", "format", "dataset", "filters", "status", "progress", "error", "file",
            "created_at", "started_at", "finished_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_file(self, export: ReportExport) -> dict[str, Any] | None:
        """Id, name, size and download path; null until it is there."""
        file = export.artifact
        if file is None:
            return None
        return {"id": str(file.pk), "name": file.name, "size": file.size_bytes, "url": file.download_url}


def answer_json(answer: Answer) -> dict[str, Any]:
    """The answer as `AnswerSerializer` describes it."""
    zone = answer.zone
    return {
        "key": answer.report.key,
        "title": str(answer.report.title),
        "period": _days(answer.period),
        "compared_with": _days(answer.compared_with),
        "time_zone": zone,
        "filters": answer.asked,
        "computed_at": answer.computed_at.isoformat(),
        "url": answer.url,
        "highlights": list(map(str, answer.findings.highlights)),
        "notes": list(map(str, answer.findings.notes)),
        "tiles": [_tile(tile, zone) for tile in answer.findings.tiles],
        "datasets": [_dataset(dataset, zone) for dataset in answer.findings.datasets],
    }


def _days(period: Period | None) -> dict[str, str] | None:
    if period is None:
        return None
    return {"first": period.start.isoformat(), "last": period.last_day.isoformat(), "text": str(period)}


def _tile(tile: Tile, zone: str) -> dict[str, Any]:
    return {
        "key": tile.key,
        "label": str(tile.label),
        "group": tile.group,
        "kind": tile.kind,
        "unit": tile.unit,
        "value": exact(tile.value, zone),
        "previous": exact(tile.previous, zone),
        "change": exact(change(tile), zone),
        "text": tile_text(tile, tile.value, zone),
        "change_text": change_text(tile),
        "mood": mood(tile),
        "url": tile.url,
        "note": str(tile.note),
    }


def _dataset(dataset: Dataset, zone: str) -> dict[str, Any]:
    return {
        "key": dataset.key,
        "title": str(dataset.title),
        "group": dataset.group,
        "note": str(dataset.note),
        "columns": [
            {"key": column.key, "label": str(column.label), "kind": column.kind, "unit": column.unit}
            for column in dataset.columns
        ],
        "rows": [_row(dataset, row, zone) for row in dataset.rows],
        "total": _row(dataset, dataset.total, zone) if dataset.total else None,
        "chart": chart_json(dataset, zone),
    }


def _row(dataset: Dataset, row: Row, zone: str) -> list[dict[str, Any]]:
    return [
        {
            "value": exact(value, zone),
            "text": cell_text(column, value, zone),
            "url": row.urls.get(column.key, row.url),
        }
        for column, value in zip(dataset.columns, row.values, strict=True)
    ]


def exact(value: Value, zone: str) -> Any:
    """The value for JSON: amounts as decimal text without loss, moments with the offset of `zone`."""
    value = local(value, zone)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value if value is None or isinstance(value, int | str) else value.isoformat()
