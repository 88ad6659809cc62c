"""A lead from a sentence."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from apps.accounts.models import User
from apps.assistant.skillkit import Citation, SkillContext, SkillResult, skill
from apps.assistant.slots import EmailSlot, MoneySlot, SlotSpec
from apps.assistant.slots.amounts import AFTER, BEFORE
from apps.assistant.slots.extraction import Source
from apps.assistant.slots.names import EMAIL
from apps.assistant.slots.types import MoneyValue
from apps.core.markdown import escape
from apps.crm.choices import LeadSource
from apps.crm.tools import FoundLead, PossibleDuplicate, create_lead, find_duplicates
from apps.crm.wording import citation, money

WHICH = (
    "Which company is the new lead? Please give its name; a contact, e-mail, phone, source and value are"
    " welcome."
)
#: From here on, a lead that is there is taken for the one described.
SAME = 80
MAX_PARTS, MAX_NAME = 20, 200
_SPLIT = re.compile(r"[,;，；、\n]|\.\s(?=[A-Z])|。")
_ORDER = re.compile(
    r"^(?:(?:please|pls|can you|could you|i want to|i'd like to)\s)?"
    r"(?:(?:add|create|register|enter|make|put in|save)\s)?"
    r"(?:(?:a|an|this|the|another)\s)?(?:(?:new|fresh)\s)?(?:leads?|prospects?|deal)\s?(?:anyway\s?)?(?:called|named|for|from|is|:|：|-)?\s?",
    re.IGNORECASE,
)
_OTHER_ORDERS = re.compile(
    r"^(?:请|帮我)?(?:添加|新增|新建|创建|加|登记)?(?:一个|一条|个|条)?新?(?:的)?(?:线索|潜在客户|商机)\s?(?:：|:|叫|是)?\s?"
    r"|^(?:sila\s)?(?:tambah|cipta|daftar|buat)?\s?(?:prospek)\s?(?:baharu|baru)?\s?(?::|bernama|untuk)?\s?",
    re.IGNORECASE,
)
_AS_LEAD = re.compile(
    r"^(?:please\s)?(?:add|put|save|register|enter)\s(.{2,160}?)\s(?:as|to|into|in)\s.{0,24}\b(?:leads?|crm|pipeline)\b",
    re.IGNORECASE,
)
_CHINESE_AS = re.compile(r"^(?:请)?把\s?(.{2,80}?)\s?(?:加|添加|登记).{0,4}(?:线索|潜在客户)")
_PHONE = re.compile(r"(?<![\w@.])\+?\(?\d[\d ()-]{6,18}\d(?![\w@])")
_LABEL = re.compile(
    r"^(?:and\s|with\s|the\s|dan\s)?(?P<name>contact person|contact|person|e-?mail|mail|phone|mobile|tel"
    r"|source|came (?:from|by)"
    r"|value|worth|deal value|budget|industry|location|place|city|in|via|notes?"
    r"|联系人|邮箱|电话|来源|价值|金额|行业|地点|备注"
    r"|hubungi|orang hubungan|kenalan|telefon|emel|sumber|nilai|lokasi|industri|nota)"
    r"(?![a-z])\s?(?:is|are|of|adalah|是)?\s?[:：=]?\s?(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_WITHIN = re.compile(
    r"\s(?=(?:contact person|contact|phone|mobile|e-?mail|source|value|worth|industry|location"
    r"|hubungi|telefon|emel|sumber|nilai)\s)",
    re.IGNORECASE,
)
_FIELDS = {
    "contact": "contact person|contact|person|联系人|hubungi|orang hubungan|kenalan",
    "source": "source|came from|came by|via|来源|sumber",
    "industry": "industry|行业|industri",
    "location": "location|place|city|in|地点|lokasi",
    "notes": "note|notes|备注|nota",
}
_SOURCES: tuple[tuple[LeadSource, str], ...] = (
    (LeadSource.REFERRAL, r"referr\w{0,4}|recommend\w{0,5}|推荐|介绍|rujukan"),
    (LeadSource.LINKEDIN, r"linked ?in|领英"),
    (LeadSource.WEBSITE, r"web ?site|web ?form|网站|laman web"),
    (LeadSource.EVENT, r"event|trade (?:fair|show)|fair|exhibition|展会|活动|acara|pameran"),
    (LeadSource.EMAIL, r"(?:by |from an? )?(?:e-?mail|newsletter)"),
    (LeadSource.CALL, r"(?:cold |phone )?calls?|walk-?in|电话|panggilan"),
    (LeadSource.OTHER, r"other|其他|lain"),
)
_ANYWAY = re.compile(r"\b(?:anyway|regardless|juga)\b|仍然|还是要", re.IGNORECASE)


class Said(BaseModel):
    """What the parts of a sentence hold, apart from addresses and amounts."""

    company: str = ""
    contact: str = ""
    source: str = ""
    industry: str = ""
    location: str = ""
    notes: str = ""


def read(message: str) -> Said:
    """The company first, then the parts that say what they are."""
    said = Said()
    text = re.sub(r"https?://\S{1,200}", "", message.strip())
    inside = _AS_LEAD.match(text) or _CHINESE_AS.match(text)
    rest = f"{inside[1]}, {text[inside.end() :]}" if inside else _without_order(text)
    for part in _parts(rest):
        label = _LABEL.match(part)
        if label is None:
            said.company = said.company or _cleaned(part)
            continue
        field = next(
            (name for name, words in _FIELDS.items() if label["name"].lower() in words.split("|")), ""
        )
        if field and not getattr(said, field):
            setattr(said, field, _cleaned(label["rest"]))
    return said


def _without_order(text: str) -> str:
    order = _OTHER_ORDERS.match(text)
    return text[order.end() :] if order and order.end() else _ORDER.sub("", text)


def _parts(text: str) -> list[str]:
    pieces = (piece for part in _SPLIT.split(text)[:MAX_PARTS] for piece in _WITHIN.split(part))
    return [piece.strip() for piece in pieces if piece.strip()]


def _cleaned(part: str) -> str:
    """The part without addresses, numbers of phones and amounts, which have slots of their own."""
    for pattern in (EMAIL, _PHONE, BEFORE, AFTER):
        part = pattern.sub("", part)
    part = re.sub(
        r"\s(?:as|to) (?:a |the |my |our )?(?:new )?(?:leads?|crm|pipeline)$",
        "",
        part.strip(),
        flags=re.IGNORECASE,
    )
    return part.strip(" .!?:()\"'“”")[:MAX_NAME]


def _company(source: Source, is_asked: bool) -> str | None:
    if is_asked:
        return _cleaned(_parts(source.text)[0]) or None if _parts(source.text) else None
    found = read(source.text).company
    return (
        found
        if len(found) > 1 and found.casefold() not in {"anyway", "please", "to the crm", "now"}
        else None
    )


def _contact(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    return read(source.text).contact or None


def _phone(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    found = _PHONE.search(EMAIL.sub("", source.text))
    return found[0].strip() if found else None


def _source(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    """Only what is named as the source: an e-mail address in the sentence says nothing of it."""
    named = read(source.text).source
    return next((str(kind) for kind, words in _SOURCES if re.search(words, named, re.IGNORECASE)), None)


def _place(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    return read(source.text).location[:120] or None


def _industry(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    return read(source.text).industry[:80] or None


def _notes(source: Source, is_asked: bool) -> str | None:  # noqa: ARG001
    return read(source.text).notes or None


def _anyway(source: Source, is_asked: bool) -> bool:  # noqa: ARG001
    return bool(_ANYWAY.search(source.text))


class Slots(BaseModel):
    """What is known of the new lead; only the company must be."""

    company: Annotated[
        str, SlotSpec("company", WHICH, find=_company), Field(max_length=MAX_NAME, description="The company.")
    ]
    contact: Annotated[str, SlotSpec("text", find=_contact), Field(max_length=160)] | None = None
    email: EmailSlot | None = None
    phone: Annotated[str, SlotSpec("text", find=_phone), Field(max_length=40)] | None = None
    source: Annotated[LeadSource, SlotSpec("choice", find=_source), Field()] | None = None
    value: MoneySlot | None = None
    location: Annotated[str, SlotSpec("text", find=_place), Field(max_length=120)] | None = None
    industry: Annotated[str, SlotSpec("text", find=_industry), Field(max_length=80)] | None = None
    notes: Annotated[str, SlotSpec("text", find=_notes), Field(max_length=2_000)] | None = None
    anyway: Annotated[
        bool,
        SlotSpec("choice", find=_anyway),
        Field(description="Whether to add it although one like it is there."),
    ] = False


@skill("new_lead", slots=Slots)
def new_lead(ctx: SkillContext, slots: Slots) -> SkillResult:
    """Adds the lead and shows what was understood; one that is there already is offered instead."""
    known = {"contact": slots.contact or "", "email": slots.email or "", "phone": slots.phone or ""}
    same = [one for one in ctx.call(find_duplicates, company=slots.company, **known) if one.score >= SAME]
    if same and not slots.anyway:
        return _known(slots.company, same)
    value = slots.value or MoneyValue(amount=Decimal(0))
    lead = ctx.call(
        create_lead,
        company_name=slots.company,
        contact_name=known["contact"],
        contact_email=known["email"],
        contact_phone=known["phone"],
        industry=slots.industry or "",
        location=slots.location or "",
        source=slots.source or LeadSource.OTHER,
        value=value.amount if slots.value else None,
        currency=value.currency,
        notes=slots.notes or "",
    )
    return SkillResult(text=_added(lead, slots, ctx.user), citations=[citation(lead)])


def _added(lead: FoundLead, slots: Slots, user: User) -> str:
    facts = {
        "Contact": lead.contact,
        "E-mail": lead.email,
        "Phone": lead.phone,
        "Source": str(slots.source.label) if slots.source else "",
        "Value": money(lead.value, lead.currency),
        "Location": lead.location,
        "Industry": lead.industry,
        "Notes": lead.notes,
    }
    understood = [f"- {name}: {escape(text, 400)}" for name, text in facts.items() if text]
    wanted = ("Contact", "E-mail", "Phone", "Source", "Value")
    missing = [name.lower() for name in wanted if not facts[name]]
    owner = escape(lead.owner or user.name)
    head = f"I added the lead **{escape(lead.company)}** [1] at the stage **{lead.stage}**, owned by {owner}."
    rest = f"Not said yet: {', '.join(missing)}. You can add that on the lead's page." if missing else ""
    return "\n\n".join(part for part in (head, "\n".join(understood), rest) if part)


def _known(company: str, same: list[PossibleDuplicate]) -> SkillResult:
    """The leads that may be the same; of a colleague's only that there is one."""
    cited: list[Citation] = []
    lines = []
    for one in same:
        label = escape(one.label) if one.citation else "A colleague's lead"
        if one.citation:
            cited.append(one.citation)
            label += f" [{len(cited)}]"
        lines.append(f"- {label}: {', '.join(one.reasons).lower()}")
    name = escape(company)
    return SkillResult(
        text=f"I added nothing: {name} seems to be there already.\n\n"
        + "\n".join(lines)
        + "\n\nOpen it, or say “add it anyway” with the details if it is another one: "
        f"*new lead anyway: {name}, …*",
        citations=cited,
    )
