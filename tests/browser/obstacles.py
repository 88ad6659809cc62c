"""What axe-core finds in the way of people who see, hear or point less well."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SERIOUS = ("serious", "critical")
COLOURS = "color-contrast"
"""The only rule that another choice of colours can break."""

SETTLED = """() => document.getAnimations().every(({ playState, effect }) =>
    playState !== "running" || effect.getComputedTiming().endTime === Infinity)"""
"""Nothing fades from one colour to another; a spinner may turn."""


def obstacles(page: Page, *, within: str = "", rule: str = "") -> list[str]:
    """The serious and critical ones, a line each; `within` a selector, and by one rule only if given."""
    page.wait_for_function(SETTLED)
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rule:
        options["runOnly"] = {"type": "rule", "values": [rule]}
    found: list[dict[str, Any]] = Axe().run(page, within or None, options).response["violations"]
    return [
        f"{obstacle['id']}: {node['target']} {node['html'][:120]}"
        for obstacle in found
        if obstacle["impact"] in SERIOUS
        for node in obstacle["nodes"]
    ]
