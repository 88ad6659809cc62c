"""What pages say for machines: JSON-LD of schema.org, and OpenGraph."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from apps.perception.web.pages import Dish, Organization, Person
from apps.perception.web.reading.blocks import squeezed

MAX_SCRIPT = 400_000
MAX_NODES = 2000
MAX_DISHES = 300
ORGANIZATIONS = (
    "organization", "corporation", "localbusiness", "restaurant", "cafeorcoffeeshop", "bakery", "barorpub",
    "foodestablishment", "store", "hotel", "fastfoodrestaurant", "icecreamshop", "brewery", "winery",
    "shoppingcenter", "educationalorganization", "ngo", "onlinestore", "brand",
)  # fmt: skip
Node = dict[str, Any]


def nodes_of(tree: Any) -> list[Node]:
    """Every object of the page's JSON-LD, also those inside of others. Broken scripts are left out."""
    found: list[Node] = []
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json" or not script.text:
            continue
        try:
            pending = [json.loads(script.text[:MAX_SCRIPT])]
        except (ValueError, RecursionError):
            continue
        while pending and len(found) < MAX_NODES:
            item = pending.pop(0)
            if isinstance(item, dict):
                found.append(item)
                pending.extend(value for value in item.values() if isinstance(value, dict | list))
            elif isinstance(item, list):
                pending.extend(value for value in item if isinstance(value, dict | list))
    return found


def meta_of(tree: Any) -> dict[str, str]:
    """The `<meta>` texts by name or property, the first of each."""
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        if name and meta.get("content"):
            found.setdefault(name, squeezed(meta.get("content"))[:1000])
    return found


def organizations(nodes: list[Node]) -> list[Organization]:
    """Companies, shops and restaurants, each name once."""
    found: dict[str, Organization] = {}
    for node in nodes:
        kinds = _kinds(node)
        if not any(kind.lower() in ORGANIZATIONS for kind in kinds) or not _text(node.get("name")):
            continue
        made = _organization(kinds[0], node)
        known = found.get(made.name.casefold())
        if known is None or len(made.model_dump_json()) > len(known.model_dump_json()):
            found[made.name.casefold()] = made
    return list(found.values())[:20]


def people(nodes: list[Node]) -> list[Person]:
    """Persons with a name."""
    found = []
    for node in nodes:
        if "person" not in (kind.lower() for kind in _kinds(node)) or not _text(node.get("name")):
            continue
        found.append(
            Person(
                name=_text(node.get("name")),
                role=_text(node.get("jobTitle")),
                company=_text(node.get("worksFor")),
                location=_address(node.get("address")),
                url=_text(node.get("url")),
            )
        )
    return found[:100]


def dishes(nodes: list[Node]) -> list[Dish]:
    """The lines of menus, with the part of the menu in which they stand."""
    parts = {id(node): _text(node.get("name")) for node in nodes if "MenuSection" in _kinds(node)}
    inside = {
        id(item): parts[id(node)]
        for node in nodes
        if id(node) in parts
        for item in _listed(node.get("hasMenuItem"))
        if isinstance(item, dict)
    }
    found = [
        Dish(
            part=inside.get(id(node), ""),
            name=_text(node.get("name")),
            price=_price(node.get("offers")),
            description=_text(node.get("description")),
        )
        for node in nodes
        if "MenuItem" in _kinds(node) and _text(node.get("name"))
    ]
    return found[:MAX_DISHES]


def published_on(nodes: list[Node]) -> str:
    """When an article says it was published."""
    for node in nodes:
        if date := _text(node.get("datePublished")):
            return date[:10]
    return ""


def _organization(kind: str, node: Node) -> Organization:
    return Organization(
        kind=kind,
        name=_text(node.get("name")),
        description=_text(node.get("description"), 1000),
        telephone=_text(node.get("telephone")),
        email=_text(node.get("email")).removeprefix("mailto:"),
        address=_address(node.get("address")),
        url=_text(node.get("url")),
        hours="; ".join(_hours(node)),
        cuisine=", ".join(_text(item) for item in _listed(node.get("servesCuisine")))[:200],
        price_range=_text(node.get("priceRange")),
        same_as=[_text(item) for item in _listed(node.get("sameAs"))][:20],
    )


def _hours(node: Node) -> Iterator[str]:
    for item in _listed(node.get("openingHours"))[:14]:
        yield _text(item)
    for item in _listed(node.get("openingHoursSpecification"))[:14]:
        if isinstance(item, dict):
            days = ", ".join(_text(day).rpartition("/")[2] for day in _listed(item.get("dayOfWeek")))
            yield f"{days} {_text(item.get('opens'))}–{_text(item.get('closes'))}".strip()


def _address(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if not isinstance(value, dict):
        return _text(value, 400)
    names = ("streetAddress", "addressLocality", "addressRegion", "postalCode", "addressCountry")
    return ", ".join(dict.fromkeys(part for name in names if (part := _text(value.get(name)))))


def _price(value: Any) -> str:
    for offer in _listed(value):
        if isinstance(offer, dict) and (price := _text(offer.get("price"))):
            return f"{_text(offer.get('priceCurrency'))} {price}".strip()
    return ""


def _kinds(node: Node) -> list[str]:
    return [_text(kind) for kind in _listed(node.get("@type"))] or [""]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(value: Any, most: int = 300) -> str:
    """A plain value, or the name of an object."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("name") or value.get("@id") or ""
    return squeezed(str(value))[:most] if isinstance(value, str | int | float) else ""
