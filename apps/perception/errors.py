"""Why a file cannot be read, in sentences for the person who sent it."""

from __future__ import annotations

from apps.core.errors import Invalid


class UnreadableFile(Invalid):
    """The bytes are not what a reader can work with; `code` says in which way."""

    code = "unreadable_file"


def empty_file() -> UnreadableFile:
    """Nothing in it."""
    return UnreadableFile("The file is empty.", code="empty_file")


def no_header() -> UnreadableFile:
    """A table whose columns have no names."""
    return UnreadableFile(
        "I found no row with column headings. Please put the names of the columns in the first row.",
        code="no_header",
    )


def encrypted_file() -> UnreadableFile:
    """A password stands before the content."""
    return UnreadableFile(
        "The file is protected by a password. Please remove the protection and send it again.",
        code="encrypted_file",
    )


def corrupt_file(what: str = "file") -> UnreadableFile:
    """Damaged, or cut off on its way."""
    return UnreadableFile(
        f"The {what} is damaged and cannot be opened. Please send it again.", code="corrupt_file"
    )


def wrong_kind(what: str) -> UnreadableFile:
    """The content is of another kind than the name or the task says."""
    return UnreadableFile(
        f"This is {what}, not a table. Please send a CSV or an Excel workbook (.xlsx).", code="wrong_kind"
    )


def too_large(what: str) -> UnreadableFile:
    """Above a limit of the reader."""
    return UnreadableFile(f"The file has {what}. Please split it.", code="too_large")


def too_many_rows(most: int) -> UnreadableFile:
    """More than `most` rows with content, or a great many without."""
    return UnreadableFile(
        f"The table has more than {most:,} rows, or very many empty ones. "
        "Please copy the rows with content to a new file and send that.",
        code="too_large",
    )
