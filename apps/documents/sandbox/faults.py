"""What the closed process refuses."""

from __future__ import annotations


class Faulty(Exception):
    """What the author of the template must mend; `name` is the placeholder."""

    def __init__(self, message: str, name: str = "") -> None:
        super().__init__(message)
        self.message, self.name = message, name
