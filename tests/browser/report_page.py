"""Report pages as a test sees them: what a reader does and reads."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from playwright.sync_api import Locator, Page, expect

MADE_WITHIN = 60_000
"""Milliseconds in which a file must be made."""


class ReportPage:
    """`/admin/reports/<key>/`."""

    def __init__(self, page: Page, base_url: str, key: str) -> None:
        self.page = page
        self.base_url = base_url
        self.key = key

    def open(self, query: str = "") -> Self:
        """Go to the report and wait until its scripts have drawn it."""
        self.page.goto(f"{self.base_url}/admin/reports/{self.key}/{query}")
        return self.ready()

    def ready(self) -> Self:
        """Wait until the scripts have drawn the page."""
        expect(self.page.locator(".report[data-ready]")).to_be_attached()
        return self

    def choose(self, label: str, option: str) -> None:
        """Choose in the filter form."""
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def show(self) -> None:
        """Send the filter form."""
        self.page.get_by_role("button", name="Show").click()

    @property
    def facts(self) -> Locator:
        """Period, zone and filters of what is shown."""
        return self.page.locator(".report-facts")

    @property
    def tiles(self) -> Locator:
        """The numbers that stand alone."""
        return self.page.locator(".report-tiles .mz-tile")

    def dataset(self, title: str) -> Locator:
        """The card of a table by its title."""
        return self.page.locator(".report-dataset").filter(has=self.page.get_by_role("heading", name=title))

    def column(self, title: str, number: int) -> list[str]:
        """The texts of a column of a table, from 0."""
        return self.dataset(title).locator(f"tbody tr > :nth-child({number + 1})").all_inner_texts()

    def sort(self, title: str, heading: str) -> None:
        """Click on a heading of a table."""
        self.dataset(title).get_by_role("button", name=heading, exact=True).click()

    def save_as(self, label: str, folder: Path) -> Path:
        """Ask for a file and wait for the download."""
        with self.page.expect_download(timeout=MADE_WITHIN) as download:
            self.page.locator(".report-export").get_by_role("button", name=label, exact=True).click()
        path = folder / download.value.suggested_filename
        download.value.save_as(path)
        return path

    def click_chart(self, title: str, point: int) -> None:
        """Click on a point of the first series of a chart."""
        canvas = self.dataset(title).locator("canvas")
        canvas.scroll_into_view_if_needed()
        place = canvas.evaluate(
            "(canvas, point) => { const it = Chart.getChart(canvas).getDatasetMeta(0).data[point]"
            ".getCenterPoint(); return {x: it.x, y: it.y}; }",
            point,
        )
        canvas.click(position=place)
