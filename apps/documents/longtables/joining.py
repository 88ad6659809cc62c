"""Pages of several documents made one: numbered throughout, with their tags for screen readers."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, NumberTree

from apps.documents.longtables.typesetting import Sheets
from apps.documents.longtables.typst_files import Typst


def joined(front: bytes, tables: Iterable[Sheets], *, font: str, colour: str) -> bytes:
    """`front` and the pages of the tables as one PDF with the properties of `front`.

    Every page gets its number at the foot. Deterministic: the same pages give the same bytes.
    """
    with pikepdf.open(io.BytesIO(front)) as book:
        for sheets in tables:
            with pikepdf.open(io.BytesIO(sheets.pdf)) as part:
                _append(book, part, sheets)
        _number(book, font, colour)
        buffer = io.BytesIO()
        book.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return buffer.getvalue()


def _append(book: pikepdf.Pdf, part: pikepdf.Pdf, sheets: Sheets) -> None:
    if sheets.dropped_rows:
        _drop_rows(part.Root.StructTreeRoot, sheets.dropped_rows)
    del part.pages[sheets.pages :]
    first = len(book.pages)
    book.pages.extend(part.pages)
    _adopt_tags(book, part, list(book.pages)[first:])


def _drop_rows(root: Any, count: int) -> None:
    """Take the tags of the last `count` rows out: their page is given up."""
    body = next(element for element in _elements(root) if element.get("/S") == Name.TBody)
    del body.K[len(body.K) - count :]


def _elements(element: Any) -> Iterable[Any]:
    """The structure elements below `element`, outermost first."""
    kids = element.get("/K", Array())
    for kid in kids if isinstance(kids, Array) else [kids]:
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield kid
            yield from _elements(kid)


def _adopt_tags(book: pikepdf.Pdf, part: pikepdf.Pdf, pages: list[pikepdf.Page]) -> None:
    """Hang the structure of `part` under that of `book`, under numbers that are free there."""
    ours = book.Root.StructTreeRoot
    theirs = book.copy_foreign(part.Root.StructTreeRoot)
    numbers = NumberTree(ours.ParentTree)
    free = int(ours.get("/ParentTreeNextKey", max(numbers, default=-1) + 1))
    adopted = dict(NumberTree(theirs.ParentTree).items())
    for number, parents in adopted.items():
        numbers[free + number] = parents
    ours.ParentTreeNextKey = free + max(adopted, default=-1) + 1
    for page in pages:
        _renumber(page, free)
    kids = ours.K if isinstance(ours.K, Array) else Array([ours.K])
    for kid in theirs.K if isinstance(theirs.K, Array) else [theirs.K]:
        kid.P = ours
        kids.append(kid)
    ours.K = kids


def _renumber(page: pikepdf.Page, free: int) -> None:
    if "/StructParents" in page:
        page.StructParents = int(page.StructParents) + free
    for note in page.get("/Annots", Array()):
        if "/StructParent" in note:
            note.StructParent = int(note.StructParent) + free


def _number(book: pikepdf.Pdf, font: str, colour: str) -> None:
    """Draw the number of each page over it, as an artifact that is not read out."""
    count = len(book.pages)
    numbers = Typst("page_numbers", {"pages": count, "font": font, "colour": colour}).pdf(tags=False)
    with pikepdf.open(io.BytesIO(numbers)) as drawn:
        for page, number in zip(book.pages, drawn.pages, strict=True):
            form = book.copy_foreign(number.as_form_xobject())
            name = page.add_resource(form, Name.XObject, Name.PageNumber)
            page.contents_add(b"q", prepend=True)
            draw = f"Q /Artifact <</Type /Pagination>> BDC q {name} Do Q EMC".encode()
            page.contents_add(draw)
