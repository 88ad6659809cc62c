"""Rows as CSV or XLSX."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

from apps.accounts.models import User
from apps.brand.recipes.texts import MAY_MAKE
from apps.documents.content import Column, Table
from apps.documents.recipes import Made, Snapshot, recipe, table_of
from apps.documents.tables import to_csv, to_xlsx

Cell = str | int | float | None


class TableArguments(BaseModel):
    """A table as it was given; rows are as long as the columns."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=120)
    format: Literal["csv", "xlsx"] = "xlsx"
    columns: list[str] = Field(min_length=1, max_length=60)
    rows: list[list[Cell]] = Field(max_length=5_000)

    @model_validator(mode="after")
    def _rows_fit(self) -> TableArguments:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("each row has a cell for each column")
        return self


@recipe("table", arguments=TableArguments, permission=MAY_MAKE, title=_("Table"))
def table(user: User, now: datetime, arguments: TableArguments) -> Made:  # noqa: ARG001 - the shape of recipes
    """The rows as a file that opens safely: what a spreadsheet would run as a formula is plain text."""
    columns = tuple(
        Column(label, "number" if _is_numeric(arguments, place) else "text")
        for place, label in enumerate(arguments.columns)
    )
    content = Table(columns, tuple(tuple(row) for row in arguments.rows))
    written = to_csv(content) if arguments.format == "csv" else to_xlsx(content, sheet=arguments.name)
    words = "\n".join(" | ".join(str(cell or "") for cell in row) for row in arguments.rows)
    return Made(
        name=f"{slugify(arguments.name) or 'table'}.{arguments.format}",
        content=written,
        snapshot=Snapshot(tables=[table_of(content, title=arguments.name)]).model_dump(),
        text=f"{arguments.name}\n{words}",
    )


def _is_numeric(arguments: TableArguments, place: int) -> bool:
    values = [row[place] for row in arguments.rows if row[place] is not None]
    return bool(values) and all(isinstance(value, int | float) for value in values)
