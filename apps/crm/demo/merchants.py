"""Merchants and their people, made up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml


@dataclass(frozen=True)
class Merchant:
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
    markets = words()["markets"]
    weights = [market["weight"] for market in markets]
    seen: set[str] = {ABC.company}
    number = 0
    while True:
        number += 1
        market = rng.choices(markets, weights)[0]
        name, place = _company(rng, market), rng.choice(market["places"])
        if name in seen:
            name = f"{name} {place}"
        if name in seen:
            name = f"{name} No. {number}"
        seen.add(name)
        yield _merchant(rng, market, name, place, number)


@cache
def words() -> dict[str, Any]:
    """The vocabulary."""
    loaded: dict[str, Any] = yaml.safe_load(
        Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")
    )
    return loaded


def weighted(rng: Random, choices: dict[str, int]) -> str:
    """One of the keys, as often as its number says."""
    return rng.choices(list(choices), list(choices.values()))[0]


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
        industry=weighted(rng, words()["industries"]),
        location=f"{place}, {market['location']}",
    )


def _site(company: str) -> str:
    return (
        "".join(letter for letter in company.lower() if letter.isascii() and letter.isalnum())[:24]
        or "merchant"
    )
