"""What is known of a page that was read."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Section(BaseModel):
    """A heading and the paragraphs below it, a line each; "" is the beginning of the page."""

    heading: str
    text: str


class Link(BaseModel):
    """Where the page leads."""

    url: str
    text: str


class Fact(BaseModel):
    """How somebody can be reached: `kind` is email, phone, address, social or hours."""

    kind: str
    value: str
    label: str = ""


class Organization(BaseModel):
    """What a site says of itself for machines (schema.org)."""

    kind: str
    name: str
    description: str = ""
    telephone: str = ""
    email: str = ""
    address: str = ""
    url: str = ""
    hours: str = ""
    cuisine: str = ""
    price_range: str = ""
    same_as: list[str] = Field(default_factory=list)


class Person(BaseModel):
    """Somebody of whom the page speaks to machines."""

    name: str
    role: str = ""
    company: str = ""
    location: str = ""
    url: str = ""


class Dish(BaseModel):
    """A line of a menu that is marked up."""

    part: str = ""
    name: str
    price: str = ""
    description: str = ""


class PageTable(BaseModel):
    """A table of the page; every row has as many cells as the header."""

    caption: str
    header: list[str]
    rows: list[list[str]]


class Page(BaseModel):
    """A page as text and facts. All of it are the words of strangers."""

    url: str
    title: str = ""
    description: str = ""
    language: str = ""
    site_name: str = ""
    published: str = ""
    sections: list[Section] = Field(default_factory=list)
    links: list[Link] = Field(default_factory=list)
    contacts: list[Fact] = Field(default_factory=list)
    organizations: list[Organization] = Field(default_factory=list)
    people: list[Person] = Field(default_factory=list)
    dishes: list[Dish] = Field(default_factory=list)
    tables: list[PageTable] = Field(default_factory=list)
    needs_browser: bool = False
    """Whether the page is empty until its scripts have run."""

    @property
    def text(self) -> str:
        """Everything to read, headings on lines of their own."""
        return "\n\n".join(f"{section.heading}\n{section.text}".strip() for section in self.sections).strip()
