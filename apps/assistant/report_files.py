"""Reports that people want as a file."""

from __future__ import annotations

import re

from apps.assistant.reporting import ReportFile, ReportReading
from apps.core.markdown import escape
from apps.core.sentences import sentence
from apps.reports.choices import Format

_FORMATS = (
    (Format.XLSX, re.compile(r"\b(?:excel|xlsx|spreadsheet|workbook)\b|电子表格|表格文件", re.IGNORECASE)),
    (Format.CSV, re.compile(r"\bcsv\b", re.IGNORECASE)),
    (Format.PPTX, re.compile(r"\b(?:powerpoint|pptx|slides)\b|幻灯片", re.IGNORECASE)),
    (Format.PDF, re.compile(r"\bpdf\b", re.IGNORECASE)),
)
MOST_OF_A_NOTE = 400
_EXPORT = re.compile(r"\b(?:export|download|eksport|muat turun)\b|导出|下载", re.IGNORECASE)


def format_wanted(message: str) -> Format | None:
    """The kind of file that the message asks for; a PDF where it says “export” only. None without a wish."""
    text = sentence(message)
    named = next((kind for kind, pattern in _FORMATS if pattern.search(text)), None)
    return named or (Format.PDF if _EXPORT.search(text) else None)


def said_of(made: ReportFile) -> str:
    """That the report is attached, what it says first, and what one has to know to read it."""
    compared = f", compared with {made.compared_with}" if made.compared_with else ""
    head = (
        f"**{escape(made.title)}**, {made.period}{compared}, is attached as “{escape(made.file_name)}” [1]."
    )
    said = "\n".join(f"- {escape(line, 400)}" for line in made.highlights)
    return "\n\n".join(part for part in (head, said, notes_of(made)) if part)


def notes_of(found: ReportReading) -> str:
    """What one has to know to read the figures, such as whose are counted; "" when there is nothing."""
    return " ".join(f"*{escape(note, MOST_OF_A_NOTE)}*" for note in found.notes if note.strip())
