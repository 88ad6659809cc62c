"""The terms of an offer in a sentence: the discount, a plan that is none of ours, and what changes them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, Field

from apps.assistant.skillkit import Before, Continuation
from apps.assistant.slots import SlotSpec, names
from apps.assistant.slots.extraction import Source, extract
from apps.assistant.slots.remainder import rest_of
from apps.contacts.normalisation import company_key
from apps.core.sentences import sentence

OUR_PLANS = ("starter", "growth", "scale", "enterprise")
DISCOUNT_WORD = re.compile(
    r"\bdiscount|\brebate\b|\b(?:percent|per cent|%) off\b|\bdiskaun\b|\bpotongan harga\b"
    r"|折扣|优惠价|優惠價|[一二三四五六七八九]{1,2}折|[1-9](?:\.[1-9])? ?折",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d{1,2})?)\s?(?:%|％|per ?cent\b|peratus\b)", re.IGNORECASE)
NO_DISCOUNT = re.compile(
    r"\b(?:without|no)(?: a| any)? discount|\bfull price\b|\btanpa diskaun\b"
    r"|不打折|没有折扣|沒有折扣|原价|原價",
    re.IGNORECASE,
)
#: “九折” is nine tenths of the price, “八五折” 85 % of it.
_TENTHS = re.compile(r"([一二三四五六七八九])([一二三四五六七八九])?折|(?<!\d)([1-9])(?:\.?([1-9]))?\s?折")
_DIGITS = "一二三四五六七八九"
_NAMED = re.compile(
    r"\b(?:(on|with|for|in|to|take|use) )?(?:the |an? |our )?"
    r"([A-Za-z][\w+-]{2,20}) [Pp](?:lan|ackage)\b(?! [A-Z])"
    r"|([A-Za-z]{3,20}) ?(?:套餐|计划|計劃)"
    r"|(白金|铂金|黄金|黃金|钻石|鑽石|高级|高級|豪华|豪華|旗舰|旗艦|尊享)(?:套餐|计划|計劃|版)"
    r"|\b(?:[Pp]elan|[Pp]akej) ([A-Z][A-Za-z]{2,19})\b"
)
_NO_NAMES = frozenset(
    """
    the this that which what best right suitable cheapest smallest biggest largest cheaper bigger
    smaller annual yearly monthly payment pricing price our your their another other same new current
    floor marketing action rollout pilot instalment installment subscription full proper good better
    fitting business seating meal and one any some every bulanan tahunan harga yang ini itu untuk
    terbaik sesuai lain
    """.split()  # noqa: SIM905 - a page of quotes is hard to read
)
_BILLING = re.compile(
    r"\b(?:per |by the |by |each |every )?(?:month|year)(?:ly)?\b|\bannual(?:ly)?\b"
    r"|按?每?[月年](?:付|缴|繳)?|\b(?:bulanan|tahunan)\b",
    re.IGNORECASE,
)
_FORMAT = re.compile(r"(?<![a-z])(?:pdf|word|docx|markdown|md)(?![a-z])", re.IGNORECASE)
_PLAN = re.compile(r"(?<![a-z])(?:starter|growth|scale|enterprise)(?![a-z])|套餐|计划|計劃", re.IGNORECASE)
_MAIL_IT = re.compile(
    r"\b(?:e-?mail|mail|send|forward) "
    r"(?:it|this|that|them|him|her|the (?:proposal|offer|quote|quotation|file|pdf|document))\b(?! to me\b)"
    r"|(?:发|發|寄|传|傳)(?:送|邮件|郵件|电邮|電郵|出去|过去|過去)?(?:给|給)(?:他们?|她们?|他們|客户|客戶|客人|对方|對方)"
    r"|(?:发|發)(?:送|邮件|郵件|电邮|電郵)|寄出|寄过去|寄過去"
    r"|\b(?:hantar|e-?mel)(?:kan)?\b(?! kepada saya)",
    re.IGNORECASE,
)
#: Words of an offer that have capitals and are no companies.
_OURS = re.compile(
    r"(?<![a-z])(?:pdf|word|docx|markdown|starter|growth|scale|enterprise|e-?mail|sgd)(?![a-z])",
    re.IGNORECASE,
)
#: What a few words about an offer are taken for when they stand alone.
_MAY_RESEMBLE = {"", "proposal_writing", "email_outreach", "mail_answer"}
_ADDRESS = re.compile(r"\S@\S")


def _discount(source: Source, _asked: bool) -> float | None:
    """In per cent; only where the sentence speaks of a discount."""
    if NO_DISCOUNT.search(source.text):
        return 0.0
    if not DISCOUNT_WORD.search(source.text):
        return None
    if found := _PERCENT.search(source.text):
        return min(float(found[1]), 100.0)
    if found := _TENTHS.search(source.text):
        tens = _DIGITS.index(found[1]) + 1 if found[1] else int(found[3])
        ones = _DIGITS.index(found[2]) + 1 if found[2] else int(found[4] or 0)
        return float(100 - tens * 10 - ones)
    return None


def _unknown_plan(source: Source, _asked: bool) -> str | None:
    """A plan that was named and is none of ours."""
    for found in _NAMED.finditer(source.text):
        said = found[2] or found[3] or found[4] or found[5]
        is_named = bool(found[1] or not found[2]) or said[0].isupper()
        if is_named and said.casefold() not in _NO_NAMES and said.casefold() not in OUR_PLANS:
            return said
    return None


DiscountSlot = Annotated[
    float,
    SlotSpec("discount", find=_discount),
    Field(description="Discount on the subscription in per cent.", ge=0, le=100),
]
UnknownPlanSlot = Annotated[
    str,
    SlotSpec("unknown_plan", find=_unknown_plan),
    Field(description="A plan that was asked for and does not exist; leave it empty.", max_length=40),
]


def goes_on(before: Before, *, slots: type[BaseModel]) -> Continuation | None:
    """Other terms for the offer made just now, or that it be mailed; None for any other message."""
    text = sentence(before.message)
    if _ADDRESS.search(text) or _names_another(before, text):
        return None
    found = extract(slots, Source(whole=text, user=before.user), known={"company": before.slots["company"]})
    changed = {name: value for name, value in found.values.items() if name != "company"}
    if _MAIL_IT.search(text) and not changed:
        return _mailed(before) if _is_only(before, text) else None
    if not changed or not _is_only(before, text):
        return None
    kept = {name: value for name, value in before.slots.items() if value not in (None, "")}
    if "plan" in changed:
        kept.pop("unknown_plan", None)
    return Continuation("proposal_writing", {**kept, **changed})


def _mailed(before: Before) -> Continuation | None:
    if not before.files:
        return None
    known = {"company": before.slots["company"], "letter": "proposal", "proposal": before.files[-1]}
    return Continuation("email_outreach", known)


def _is_only(before: Before, text: str) -> bool:
    """Whether the message is about this and nothing else: alone, or with little beside it."""
    known = (_MAIL_IT, NO_DISCOUNT, _NAMED, _PERCENT, _TENTHS, DISCOUNT_WORD, _BILLING, _FORMAT, _PLAN)
    rest = rest_of(text, *known)
    return rest == 0 or (rest <= 3 and before.resembles in _MAY_RESEMBLE)


def _names_another(before: Before, text: str) -> bool:
    rest = _OURS.sub(" ", _NAMED.sub(" ", _MAIL_IT.sub(" ", text)))
    named = names.company(rest, before.user)
    return bool(named) and company_key(named or "") != company_key(str(before.slots["company"]))
