"""Drafting, publishing and syncing versions of templates."""

from __future__ import annotations

from hashlib import sha256

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import services as audit
from apps.core.errors import Conflict, Forbidden, Invalid
from apps.documents.checking import blocking, check
from apps.documents.choices import VersionOrigin, VersionStatus
from apps.documents.manifest import Entry, manifest
from apps.documents.models import Template, TemplateVersion
from apps.documents.templates import source_of

#: More is a mistake or an attack; masters with pictures stay below.
MAX_BYTES = 8 * 1024 * 1024


@transaction.atomic
def draft_version(*, actor: User, template: Template, content: bytes, note: str = "") -> TemplateVersion:
    """A new draft with these bytes; the same bytes as the newest version give that one.

    A draft may have faults, so that its author can look at them: see `checking.check`. Raises `Forbidden`,
    and `Invalid` for what is empty or too large.
    """
    _require(actor, "documents.change_template")
    if not content.strip():
        raise Invalid(_("The template is empty."), code="empty_file")
    if len(content) > MAX_BYTES:
        raise Invalid(
            _("The template is larger than %(size)d MB.") % {"size": MAX_BYTES // 1024**2}, code="too_large"
        )
    locked = Template.objects.select_for_update().get(pk=template.pk)
    newest = locked.versions.light().order_by("-number").first()
    if newest is not None and newest.sha256 == sha256(content).hexdigest():
        return newest
    version = _add(locked, content, note=note, author=actor)
    audit.record(action="documents.template.drafted", obj=version, details=_named(version), actor=actor)
    return version


@transaction.atomic
def publish(*, actor: User, version: TemplateVersion, instead_of: int | None = None) -> TemplateVersion:
    """New files are made with this version from now on; the one before is retired. Also the way back.

    `instead_of` is the number of the version that the actor saw in force. Raises `Forbidden`, `Conflict` when
    another is in force meanwhile, and `Invalid` with the faults under `errors` when it has any that block.
    """
    _require(actor, "documents.publish_template")
    template = Template.objects.select_for_update().get(pk=version.template_id)
    found = TemplateVersion.objects.select_related("template").get(pk=version.pk)
    if found.status == VersionStatus.PUBLISHED:
        return found
    _check_nobody_was_faster(template, instead_of)
    faults = blocking(check(source_of(found)))
    if faults:
        raise Invalid(
            _("This version has faults and cannot be published: %(first)s") % {"first": faults[0].message},
            code="faulty_template",
            errors={"problems": [str(fault) for fault in faults]},
        )
    _put_in_force(template, found, by=actor)
    audit.record(action="documents.template.published", obj=found, details=_named(found), actor=actor)
    return found


@transaction.atomic
def discard_draft(*, actor: User, version: TemplateVersion) -> None:
    """Remove a draft that was never published. Raises `Forbidden`, `Conflict`."""
    _require(actor, "documents.change_template")
    found = TemplateVersion.objects.light().select_for_update(of=("self",)).get(pk=version.pk)
    if found.status != VersionStatus.DRAFT or found.published_at is not None:
        raise Conflict(_("Only a draft can be discarded; versions that were in use are kept."))
    audit.record(action="documents.template.discarded", obj=found, details=_named(found), actor=actor)
    found.delete()


@transaction.atomic
def sync_templates() -> int:
    """Bring the rows in line with the knowledge folder; gives the number of new versions. Safe to repeat.

    A changed file becomes a version and is published, unless people have published one of their own: then it
    waits as a draft.
    """
    added = 0
    for entry in manifest().templates:
        told = {
            "kind": entry.kind,
            "title": entry.title,
            "description": entry.description,
            "variables": [variable.model_dump(mode="json") for variable in entry.variables],
        }
        Template.objects.get_or_create(path=entry.path, defaults=told)
        template = Template.objects.select_for_update().get(path=entry.path)
        if any(getattr(template, name) != value for name, value in told.items()):
            Template.objects.filter(pk=template.pk).update(**told, updated_at=timezone.now())
        added += _sync_file(template, entry)
    return added


def _sync_file(template: Template, entry: Entry) -> bool:
    content = entry.file.read_bytes()
    last = template.versions.light().filter(origin=VersionOrigin.FILE).order_by("-number").first()
    if last is not None and last.sha256 == sha256(content).hexdigest():
        return False
    version = _add(template, content, note=_("From the knowledge folder"), origin=VersionOrigin.FILE)
    current = template.versions.light().filter(status=VersionStatus.PUBLISHED).first()
    if current is None or current.origin == VersionOrigin.FILE:
        _put_in_force(template, version, by=None)
    return True


def _add(
    template: Template,
    content: bytes,
    *,
    note: str,
    author: User | None = None,
    origin: str = VersionOrigin.OFFICE,
) -> TemplateVersion:
    highest = template.versions.aggregate(number=Max("number"))["number"] or 0
    return TemplateVersion.objects.create(
        template=template,
        number=highest + 1,
        content=content,
        size_bytes=len(content),
        sha256=sha256(content).hexdigest(),
        origin=origin,
        note=note[:300],
        author=author,
    )


def _put_in_force(template: Template, version: TemplateVersion, *, by: User | None) -> None:
    now = timezone.now()
    template.versions.filter(status=VersionStatus.PUBLISHED).update(
        status=VersionStatus.RETIRED, updated_at=now
    )
    version.status = VersionStatus.PUBLISHED
    version.published_by = by
    version.published_at = now
    version.save(update_fields=["status", "published_by", "published_at", "updated_at"])


def _check_nobody_was_faster(template: Template, instead_of: int | None) -> None:
    current = template.versions.light().filter(status=VersionStatus.PUBLISHED).first()
    if instead_of is None or current is None or current.number == instead_of:
        return
    name = current.published_by.name if current.published_by else _("The knowledge folder")
    said = _("%(name)s published version %(number)d meanwhile. Compare the two, then publish again.")
    raise Conflict(said % {"name": name, "number": current.number}, code="published_meanwhile")


def _require(actor: User, permission: str) -> None:
    if not actor.has_perm(permission):
        raise Forbidden(_("Your role may not do this with templates. Please ask your manager."))


def _named(version: TemplateVersion) -> dict[str, object]:
    return {"template": version.template.path, "number": version.number, "sha256": version.sha256}
