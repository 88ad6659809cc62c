"""Reports, playbooks and pages of the website."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.brand.copywriting.pages import SOURCES, website
from apps.brand.copywriting.words import words_of
from apps.brand.recipes import writing
from apps.brand.recipes.arguments import DocumentArguments, Section, WebsiteArguments
from apps.core.errors import Invalid
from apps.documents.recipes import Made, recipe
from apps.knowledge import selectors
from apps.knowledge.catalogue import Product

MAY_MAKE = "documents.add_lineage"


@recipe("document", arguments=DocumentArguments, permission=MAY_MAKE, title=_("Document"))
def document(user: User, now: datetime, arguments: DocumentArguments) -> Made:
    """A text that somebody wrote, in the house's look. Made again, it takes the look of that day."""
    context = writing.context_of(arguments, user, now)
    if arguments.format == "docx":
        written = writing.as_word("document", context)
    elif arguments.format == "md":
        written = writing.as_markdown(context)
    else:
        written = writing.as_report(arguments, user, now)
    return Made(
        name=f"{slugify(arguments.title) or 'document'}{written.suffix}",
        content=written.content,
        snapshot=writing.snapshot_of(context),
        template_version=written.version,
        text=writing.words_of(context),
    )


@recipe("website_copy", arguments=WebsiteArguments, permission=MAY_MAKE, title=_("Website copy"))
def website_copy(user: User, now: datetime, arguments: WebsiteArguments) -> Made:
    """A page about a product; what the arguments leave open comes from the product's data of today."""
    product = product_of(arguments.product) if arguments.product else None
    filled = _filled(arguments, product)
    context = {
        **writing.context_of(filled, user, now),
        "meta_title": filled.meta_title,
        "meta_description": filled.meta_description,
        "slug": slugify(product.name if product else filled.title),
        "call_to_action": filled.call_to_action,
    }
    if filled.format == "md":
        written = writing.as_markdown(context)
    elif filled.format == "docx":
        written = writing.as_word("website_copy", context)
    else:
        written = writing.as_report(filled, user, now)
    facts = {"Page title": filled.meta_title, "Description": filled.meta_description}
    return Made(
        name=f"{context['slug'] or 'website'}-website-copy{written.suffix}",
        content=written.content,
        snapshot=writing.snapshot_of(context, facts=facts),
        template_version=written.version,
        text=writing.words_of(context, *facts.values(), filled.call_to_action),
    )


def product_of(product_id: str) -> Product:
    """The product with that id or name. Raises `Invalid` with those that there are."""
    wanted = product_id.casefold().strip()
    for product in selectors.products():
        if wanted in (product.id.casefold(), product.name.casefold()):
            return product
    names = ", ".join(product.id for product in selectors.products())
    raise Invalid(f"There is no product {product_id!r}. There are: {names}.")


def _filled(arguments: WebsiteArguments, product: Product | None) -> WebsiteArguments:
    if product is None:
        if not arguments.title:
            raise Invalid("Give a title or a product.")
        given = {
            "meta_title": arguments.meta_title or f"{arguments.title} | Mezzofy",
            "call_to_action": arguments.call_to_action or words_of(arguments.language).labels["button"],
        }
        return arguments.model_copy(update=given)
    if arguments.language != "en":
        return _with_defaults(arguments, website(product, arguments.language))
    plan = selectors.pricing().plan(product.min_plan)
    price = f"From the {plan.name} plan, {selectors.pricing().currency} {plan.monthly:,.0f} a month."
    defaults = {
        "title": product.tagline,
        "subtitle": product.name,
        "meta_title": f"{product.name}: {product.tagline} | Mezzofy"[:120],
        "meta_description": product.summary.split(". ")[0].rstrip(".") + ".",
        "call_to_action": words_of("en").labels["button"],
        "sections": _sections(product, price),
        "sources": SOURCES,
    }
    return _with_defaults(arguments, defaults)


def _with_defaults(arguments: WebsiteArguments, defaults: dict[str, Any]) -> WebsiteArguments:
    """The arguments with what they leave open filled in."""
    given = {name: value for name, value in arguments.model_dump().items() if value}
    return WebsiteArguments.model_validate(
        {**{name: _plain(value) for name, value in defaults.items()}, **given}
    )


def _plain(value: Any) -> Any:
    return (
        [item.model_dump() if isinstance(item, Section) else item for item in value]
        if isinstance(value, list)
        else value
    )


def _sections(product: Product, price: str) -> list[Section]:
    fits = ", ".join(product.ideal_for)
    return [
        Section(title=product.tagline, paragraphs=[product.summary]),
        Section(title="What you get", points=list(product.benefits)),
        Section(title="Who it is for", paragraphs=[f"It suits {fits}."]),
        Section(title="It fits what you have", points=list(product.integrations)),
        Section(title="What it costs", paragraphs=[f"{price} {selectors.pricing().tax_note}"]),
    ]
