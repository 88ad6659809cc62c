"""Slide masters that people upload: what our slides need must be there."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from pptx import Presentation
from pptx.util import Inches

from apps.documents.checking.archives import check_archive
from apps.documents.checking.problems import Problem

#: Layouts by name, and the placeholders that our slides fill.
NEEDED: dict[str, tuple[int, ...]] = {
    "Cover": (0, 1, 13),
    "Content": (0, 1),
    "Title only": (0,),
    "Closing": (0, 1),
}
_SIZE = (Inches(13.333), Inches(7.5))


def check_master(content: bytes) -> list[Problem]:
    """Faults of a presentation as a master."""
    faults = check_archive(content, "ppt/presentation.xml")
    if faults:
        return faults
    try:
        presentation = Presentation(io.BytesIO(content))
        return list(_faults(presentation))
    except Exception:
        # python-pptx lets out whatever a malformed file leads it to.
        return [Problem(_("The presentation cannot be read. Please save it again in PowerPoint."))]


def _faults(presentation: Any) -> Iterator[Problem]:
    width, height = presentation.slide_width or 0, presentation.slide_height or 0
    if abs(width - _SIZE[0]) > 20_000 or abs(height - _SIZE[1]) > 20_000:
        yield Problem(_("Slides must be 16:9, 13.333 by 7.5 inches (33.867 by 19.05 cm)."))
    layouts = {layout.name: layout for layout in presentation.slide_layouts}
    for name, wanted in NEEDED.items():
        layout = layouts.get(name)
        if layout is None:
            yield Problem(_("The layout “%(name)s” is missing.") % {"name": name}, name=name)
            continue
        present = {shape.placeholder_format.idx for shape in layout.placeholders}
        for index in wanted:
            if index not in present:
                text = _("The layout “%(name)s” has lost a placeholder (number %(index)d).")
                yield Problem(text % {"name": name, "index": index}, name=name)
