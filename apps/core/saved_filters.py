"""Lists and boards as somebody likes to see them: kept under a name, for oneself or for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.models import SavedFilter
from apps.core.registry import Registry

if TYPE_CHECKING:
    from apps.accounts.models import User

MAX_QUERY = 1000
MAX_NAME = 80
#: One person's filters of one page; more would be no help.
MAX_FILTERS = 50
#: Parameters that say where one is, not what one looks at.
TRANSIENT = ("p", "e", "_changelist_filters")

#: Pages beside the lists of models, with the permissions of which any opens them. Lists need no entry.
filter_pages: Registry[tuple[str, ...]] = Registry("pages with saved filters")


def saved_filters(*, user: User, page: str) -> QuerySet[SavedFilter]:
    """The user's own filters of a page and those that others share, by name."""
    return (
        SavedFilter.objects.filter(Q(user=user) | Q(is_shared=True), page=page)
        .select_related("user")
        .order_by("name", "pk")[: 4 * MAX_FILTERS]
    )


def save_filter(*, actor: User, page: str, name: str, query: str, is_shared: bool = False) -> SavedFilter:
    """Keep `query` under `name`. Raises `Invalid`, and `Conflict` when the name is taken on that page."""
    if SavedFilter.objects.filter(user=actor, page=page).count() >= MAX_FILTERS:
        raise Invalid(_("You have too many saved filters here. Delete one first."), code="too_many")
    row = SavedFilter(user=actor, page=page, name=_name(name), query=clean_query(query), is_shared=is_shared)
    return _stored(row)


def change_filter(
    *,
    actor: User,
    filter_id: UUID,
    name: str | None = None,
    query: str | None = None,
    is_shared: bool | None = None,
) -> SavedFilter:
    """Change what is given of one's own filter. Raises `NotFound`, `Invalid` and `Conflict`."""
    row = _own(actor, filter_id)
    if name is not None:
        row.name = _name(name)
    if query is not None:
        row.query = clean_query(query)
    if is_shared is not None:
        row.is_shared = is_shared
    return _stored(row)


def delete_filter(*, actor: User, filter_id: UUID) -> None:
    """Forget one's own filter. Raises `NotFound`."""
    _own(actor, filter_id).delete()


def clean_query(query: str) -> str:
    """The query string without the position in the list. Raises `Invalid` when it is none."""
    text = query.strip().removeprefix("?")
    if len(text) > MAX_QUERY or "#" in text or not text.isprintable():
        raise Invalid(_("This filter cannot be saved."), errors={"query": [_("Not a query string.")]})
    parameters = QueryDict(text, mutable=True)
    for name in TRANSIENT:
        parameters.pop(name, None)
    cleaned = parameters.urlencode()
    if len(cleaned) > MAX_QUERY:
        raise Invalid(_("This filter is too long to be saved."), errors={"query": [_("Too long.")]})
    return cleaned


def _name(name: str) -> str:
    text = " ".join(name.split())
    if not text or len(text) > MAX_NAME or not text.isprintable():
        sentence = _("Give the filter a name of at most %(number)d letters.") % {"number": MAX_NAME}
        raise Invalid(sentence, errors={"name": [sentence]})
    return text


def _own(actor: User, filter_id: UUID) -> SavedFilter:
    row = SavedFilter.objects.filter(user=actor, pk=filter_id).select_related("user").first()
    if row is None:
        raise NotFound(_("This filter is gone, or it is not yours."))
    return row


def _stored(row: SavedFilter) -> SavedFilter:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        sentence = _("You already have a filter of that name here.")
        raise Conflict(sentence, code="name_taken", errors={"name": [sentence]}) from error
    return row
