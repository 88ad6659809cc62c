"""Recording entries and editing them as long as they are drafts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.audit import services as audit
from apps.contacts.models import Company
from apps.core.errors import Conflict, Invalid
from apps.core.moments import require_sane
from apps.core.retrying import atomic_retried
from apps.finance.choices import CURRENCIES, EntryStatus
from apps.finance.models import Category, Entry
from apps.finance.services.locks import lock_entry, require, require_draft


class EntryFields(TypedDict, total=False):
    """What people say about an entry."""

    category: Category
    booked_on: date
    paid_on: date | None
    amount: Decimal
    currency: str
    party: str
    company: Company | None
    description: str
    document: Artifact | None
    external_reference: str


#: What cannot be left out of a new entry.
REQUIRED = ("category", "booked_on", "amount", "party")
_SET_BY_OTHERS = ["recorded_by", "posted_by", "reverses"]


@atomic_retried
def record_draft(
    *, actor: User, run_id: UUID | None = None, why: str = "", **fields: Unpack[EntryFields]
) -> Entry:
    """A new entry that counts nowhere until somebody posts it. `run_id` is the assistant's run, `why` where
    else it comes from.

    Raises `Forbidden`, `Invalid` for values that do not fit, `Conflict` with the code `duplicate_reference`
    (and `errors["entry_id"]`) when an entry has the same external reference.
    """
    require(actor, "finance.add_entry")
    missing = [name for name in REQUIRED if fields.get(name) in (None, "")]
    if missing:
        raise Invalid(
            _("An entry needs: %(fields)s.") % {"fields": ", ".join(missing)},
            errors={name: [_("Required.")] for name in missing},
        )
    entry = Entry(recorded_by=actor, run_id=run_id, **_normal(fields))
    _check(actor, entry, list(fields))
    _save(entry, is_new=True)
    details = {name: _plain(getattr(entry, name)) for name in fields}
    if why:
        details["reason"] = why
    audit.record(action="finance.entry.recorded", obj=entry, details=details, actor=actor)
    return entry


def record_once(
    *, actor: User, run_id: UUID | None = None, **fields: Unpack[EntryFields]
) -> tuple[Entry, bool]:
    """The entry of the external reference: a new draft, or the one of an earlier call; and whether it is new.

    For events, which may arrive twice. What an earlier call recorded stays as it is.
    """
    if not fields.get("external_reference", "").strip():
        raise Invalid(_("An event needs its reference."), errors={"external_reference": [_("Required.")]})
    try:
        return record_draft(actor=actor, run_id=run_id, **fields), True
    except Conflict as error:
        if error.code != "duplicate_reference":
            raise
        return Entry.objects.get(pk=error.errors["entry_id"]), False


@atomic_retried
def edit_draft(*, actor: User, entry: Entry, version: str = "", **fields: Unpack[EntryFields]) -> Entry:
    """Change some fields of a draft and return the new row.

    Raises `Forbidden`, `NotFound`, `Invalid`, `Stale`, `Conflict` when it is no draft any more.
    """
    if unknown := sorted(set(fields) - set(EntryFields.__annotations__)):
        raise Invalid(_("This cannot be changed here: %(fields)s.") % {"fields": ", ".join(unknown)})
    current = lock_entry(actor=actor, entry=entry, right="finance.change_entry", version=version)
    require_draft(current)
    wanted = _normal(fields)
    before = {name: getattr(current, name) for name in wanted}
    changed = [name for name in wanted if wanted[name] != before[name]]
    if not changed:
        return current
    for name in changed:
        setattr(current, name, wanted[name])
    _check(actor, current, changed)
    _save(current)
    details = {name: [_plain(before[name]), _plain(getattr(current, name))] for name in changed}
    audit.record(action="finance.entry.updated", obj=current, details=details, actor=actor)
    return current


@atomic_retried
def discard(*, actor: User, entry: Entry, version: str = "", reason: str = "") -> Entry:
    """Throw a draft away; the row stays, and its reference is free again.

    Raises `Forbidden`, `NotFound`, `Stale`, `Conflict` when it is no draft any more.
    """
    current = lock_entry(actor=actor, entry=entry, right="finance.change_entry", version=version)
    require_draft(current)
    current.status = EntryStatus.VOID
    _save(current)
    audit.record(
        action="finance.entry.discarded", obj=current, details={"reason": reason.strip()[:500]}, actor=actor
    )
    return current


def _normal(fields: EntryFields) -> dict[str, Any]:
    """Texts without blanks around them, a currency in capitals."""
    found: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value for name, value in fields.items()
    }
    if "currency" in found:
        found["currency"] = found["currency"].upper()
    return found


def _check(actor: User, entry: Entry, changed: list[str]) -> None:
    """Raises `Invalid` for what does not fit; only what `changed` says is looked at, so that old rows stay
    editable when a category goes out of use.
    """
    for name in ("booked_on", "paid_on"):
        require_sane(getattr(entry, name), name)
    if entry.currency not in CURRENCIES:
        _refuse(
            "currency", _("%(code)s is no currency. Write three letters: SGD.") % {"code": entry.currency}
        )
    if "category" in changed and not entry.category.is_active:
        _refuse("category", _("The category “%(name)s” is not in use any more.") % {"name": entry.category})
    # Whoever sees the entry sees its file: nobody opens a file to others that is closed to himself.
    if "document" in changed and entry.document is not None and not _may_see(actor, entry.document):
        _refuse("document", _("There is no such file, or it is not yours."))
    try:
        entry.clean_fields(exclude=_SET_BY_OTHERS)
    except ValidationError as error:
        sentences = [" ".join(messages) for messages in error.message_dict.values()]
        raise Invalid(" ".join(sentences), errors=error.message_dict) from error


def _may_see(actor: User, file: Artifact) -> bool:
    return Artifact.objects.visible_to(actor).filter(pk=file.pk).exists()


def _refuse(field: str, sentence: str) -> None:
    raise Invalid(sentence, errors={field: [sentence]})


def _save(entry: Entry, *, is_new: bool = False) -> None:
    """Raises `Conflict` when another entry has the same reference."""
    try:
        with transaction.atomic():
            entry.save(force_insert=is_new, force_update=not is_new)
    except IntegrityError as error:
        if "entry_unique_reference" not in str(error):
            raise
        same = Entry.objects.filter(external_reference=entry.external_reference)
        other = same.exclude(status=EntryStatus.VOID).exclude(pk=entry.pk).first()
        raise Conflict(
            _("There is already an entry with the reference %(reference)s: %(entry)s.")
            % {"reference": entry.external_reference, "entry": other},
            code="duplicate_reference",
            errors={"entry_id": str(other.pk) if other else ""},
        ) from error


def _plain(value: object) -> str | None:
    """As the audit trail keeps it."""
    if isinstance(value, Category):
        return value.code
    return None if value is None else str(value)
