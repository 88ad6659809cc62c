"""What became of the rows of a file."""

from __future__ import annotations

from pydantic import BaseModel, Field

#: How many refused rows, duplicates and new leads an answer names; the report file has all of them.
SHOWN = 20


class RowNote(BaseModel):
    """A row that is not a new lead, and why. `lead_id` is the lead it repeats, if the user may see it."""

    row: int
    company: str
    reason: str
    lead_id: str = ""
    lead_url: str = ""


class CreatedLead(BaseModel):
    """A new lead, to open it."""

    lead_id: str
    label: str
    url: str


class RecognisedColumn(BaseModel):
    """A column of the file and the field of a lead that it fills."""

    heading: str
    field: str


class ImportOutcome(BaseModel):
    """The result of an import; lists hold the first `SHOWN`."""

    import_id: str
    file_name: str
    sheet: str = ""
    rows: int = 0
    created: int = 0
    duplicates: int = 0
    refused: int = 0
    columns: list[RecognisedColumn] = Field(default_factory=list)
    repeated_columns: list[str] = Field(default_factory=list)
    unknown_columns: list[str] = Field(default_factory=list)
    remarks: list[str] = Field(default_factory=list)
    first_created: list[CreatedLead] = Field(default_factory=list)
    first_duplicates: list[RowNote] = Field(default_factory=list)
    first_refused: list[RowNote] = Field(default_factory=list)
    report_id: str = ""
