"""Reading the public web. Nothing here writes to it: pages are asked for, politely, and kept as rows."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from apps.assistant.skillkit import Citation
from apps.assistant.toolkit import ToolContext, ToolError, tool
from apps.assistant.tools.web_addresses import given_address
from apps.assistant.tools.web_answers import (
    MAX_LINKS,
    NOTICE,
    ContactsFound,
    PageRead,
    Screenshot,
    SiteRead,
    TablesFound,
    contacts_of,
    cut_sections,
    quotes_of,
    source_of,
    stopper,
)
from apps.core.errors import DomainError
from apps.perception.web import crawling, searching
from apps.perception.web.addresses import parse
from apps.perception.web.pages import Organization
from apps.perception.web.ranking import passages_of, rank
from apps.perception.web.rendering import browser
from apps.perception.web.rendering.reading import read_rendered
from apps.perception.web.services import Reading, read

PERMISSION = "perception.view_webpage"
PASSAGES = 6
CONTACT_PAGES = 4
TABLE_ROWS = 100

Address = Annotated[str, Field(description="A web address (https://…) that the user or a page gave.")]


class SearchResult(BaseModel):
    """A page that a search engine names."""

    title: str
    url: str
    snippet: str
    citation: Citation


class SearchResults(BaseModel):
    """What a search engine found, best first."""

    notice: str = NOTICE
    results: list[SearchResult]


@tool(
    permission=PERMISSION,
    read_only=True,
    family="web",
    untrusted=True,
    timeout=120,
    summary=lambda arguments: f"Reading {_host(arguments)} …",
)
def read_page(ctx: ToolContext, *, url: Address, render: bool = False, question: str = "") -> PageRead:
    """Read a public web page, PDF, Word document or table by its address: title, text by headings, links, and
    what it says about the organisation. With a `question`, also the passages that fit it best. `render` uses
    a browser, for pages that scripts fill; an empty page is rendered anyway where a browser is installed.
    """
    reading = _reading(ctx, given_address(ctx, url), render=render)
    page = reading.page
    sections, is_cut = cut_sections(page)
    found = rank(question, passages_of(page.sections), limit=PASSAGES) if question.strip() else []
    return PageRead(
        source=source_of(reading),
        passages=quotes_of([reading], found),
        sections=sections,
        is_cut=is_cut,
        links=page.links[:MAX_LINKS],
        organizations=page.organizations[:5],
        dishes=page.dishes[:60],
        number_of_tables=len(page.tables),
    )


@tool(
    permission=PERMISSION,
    read_only=True,
    family="web",
    untrusted=True,
    timeout=240,
    summary=lambda arguments: f"Looking for contacts on {_host(arguments)} …",
)
def find_contacts(ctx: ToolContext, *, url: Address) -> ContactsFound:
    """Find how a company can be reached: e-mail addresses, telephone numbers, postal addresses, opening hours
    and profiles, on the given page and, if need be, on up to three more pages of its site (contact, about).
    """
    address = given_address(ctx, url)
    first = _reading(ctx, address)
    readings = [first]
    kinds = {fact.kind for fact in first.page.contacts}
    if not {"email", "phone"} <= kinds:
        readings = _site(ctx, address, "contact us, telephone, e-mail, address, about", CONTACT_PAGES)
    return ContactsFound(
        sources=[source_of(reading) for reading in readings],
        contacts=contacts_of(readings),
        organizations=_organizations(readings),
    )


@tool(
    permission=PERMISSION,
    read_only=True,
    family="web",
    untrusted=True,
    timeout=240,
    summary=lambda arguments: f"Reading the site {_host(arguments)} …",
)
def crawl_site(
    ctx: ToolContext,
    *,
    url: Address,
    question: str = "",
    max_pages: Annotated[int, Field(ge=1, le=crawling.MOST_PAGES)] = 5,
) -> SiteRead:
    """Read a page and up to nine more of the same site, those first to which links promise most for the
    question. Returns the passages that fit the question best, with the contacts of all pages.
    """
    refused: list[str] = []
    readings = _site(ctx, given_address(ctx, url), question, max_pages, refused)
    passages = [
        passage
        for source, reading in enumerate(readings)
        for passage in passages_of(reading.page.sections, source=source)
    ]
    return SiteRead(
        sources=[source_of(reading) for reading in readings],
        passages=quotes_of(readings, rank(question, passages, limit=PASSAGES + 2)),
        contacts=contacts_of(readings),
        refused=refused,
    )


@tool(
    permission=PERMISSION,
    read_only=True,
    family="web",
    untrusted=True,
    timeout=120,
    summary=lambda arguments: f"Reading a table on {_host(arguments)} …",
)
def extract_table(ctx: ToolContext, *, url: Address, number: int = 0) -> TablesFound:
    """The tables of a web page as rows; `number` (from 1) takes one of them, 0 the first few."""
    reading = _reading(ctx, given_address(ctx, url))
    tables = reading.page.tables
    if number > len(tables) or not tables:
        raise ToolError(f"There are {len(tables)} tables on this page." if tables else "No table there.")
    chosen = [tables[number - 1]] if number > 0 else tables[:5]
    cut = [table.model_copy(update={"rows": table.rows[:TABLE_ROWS]}) for table in chosen]
    return TablesFound(source=source_of(reading), number_of_tables=len(tables), tables=cut)


@tool(
    permission=PERMISSION,
    read_only=True,
    family="web",
    untrusted=True,
    heavy=True,
    timeout=120,
    ready=browser.ready,
    summary=lambda arguments: f"Photographing {_host(arguments)} …",
)
def screenshot_page(ctx: ToolContext, *, url: Address) -> Screenshot:
    """Open a public page in a browser and keep a picture of it as a file, with its text."""
    address = given_address(ctx, url)
    reading = read_rendered(
        user=ctx.user, url=address, run_id=ctx.run_id, check=stopper(ctx, "Opening the page …"), picture=True
    )
    artifact = reading.row.artifact
    if artifact is None:
        raise ToolError("The browser could not take a picture of this page.")
    ctx.keep(artifact)
    return Screenshot(source=source_of(reading), artifact_id=str(artifact.pk), text=reading.page.text[:2000])


@tool(
    permission=PERMISSION,
    read_only=True,
    family="web",
    untrusted=True,
    timeout=30,
    ready=searching.ready,
    summary="Searching the web for {query} …",
)
def search_web(ctx: ToolContext, *, query: str, limit: int = 8) -> SearchResults:  # noqa: ARG001
    """Ask a search engine for pages. The query leaves the house: put no names of customers and no figures of
    ours into it. Read a result with read_page before you rely on it.
    """
    found = searching.search(query, limit=max(1, min(limit, 20)))
    return SearchResults(
        results=[
            SearchResult(
                **result.model_dump(),
                citation=Citation(
                    kind="web.page", id=result.url, label=result.title, url=result.url, quote=result.snippet
                ),
            )
            for result in found
        ]
    )


def _reading(ctx: ToolContext, address: str, *, render: bool = False) -> Reading:
    """The page; one that is empty without its scripts is opened in a browser, if there is one."""
    check = stopper(ctx, f"Waiting for {_host({'url': address})} …")
    if not render:
        reading = read(user=ctx.user, url=address, run_id=ctx.run_id, check=check)
        if not reading.page.needs_browser or browser.ready():
            return reading
        ctx.progress("The page is made by scripts; opening it in a browser …")
    elif sentence := browser.ready():
        raise ToolError(sentence)
    return read_rendered(user=ctx.user, url=address, run_id=ctx.run_id, check=check)


def _site(
    ctx: ToolContext, address: str, question: str, most: int, refused: list[str] | None = None
) -> list[Reading]:
    found = crawling.crawl(
        user=ctx.user,
        url=address,
        question=question,
        max_pages=most,
        run_id=ctx.run_id,
        check=stopper(ctx, f"Reading {_host({'url': address})} …"),
        tell=lambda link: ctx.progress(f"Reading {link[:150]} …"),
    )
    if refused is not None:
        refused += [f"{url}: {sentence}" for url, sentence in found.refusals[:10]]
    return found.readings


def _organizations(readings: list[Reading]) -> list[Organization]:
    found = {
        organization.name.casefold(): organization
        for reading in reversed(readings)
        for organization in reading.page.organizations
    }
    return list(found.values())[:10]


def _host(arguments: dict[str, object]) -> str:
    try:
        return parse(str(arguments.get("url", ""))).host
    except DomainError:
        return "the page"
