"""What recipes are told: names and choices, never prices."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from apps.knowledge.catalogue import PlanId

DocumentFormat = Literal["pdf", "docx", "md"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Section(_Strict):
    """A chapter: sentences, points, and a small table whose rows are as long as its columns."""

    title: str = Field(min_length=1, max_length=200)
    paragraphs: list[str] = Field(default_factory=list, max_length=60)
    points: list[str] = Field(default_factory=list, max_length=60)
    columns: list[str] = Field(default_factory=list, max_length=8)
    rows: list[list[str]] = Field(default_factory=list, max_length=200)

    @model_validator(mode="after")
    def _rows_fit(self) -> Section:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("each row of a table has a cell for each of its columns")
        return self


class DocumentArguments(_Strict):
    """Any text with chapters. `look` is how pages are laid out: a report, or a long text with contents."""

    format: DocumentFormat = "pdf"
    look: Literal["report", "playbook"] = "report"
    title: str = Field(min_length=1, max_length=160)
    subtitle: str = Field(default="", max_length=300)
    sections: list[Section] = Field(default_factory=list, max_length=60)
    sources: list[str] = Field(default_factory=list, max_length=40)


class WebsiteArguments(DocumentArguments):
    """A page of the website about a product; what is not said is taken from the product's data, in the
    language of the page.
    """

    format: DocumentFormat = "docx"
    title: str = Field(default="", max_length=160)
    product: str = Field(default="", max_length=60)
    language: Literal["en", "zh", "ms"] = "en"
    meta_title: str = Field(default="", max_length=120)
    meta_description: str = Field(default="", max_length=300)
    call_to_action: str = Field(default="", max_length=80)


class AddOnLine(_Strict):
    """An add-on by its id in the price book, and how many."""

    id: str
    quantity: int = Field(default=1, ge=1, le=1000)


class ProposalArguments(DocumentArguments):
    """An offer: amounts come from the price book of the day on which it is made."""

    title: str = Field(default="", max_length=160)
    company: str = Field(min_length=1, max_length=200)
    plan: PlanId
    billing: Literal["annual", "monthly"] = "annual"
    add_ons: list[AddOnLine] = Field(default_factory=list, max_length=20)
    discount_percent: float = Field(default=0, ge=0, le=15)
    opening: str = Field(default="", max_length=2000)
    next_step: str = Field(default="", max_length=500)


class DeckArguments(_Strict):
    """Slides about Mezzofy: `products` by id, all of them by default."""

    products: list[str] = Field(default_factory=list, max_length=12)
    audience: str = Field(default="", max_length=120)
