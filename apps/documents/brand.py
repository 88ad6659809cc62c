"""The brand as data: colours, type faces and logo files, read from `knowledge/brand`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from django.conf import settings

LogoVariant = Literal["mezzofy", "mezzofy_light", "mezzofy_on_coral", "mark"]


@dataclass(frozen=True)
class Brand:
    """Colours as `#RRGGBB`, and the names of the type faces."""

    coral: str
    coral_deep: str
    coral_soft: str
    ink: str
    ink_soft: str
    paper: str
    cloud: str
    line: str
    slate: str
    mist: str
    good: str
    bad: str
    neutral: str
    series: tuple[str, ...]
    presentation_font: str
    document_font: str
    chinese_fonts: tuple[str, ...]

    @property
    def palette(self) -> tuple[str, ...]:
        """The colours of series, and two greys for what is beyond them."""
        return (*self.series, self.slate, self.mist)


def knowledge_dir() -> Path:
    """The folder of Mezzofy's own data."""
    return Path(settings.KNOWLEDGE_DIR)


def logo(variant: LogoVariant, suffix: Literal["png", "svg"] = "png") -> Path:
    """The logo file for the ground it stands on: `mezzofy` on light, the others as named."""
    return knowledge_dir() / "brand" / "logos" / f"{variant}.{suffix}"


def load_brand() -> Brand:
    """The current brand; read again only after the file changed."""
    path = knowledge_dir() / "brand" / "color_palette.yaml"
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Brand:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    fonts = data["fonts"]
    return Brand(
        **data["core"],
        **data["neutral"],
        good=data["status"]["good"],
        bad=data["status"]["bad"],
        neutral=data["status"]["neutral"],
        series=tuple(data["data"]),
        presentation_font=fonts["presentation"],
        document_font=fonts["document"],
        chinese_fonts=tuple(fonts["chinese"]),
    )
