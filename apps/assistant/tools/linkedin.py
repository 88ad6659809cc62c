"""LinkedIn: public pages as far as its rules allow, and what users bring from there."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from apps.assistant.toolkit import ToolContext, ToolError, tool
from apps.assistant.tools.web_addresses import given_address
from apps.assistant.tools.web_answers import NOTICE, Source, source_of, stopper
from apps.perception.web.linkedin.pages import is_linkedin, read_public
from apps.perception.web.linkedin.profiles import prospects_in_file, prospects_in_text
from apps.perception.web.linkedin.prospects import Prospect

PERMISSION = "perception.view_webpage"
MAX_TEXT = 4000


class LinkedInPage(BaseModel):
    """A public page of LinkedIn: whom it is about, and what it says."""

    notice: str = NOTICE
    source: Source
    prospects: list[Prospect]
    text: str


class ProspectsRead(BaseModel):
    """The people and companies in a text or a file, as they are named there."""

    notice: str = NOTICE
    prospects: list[Prospect]


@tool(
    permission=PERMISSION,
    read_only=True,
    family="linkedin",
    untrusted=True,
    timeout=120,
    summary="Asking LinkedIn for its public page …",
)
def read_linkedin_page(
    ctx: ToolContext,
    *,
    url: Annotated[str, Field(description="linkedin.com/company/… or linkedin.com/in/…")],
) -> LinkedInPage:
    """Read the public page of a company or a person on LinkedIn by its address. LinkedIn refuses programs for
    most pages; then this says so and what the user can do instead. Never try to get around that.
    """
    address = given_address(ctx, url)
    if not is_linkedin(address):
        raise ToolError("This is not a page of LinkedIn; read it with read_page.")
    check = stopper(ctx, "Waiting for LinkedIn …")
    reading, prospects = read_public(user=ctx.user, url=address, run_id=ctx.run_id, check=check)
    return LinkedInPage(source=source_of(reading), prospects=prospects, text=reading.page.text[:MAX_TEXT])


@tool(
    permission=PERMISSION,
    read_only=True,
    family="linkedin",
    untrusted=True,
    timeout=60,
    summary="Reading the profile …",
)
def parse_profile_text(ctx: ToolContext, *, text: str = "", artifact_id: str = "") -> ProspectsRead:
    """Find people and companies in the pasted text of a profile, or in an attached PDF or table (CSV, XLSX)
    that was exported from LinkedIn. Give either the text or the id of the file.
    """
    if not text.strip() and not artifact_id:
        raise ToolError("Give the text of the profile, or the id of the file.")
    if artifact_id:
        return ProspectsRead(prospects=prospects_in_file(ctx.attachment(artifact_id)))
    return ProspectsRead(prospects=prospects_in_text(text, source="pasted text"))
