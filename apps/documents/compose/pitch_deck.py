"""The pitch deck for one merchant: what we know of them, what we propose, what it may earn, what it costs.

A pure function of its inputs. The notes of a lead are read for topics only and never quoted, because a deck
leaves the house and notes are written for colleagues.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from apps.documents.compose import selling
from apps.documents.compose.catalog import FeaturesLike, PriceBookLike, ProductLike, ProfileLike, RoiLike
from apps.documents.compose.recommendation import Recommendation, plan_for, recommend
from apps.documents.compose.roi import Estimate, estimate, industry_of, members_of
from apps.documents.deck import (
    Bullet,
    BulletsSlide,
    Card,
    CardsSlide,
    ClosingSlide,
    Deck,
    Slide,
    Step,
    StepsSlide,
    TitleSlide,
)
from apps.documents.numbers import day

#: More would read like a list of search words.
_TOPICS = 6
_CATEGORIES = {
    "acquire": ("Bring guests in", "Offers with a cap, a channel and a result."),
    "sell": ("Sell before the visit", "Vouchers and gift cards that are paid today."),
    "retain": ("See them again", "Points, stamps and tiers on the guest's own phone."),
    "operate": ("Run it calmly", "Redemption, tills and numbers that agree."),
}


@dataclass(frozen=True)
class CompanyFacts:
    """What the CRM knows of the merchant; empty where it knows nothing. `outlets` is None when unknown."""

    name: str
    industry: str = ""
    location: str = ""
    outlets: int | None = None
    contact_name: str = ""
    notes: str = ""
    source: str = ""


@dataclass(frozen=True)
class Sender:
    """Who presents."""

    name: str
    title: str = "Mezzofy"
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Proposal:
    """The facts of a deck, worked out once."""

    company: CompanyFacts
    sender: Sender
    prepared_on: date
    products: Sequence[ProductLike]
    pricing: PriceBookLike
    features: FeaturesLike
    profile: ProfileLike
    assumptions: RoiLike
    playbooks: Sequence[str]
    modules: tuple[Recommendation, ...]
    estimate: Estimate

    @property
    def topics(self) -> tuple[str, ...]:
        """What the merchant talked about, each once."""
        return tuple(dict.fromkeys(topic for module in self.modules for topic in module.topics))


def build_pitch_deck(
    *,
    company: CompanyFacts,
    sender: Sender,
    prepared_on: date,
    products: Sequence[ProductLike],
    pricing: PriceBookLike,
    features: FeaturesLike,
    profile: ProfileLike,
    assumptions: RoiLike,
    playbooks: Sequence[str] = (),
) -> Deck:
    """Twelve slides from cover to next steps. `playbooks` are titles of what we follow and may send on."""
    text = " ".join([company.industry, company.notes])
    modules = recommend(products, text)
    industry = industry_of(f"{company.industry} {company.name}", assumptions)
    outlets = company.outlets or assumptions.default_outlets
    plan = plan_for(
        pricing,
        outlets=outlets,
        members=members_of(industry, outlets, assumptions),
        modules=[module.product for module in modules],
    )
    expected = estimate(industry=industry, plan=plan, outlets=outlets, assumptions=assumptions)
    proposal = Proposal(
        company,
        sender,
        prepared_on,
        products,
        pricing,
        features,
        profile,
        assumptions,
        playbooks,
        modules,
        expected,
    )
    return Deck(
        title=f"Mezzofy for {company.name}",
        slides=_slides(proposal),
        prepared_on=prepared_on,
        footer=f"Mezzofy for {company.name} · {day(prepared_on)}",
        author=sender.name or "Mezzofy",
        keywords=("proposal", company.name),
    )


def _slides(proposal: Proposal) -> tuple[Slide, ...]:
    return (
        _cover(proposal),
        _situation(proposal),
        _what_we_do(proposal),
        _modules(proposal),
        _how_it_works(proposal),
        selling.return_slide(proposal.estimate, proposal.pricing.currency),
        selling.assumptions_slide(proposal.estimate, proposal.assumptions, proposal.pricing.currency),
        selling.pricing_slide(proposal.pricing, proposal.estimate.plan),
        selling.features_slide(proposal.features, proposal.pricing, proposal.estimate.plan, proposal.modules),
        _rollout(proposal),
        _assurances(proposal),
        _next_steps(proposal),
    )


def _cover(proposal: Proposal) -> TitleSlide:
    company, sender = proposal.company, proposal.sender
    greeting = (
        f"Prepared for {company.contact_name}" if company.contact_name else f"Prepared for {company.name}"
    )
    return TitleSlide(
        title=f"More second visits for {company.name}",
        subtitle=proposal.profile.one_line,
        byline=f"{greeting} by {sender.name}, {day(proposal.prepared_on)}",
        notes="Open with the merchant's own quiet day, not with our company.",
        sources=("Company record in the CRM",),
    )


def _situation(proposal: Proposal) -> BulletsSlide:
    company = proposal.company
    business = ", ".join(part for part in (company.industry, company.location) if part)
    known = [Bullet("Your business", f"{business}.")] if business else []
    if company.outlets:
        known.append(Bullet("Your outlets", f"{company.outlets} in the plan that follows."))
    else:
        outlets = proposal.assumptions.default_outlets
        known.append(
            Bullet("Your outlets", f"We reckon with {outlets}. Please correct us: fees and estimate follow.")
        )
    if proposal.topics:
        known.append(Bullet("What you raised with us", _sentence(_listed(proposal.topics[:_TOPICS]))))
    known.append(
        Bullet(
            "What we would like to learn today",
            "Your quietest days, how many guests you know by name, your tills, who decides on discounts.",
        )
    )
    return BulletsSlide(
        title=f"What we understand about {company.name}",
        lead="Tell us where this is wrong; the rest of the conversation rests on it.",
        bullets=tuple(known),
        notes="Everything here comes from the CRM record. Correct the record right after the meeting.",
        sources=(f"Company record in the CRM{f' ({company.source})' if company.source else ''}",),
    )


def _what_we_do(proposal: Proposal) -> CardsSlide:
    cards = []
    for category, (title, line) in _CATEGORIES.items():
        names = [product.name for product in proposal.products if product.category == category]
        cards.append(Card(title, f"{line} {_listed(names)}.", ""))
    return CardsSlide(
        title="One platform brings guests in, sells to them and sees them again",
        lead=proposal.profile.about.strip(),
        cards=tuple(cards),
        notes="Stay on this slide for one minute. Ask which of the four matters most this quarter.",
        sources=("knowledge/product_data/products.json", "knowledge/product_data/company.yaml"),
    )


def _modules(proposal: Proposal) -> CardsSlide:
    cards = [
        Card(
            module.product.name,
            f"{_first_sentence(module.product.summary)} {module.product.benefits[0]}",
            module.reason,
        )
        for module in proposal.modules
    ]
    return CardsSlide(
        title=f"Where we would start with {proposal.company.name}",
        cards=tuple(cards),
        notes="\n".join(
            f"{module.product.name}: {' '.join(module.product.benefits)}" for module in proposal.modules
        ),
        sources=("knowledge/product_data/products.json",),
    )


def _how_it_works(proposal: Proposal) -> StepsSlide:
    return StepsSlide(
        title="From a scan at the table to a second visit",
        steps=tuple(Step(step.title, step.body) for step in proposal.profile.how_it_works),
        notes="Show it on your own phone while this slide is up.",
        sources=("knowledge/product_data/company.yaml", "knowledge/product_data/faq.md, Redemption"),
    )


def _rollout(proposal: Proposal) -> StepsSlide:
    reading = f" The steps come from our playbook '{proposal.playbooks[0]}'." if proposal.playbooks else ""
    return StepsSlide(
        title="Live at every outlet in 30 days",
        steps=tuple(Step(step.title, step.body, step.days) for step in proposal.profile.rollout),
        notes=f"The date that slips is the till vendor's. Book it at signature.{reading}",
        sources=("knowledge/product_data/company.yaml", "knowledge/playbooks"),
    )


def _assurances(proposal: Proposal) -> CardsSlide:
    return CardsSlide(
        title="What you can rely on",
        cards=tuple(Card(item.title, item.body) for item in proposal.profile.assurances[:6]),
        notes="Offer the security contact for a questionnaire; do not answer one from memory.",
        sources=tuple(
            dict.fromkeys(f"knowledge/product_data/{item.source}" for item in proposal.profile.assurances)
        ),
    )


def _next_steps(proposal: Proposal) -> ClosingSlide:
    start = proposal.prepared_on
    until = min(start + timedelta(days=proposal.pricing.quote_valid_days), proposal.pricing.valid_until)
    sender = proposal.sender
    lines = [sender.name, sender.title, sender.email or proposal.profile.contact.sales, sender.phone]
    return ClosingSlide(
        title="Three steps to the first redemption",
        steps=(
            Bullet(
                f"Check the numbers together, by {day(start + timedelta(days=7))}",
                "Your bills, your guests, your margin in our estimate.",
            ),
            Bullet(
                "Choose the pilot outlet and the first offer",
                "One outlet, one offer, one budget, one measure of success.",
            ),
            Bullet("Kick-off, then 30 days to all outlets", f"This proposal holds until {day(until)}."),
        ),
        contact=tuple(line for line in (*lines, proposal.profile.website) if line),
        notes="Agree the date of the next conversation before you leave the room.",
        sources=("knowledge/product_data/pricing.yaml",),
    )


def _first_sentence(text: str) -> str:
    end = text.find(". ")
    return text if end < 0 else text[: end + 1]


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
