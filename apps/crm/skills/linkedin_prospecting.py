"""Prospects out of LinkedIn pages, exports, pasted profiles and company sites; leads of them on request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pydantic import BaseModel, Field

from apps.assistant.skillkit import Citation, SkillContext, SkillResult, skill
from apps.assistant.slots import AddressesSlot, AttachmentSlot
from apps.assistant.toolkit import ToolError
from apps.assistant.tools.linkedin import parse_profile_text, read_linkedin_page
from apps.assistant.tools.web import find_contacts
from apps.assistant.tools.web_answers import ContactsFound
from apps.core.markdown import escape, table
from apps.crm.choices import LeadSource
from apps.crm.tools import FoundLead, create_lead
from apps.crm.tools.prospects import MOST, CheckedProspect, check_prospects, recall_prospects
from apps.crm.wording import count
from apps.perception.web.linkedin.pages import is_linkedin
from apps.perception.web.linkedin.prospects import Prospect, merged
from apps.perception.web.mentions import addresses_in, without_addresses

MAX_PAGES = 5
SHOWN = 25
#: So many leads are added at once without showing them first; so many at once at all (a run has few steps).
UNASKED = 5
AT_ONCE = 15
#: From here on a prospect counts as known.
KNOWN = 85
HINT = "Say “create leads from these prospects” (or “create leads 1 and 3 from these prospects”) to add them."
NOTHING = (
    "I found nobody to list. Send me the address of a public LinkedIn page or of the company's site, paste "
    "the text of a profile, or attach the PDF or CSV that LinkedIn exports."
)
_CREATE = re.compile(
    r"\b(create|add|save|import|turn|put|make)\b.{0,60}\b(leads?|crm|pipeline)\b"
    r"|(创建|建成|添加|加入|新增|保存).{0,20}(线索|客户|CRM)|(线索|客户).{0,10}(创建|建成|添加)"
    r"|\b(tambah|cipta|simpan)\b.{0,60}\b(prospek|lead|crm)\b",
    re.IGNORECASE,
)
_NUMBERS = re.compile(
    r"(?:leads?|prospects?|numbers?|no\.?|#|第|nombor)\s*(\d{1,2}(?:\s*(?:,|and|&|和|dan)+\s*\d{1,2})*)(?!\d)",
    re.IGNORECASE,
)


class Slots(BaseModel):
    """Where the prospects are named; without anything, those listed before in the conversation."""

    urls: AddressesSlot | None = None
    attachment: AttachmentSlot | None = None
    text: str = Field(default="", max_length=20_000, description="Pasted text of one or more profiles.")
    create: bool = Field(default=False, description="Whether the user asked to add leads, not only to list.")
    numbers: list[int] = Field(
        default_factory=list,
        max_length=50,
        description="Which of the listed ones to add (from 1); empty: all.",
    )


_Reader = Callable[[SkillContext, str, "_Findings"], None]


@dataclass
class _Findings:
    """What was found, and what could not be read."""

    prospects: list[Prospect] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    is_recalled: bool = False


@skill("linkedin_prospecting", slots=Slots)
def linkedin_prospecting(ctx: SkillContext, slots: Slots) -> SkillResult:
    """List the prospects with what the CRM knows of them; add them if that was asked for."""
    wants_leads = slots.create or bool(_CREATE.search(_words(ctx)))
    found = _gather(ctx, slots)
    if not found.prospects and wants_leads:
        found.prospects, found.is_recalled = ctx.call(recall_prospects), True
    if not found.prospects:
        return SkillResult(text="\n\n".join([*map(_refusal, found.refusals), NOTHING]))
    checked = ctx.call(check_prospects, prospects=found.prospects[:MOST])
    parts = [_listed(checked, found)]
    parts += map(_refusal, dict.fromkeys(found.refusals))
    parts += _leads(ctx, checked, found, _chosen(ctx, slots)) if wants_leads else _proposal(checked)
    data = {"prospects": [row.prospect.model_dump(mode="json") for row in checked]}
    return SkillResult(text="\n\n".join(parts), citations=found.citations, data=data)


def _words(ctx: SkillContext) -> str:
    """The user's own words, without what was pasted below them."""
    return without_addresses(ctx.message.strip().splitlines()[0] if ctx.message.strip() else "")


def _gather(ctx: SkillContext, slots: Slots) -> _Findings:
    """What all sources hold; one that cannot be read is told, and the others are read."""
    found = _Findings()
    for read, what in _sources(ctx, slots):
        try:
            read(ctx, what, found)
        except ToolError as error:
            found.refusals.append(error.detail)
    found.prospects = merged(found.prospects)
    return found


def _sources(ctx: SkillContext, slots: Slots) -> Iterator[tuple[_Reader, str]]:
    """Pasted text and files of the message; without them the pages it names; else the file from before."""
    pasted = slots.text or _pasted(ctx.message)
    files = [str(artifact.pk) for artifact in ctx.attachments]
    urls = slots.urls or addresses_in(ctx.message, limit=MAX_PAGES)
    if pasted:
        yield _from_text, pasted
    for name in files:
        yield _from_file, name
    if not pasted and not files:
        for url in urls[:MAX_PAGES]:
            yield (_from_linkedin if is_linkedin(url) else _from_site), url
        if not urls and slots.attachment and not _CREATE.search(_words(ctx)):
            yield _from_file, slots.attachment


def _pasted(message: str) -> str:
    """What stands below the first line, if that is more than an address."""
    below = message.strip().partition("\n")[2].strip()
    return below if len(without_addresses(below).split()) >= 3 else ""


def _from_text(ctx: SkillContext, text: str, found: _Findings) -> None:
    found.prospects += ctx.call(parse_profile_text, text=text).prospects


