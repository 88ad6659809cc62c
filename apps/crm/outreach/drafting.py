"""A letter to a lead, ready to be edited and sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.core.errors import Invalid
from apps.core.markdown import escape
from apps.crm.models import Lead
from apps.crm.outreach.contact import last_contact
from apps.crm.outreach.evidence import Complaint, open_complaint
from apps.crm.outreach.letters import TEMPLATES, Aim, LetterName, Occasion, aim_of, content, fitting
from apps.crm.outreach.offers import made_before
from apps.crm.outreach.reading import markdown_of
from apps.crm.outreach.script import is_written_in_chinese, reads_traditional
from apps.crm.outreach.speech import Language, day_in, month_in, words, working_day
from apps.documents import engine, templates

#: `zh` leaves the script to the lead's place.
Wanted = Literal["en", "zh", "zh-Hans", "zh-Hant", "ms"]
#: Without an answer after so long, one asks again.
PATIENCE = timedelta(days=5)


@dataclass(frozen=True)
class Draft:
    """What would be sent. `body` is Markdown; `template` is the path of what it was made from, "" for none;
    `because` says in English what of the last contact decided it; `follow_up` is the day to ask again;
    `complaint` is what nobody has settled yet.
    """

    aim: Aim
    language: str
    to: str
    subject: str
    body: str
    template: str
    because: str
    follow_up: date
    complaint: Complaint | None


def draft(
    *,
    lead: Lead,
    user: User,
    now: datetime,
    letter: LetterName | None = None,
    language: Wanted | None = None,
    proposal: Artifact | None = None,
) -> Draft:
    """The letter that was asked for, or that stage and last contact ask for, from the template in force; in
    the language that was asked for, or that the names of the lead are written in. With `proposal`, the letter
    carries that file and says its prices.

    Raises `Invalid` for a lead without an address and a file that is no proposal, `Faulty` for a template
    that cannot be filled.
    """
    if not lead.contact_email:
        raise Invalid(f"{lead.company_name} has no e-mail address yet. Add one on the lead's page.")
    last = last_contact(lead, user=user, now=now)
    occasion = Occasion(
        lead,
        user,
        now,
        language=written_in(language, lead),
        last=last,
        complaint=open_complaint(lead, user=user, now=now),
        offer=made_before(proposal) if proposal else None,
    )
    aim = aim_of(letter or _asked_by_stage(occasion), occasion)
    values = content(aim, occasion)
    template = TEMPLATES[aim] if values["language"] == "en" else ""
    signed_off = ("close",) if aim == "settle" else ("close", "why")
    return Draft(
        aim=aim,
        language=values["language"],
        to=lead.contact_email,
        subject=values["subject"],
        body=_from_template(template, values) if template else _framed(values, signed_off),
        template=template,
        because=_because(occasion),
        follow_up=working_day(max(occasion.today + PATIENCE, occasion.meet)),
        complaint=occasion.complaint,
    )


def written_in(wanted: Wanted | None, lead: Lead) -> Language:
    """The language wanted, else Chinese for names in Chinese characters and English for others. Chinese is in
    the script of the lead's place unless one was asked for.
    """
    if wanted == "zh-Hans":
        return "zh"
    language = wanted or ("zh" if is_written_in_chinese(lead) else "en")
    return "zh-Hant" if language == "zh" and reads_traditional(lead) else language


def _asked_by_stage(occasion: Occasion) -> LetterName:
    """Where something stands between us, no letter that introduces or offers."""
    return "followup" if occasion.complaint else fitting(occasion.lead, occasion.last)


def _from_template(path: str, values: dict[str, Any]) -> str:
    source = templates.in_force(path)
    page = engine.filled(engine.parsed(source.text), values, trusted=source.trusted)
    return markdown_of(page, without=("●", "©", values["sender_email"]))


def _framed(values: dict[str, Any], endings: tuple[str, ...]) -> str:
    """The letter that the house has no template of, with the endings of these names."""
    frame = words(values["language"])["frame"]
    safe = {name: escape(str(value), 2_000) for name, value in values.items()}
    told = {
        **safe,
        "name": safe["recipient_name"],
        "company": safe["company_name"],
        "sender": safe["sender_name"],
        "title": safe["sender_title"],
    }
    lines = [frame["hello"] if values["recipient_name"] else frame["hello_nobody"]]
    if "last_contact" in values:
        lines += [frame["thanks"], frame["next_step"]]
    else:
        lines += ["{opening}", "{call_to_action}"]
    return "\n\n".join(line.format(**told) for line in [*lines, *(frame[name] for name in endings)])


def _because(occasion: Occasion) -> str:
    last, today = occasion.last, occasion.today
    if occasion.complaint:
        return f"a complaint of {day_in('en', occasion.complaint.on, today=today)} is not settled yet"
    if last is None:
        return "no contact with them is recorded yet"
    kind = str(last.kind.label).lower()
    if last.is_recent:
        unanswered = "" if last.spoke else ", unanswered so far"
        return f"the last contact was on {day_in('en', last.on, today=today)} ({kind}{unanswered})"
    return f"nobody has been in touch since {month_in('en', last.on, today=today)} ({kind})"
