"""Merchants and their people, made up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import yaml

_NOT_IN_A_SITE = re.compile(r"[^a-z0-9]")


class Merchant(NamedTuple):
    """A company and the person we talk to there. Names and addresses are unique within one demo."""

    company: str
    contact: str
    email: str
    phone: str
    industry: str
    location: str


ABC = Merchant(
    "ABC Restaurant Group", "John Tan", "john@abcrestaurant.sg", "+65 9123 4567", "F&B", "Singapore"
)


def merchants(rng: Random) -> Iterator[Merchant]:
    """An endless stream; the same generator state gives the same merchants."""
    markets = [market for market in words()["markets"] for _ in range(market["weight"])]
    seen: set[str] = {ABC.company}
    number = 0
    while True:
        number += 1
        market = rng.choice(markets)
        name, place = _company(rng, market), rng.choice(market["places"])
        if name in seen:
            name = f"{name} {place}"
        if name in seen:
            # Cannot come again, so there is nothing to remember: `seen` stays small however many there are.
            name = f"{name} No. {number}"
        else:
            seen.add(name)
        yield _merchant(rng, market, name, place, number)


@cache
def words() -> dict[str, Any]:
    """The vocabulary."""
    loaded: dict[str, Any] = yaml.safe_load(
        Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")
    )
    return loaded


def repeated(weights: Mapping[str, int]) -> list[str]:
    """Each word as often as its number says, so that a plain `choice` draws it that often."""
    return [word for word, weight in weights.items() for _ in range(weight)]


@cache
def bag(name: str, part: str = "") -> list[str]:
    """`repeated` of a weighted list (or of a part of one) of the vocabulary."""
    weights = words()[name]
    return repeated(weights[part] if part else weights)


def _company(rng: Random, market: dict[str, Any]) -> str:
    glue = "" if market["domain"] == "hk" else " "
    return f"{rng.choice(market['first'])}{glue}{rng.choice(market['second'])}"


def _merchant(rng: Random, market: dict[str, Any], company: str, place: str, number: int) -> Merchant:
    given, family = rng.choice(market["given"]), rng.choice(market["family"])
    mailbox = given.lower().replace(" ", "")
    phone = market["phone"].format(
        head=rng.choice(market["heads"]), four=rng.randrange(10_000), three=rng.randrange(1_000)
    )
    return Merchant(
        company=company,
        contact=f"{given} {family}",
        email=f"{mailbox}@{_site(company)}{number}.example.{market['domain']}",
        phone=phone,
        industry=rng.choice(bag("industries")),
        location=f"{place}, {market['location']}",
    )


def _site(company: str) -> str:
    return _NOT_IN_A_SITE.sub("", company.lower())[:24] or "merchant"
