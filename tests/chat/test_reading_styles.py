"""What the chat and the back office share of their looks, and what a wide table needs."""

from __future__ import annotations

import re
from pathlib import Path

STATIC = Path(__file__).parents[2] / "static"


def _declared(file: str, name: str) -> list[str]:
    text = (STATIC / file).read_text()
    return re.findall(rf"--{name}:\s*([^;]{{1,80}});", text)


def test_a_warning_has_one_colour_in_the_chat_and_in_the_queue() -> None:
    for name in ("warn", "warn-soft"):
        light, dark = _declared("admin_mezzofy/back_office.css", f"mz-{name}")
        assert _declared("chat/css/tokens.css", name) == [f"light-dark({light}, {dark})"]
    card = re.search(r"\.approval-warning \{([^}]*)\}", (STATIC / "chat/css/messages.css").read_text())
    assert card is not None
    assert "background: var(--warn-soft); color: var(--warn)" in card[1]


def test_a_wide_table_scrolls_in_its_own_box_and_shows_that_it_goes_on() -> None:
    frame = re.search(r"\.table-frame \{([^}]*)\}", (STATIC / "chat/css/prose.css").read_text())
    assert frame is not None
    assert "overflow-x: auto" in frame[1]
    assert "no-repeat local" in frame[1]
    assert "no-repeat scroll" in frame[1]