def _from_file(ctx: SkillContext, artifact_id: str, found: _Findings) -> None:
    found.prospects += ctx.call(parse_profile_text, artifact_id=artifact_id).prospects


def _from_linkedin(ctx: SkillContext, url: str, found: _Findings) -> None:
    read = ctx.call(read_linkedin_page, url=url)
    found.prospects += read.prospects
    found.citations.append(read.source.citation)


def _from_site(ctx: SkillContext, url: str, found: _Findings) -> None:
    """The company whose site it is, as the site names itself."""
    site = ctx.call(find_contacts, url=url)
    found.citations += [source.citation for source in site.sources[:1]]
    found.prospects += [_company_of(site, url)]


def _company_of(site: ContactsFound, url: str) -> Prospect:
    contacts = {contact.kind: contact.value for contact in reversed(site.contacts)}
    named = site.organizations[0] if site.organizations else None
    title = re.split(r"\s+[|–—·-]\s+", site.sources[0].title)[0] if site.sources else ""
    return Prospect(
        company=named.name if named else title,
        email=contacts.get("email", ""),
        phone=contacts.get("phone", ""),
        location=(named.address if named else "") or contacts.get("address", ""),
        website=url,
        source=url,
    )


def _listed(checked: list[CheckedProspect], found: _Findings) -> str:
    """The prospects as a table, numbered as the user may name them."""
    rows = []
    for number, row in enumerate(checked[:SHOWN], start=1):
        prospect = row.prospect
        reach = ", ".join(part for part in (prospect.email, prospect.phone, prospect.website) if part)
        rows.append(
            (
                str(number),
                escape(prospect.company, 60),
                escape(prospect.person, 60),
                escape(prospect.role, 60),
                escape(reach or prospect.location, 80),
                escape(prospect.source, 60),
                _known(row, found),
            )
        )
    columns = ("#", "Company", "Person", "Role", "Reach", "Source", "In the CRM")
    more = f"\n\n… and {len(checked) - SHOWN} more." if len(checked) > SHOWN else ""
    listed = table([(name, "right" if name == "#" else "left") for name in columns], rows)
    before = " from before" if found.is_recalled else ""
    return f"**{count(len(checked), 'prospect')}**{before}:\n\n{listed}{more}"


def _known(row: CheckedProspect, found: _Findings) -> str:
    """What the CRM says, with the lead as a citation if the user may open it."""
    if not row.score:
        return "no"
    sure = "yes" if row.score >= KNOWN else "perhaps"
    if row.citation is None:
        return f"{sure}: {escape(row.reason, 80)}"
    found.citations.append(row.citation)
    return f"{sure}: {escape(row.citation.label, 60)} [{len(found.citations)}]"


def _proposal(checked: list[CheckedProspect]) -> list[str]:
    new = sum(_is_new(row) for row in checked)
    if not new:
        return ["All of them seem to be in the CRM already."]
    return [f"{count(new, 'prospect')} can become leads. {HINT}"]


def _is_new(row: CheckedProspect) -> bool:
    return bool(row.prospect.company) and row.score < KNOWN


def _chosen(ctx: SkillContext, slots: Slots) -> set[int]:
    """The numbers that the user named; empty: all."""
    if slots.numbers:
        return set(slots.numbers)
    named = _NUMBERS.search(_words(ctx))
    return {int(number) for number in re.findall(r"\d+", named[1])} if named else set()


def _leads(
    ctx: SkillContext, checked: list[CheckedProspect], found: _Findings, chosen: set[int]
) -> Iterator[str]:
    """Add the new ones among those chosen. Many are shown first: adding waits for the next message."""
    picked = [row for number, row in enumerate(checked, start=1) if not chosen or number in chosen]
    new = [row for row in picked if _is_new(row)]
    if not new:
        yield "There is nothing to add: these are in the CRM already, or have no company."
        return
    if len(new) > UNASKED and not found.is_recalled:
        yield f"These are {count(len(new), 'new lead')}, so I ask first. {HINT}"
        return
    for row in new[:AT_ONCE]:
        try:
            lead = ctx.call(create_lead, **_fields(row.prospect))
        except ToolError as error:
            yield f"- Not added: {escape(row.prospect.company, 80)}. {escape(error.detail, 200)}"
        else:
            yield f"- {_added(lead, found)}"
    if len(new) > AT_ONCE:
        left = ", ".join(str(checked.index(row) + 1) for row in new[AT_ONCE:])
        yield f"I add {AT_ONCE} at a time. Still to do: numbers {left}."


def _added(lead: FoundLead, found: _Findings) -> str:
    found.citations.append(lead.citation)
    return f"Added **{escape(lead.company, 80)}** [{len(found.citations)}] as a lead of yours."


def _fields(prospect: Prospect) -> dict[str, str]:
    """A prospect as a lead; where it comes from stands in its notes."""
    is_site = bool(prospect.website) and prospect.source == prospect.website
    notes = [
        f"Role: {prospect.role}" if prospect.role else "",
        f"Profile: {prospect.url}" if prospect.url else "",
        f"Web site: {prospect.website}" if prospect.website else "",
        f"Found in: {prospect.source}" if prospect.source not in {"", prospect.url, prospect.website} else "",
    ]
    return {
        "company_name": prospect.company[:200],
        "contact_name": prospect.person[:200],
        "contact_email": prospect.email,
        "contact_phone": prospect.phone[:40],
        "location": prospect.location[:120],
        "source": LeadSource.WEBSITE if is_site else LeadSource.LINKEDIN,
        "notes": "\n".join(note for note in notes if note),
    }


def _refusal(sentence: str) -> str:
    return escape(sentence, 600)
