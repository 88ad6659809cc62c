"""A DuckDB in memory that can reach nothing but the table it was given."""

# Identifiers are quoted and known, values are parameters.
from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from apps.analysis.errors import BadQuery, TooMuchData

#: What the engine may use. It keeps everything in memory: there is no folder that it could spill to.
MEMORY = "1GB"
SECONDS = 20.0
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "memory_limit": MEMORY,
    "temp_directory": "",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
}


class Sandbox:
    """One connection. After `lock`, no statement can read a file, open a network or change a setting."""

    def __init__(self) -> None:
        self._connection = duckdb.connect(":memory:", config=dict(_CONFIG))
        self._connection.execute("SET enable_progress_bar = false")

    def take(self, table: str, path: Path, columns: Sequence[str]) -> None:
        """Make `table` of a UTF-8 CSV without headings; all columns are text. Then the door is locked."""
        shape = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in columns)
        form = (
            "header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '\\N'"
        )
        cells = f"read_csv(?, {form}, max_line_size = 16000000, columns = {{{shape}}})"
        self.run(f"CREATE TABLE {identifier(table)} AS SELECT * FROM {cells}", [str(path)])  # noqa: S608
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def run(
        self, sql: str, parameters: Sequence[Any] = (), *, seconds: float = SECONDS
    ) -> list[tuple[Any, ...]]:
        """The rows of a statement. Raises `TooMuchData` when it takes too long or too much memory."""
        alarm = threading.Timer(seconds, self._connection.interrupt)
        alarm.daemon = True
        alarm.start()
        try:
            return self._connection.execute(sql, list(parameters)).fetchall()
        except duckdb.InterruptException as error:
            raise TooMuchData(
                f"This takes longer than {seconds:g} seconds. Please ask for less at once."
            ) from error
        except duckdb.OutOfMemoryException as error:
            raise TooMuchData(
                "This needs too much memory. Please filter the rows or group by less."
            ) from error
        except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
            raise BadQuery("The numbers are too large to be computed exactly.") from error
        finally:
            alarm.cancel()

    def size(self) -> int:
        """Bytes of memory that the engine holds now."""
        return int(self.run("SELECT coalesce(sum(memory_usage_bytes), 0) FROM duckdb_memory()")[0][0])

    def close(self) -> None:
        """Forget the table."""
        self._connection.close()


def identifier(name: str) -> str:
    """A column's name as SQL takes it, whatever stands in it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Fixed text of ours inside a statement; values of people go in as parameters."""
    return "'" + text.replace("'", "''") + "'"
