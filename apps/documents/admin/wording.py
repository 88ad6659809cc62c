"""The texts of a template as a form, and what it gives while it is filled in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse, QueryDict
from django.utils.translation import gettext as _

from apps.core.errors import DomainError, NotFound
from apps.documents.admin.trying import tried
from apps.documents.choices import VersionStatus
from apps.documents.models import Template, TemplateVersion
from apps.documents.templates import source_of, starting_point
from apps.documents.wording import Block, Changes, blocks_of, changed_fields, rewritten

_WORDS = "words."


def form_of(version: TemplateVersion) -> list[Block]:
    """Its named texts and parts; empty for files and for layouts without marks."""
    template = version.template
    return blocks_of(source_of(version).text, template.kind) if template.is_text else []


def origin_of(version: TemplateVersion) -> str:
    """Whose texts the form begins with, in words."""
    if version.status == VersionStatus.PUBLISHED:
        return _("These are the texts in force (%(version)s).") % {"version": version}
    author = version.author.name if version.author else version.get_origin_display()
    said = _("You go on with %(version)s by %(author)s, which is not in force.")
    return said % {"version": version, "author": author}


def changes_between(before: TemplateVersion, after: TemplateVersion) -> list[tuple[str, str, str]]:
    """Name, old and new words of the texts that differ; empty for files."""
    template = after.template
    if not template.is_text:
        return []
    return changed_fields(source_of(before).text, source_of(after).text, template.kind)


def placeholders_of(template: Template) -> list[dict[str, Any]]:
    """Those that stand for a word or a line: lists are set by the layout."""
    return [item for item in template.variables if isinstance(item["sample"], str | int)]


def reworded(request: HttpRequest, template: Template) -> bytes:
    """The version that the form began with, with the form's texts. Raises `NotFound`, `Invalid`."""
    begun = request.POST.get("base", "")
    version = starting_point(template, int(begun)) if begun.isdecimal() and len(begun) < 9 else None
    if version is None:
        raise NotFound(_("The version that you began with is gone. Please open the template again."))
    return rewritten(source_of(version).text, template.kind, _changes(request.POST)).encode()


def try_answer(request: HttpRequest, template: Template) -> JsonResponse:
    """Faults and pictures of the form as it stands, which is not kept."""
    try:
        content = reworded(request, template)
    except DomainError as error:
        fault = {"text": error.detail, "blocks": True}
        return JsonResponse({"problems": [fault], "pages": [], "simplified": False})
    return JsonResponse(tried(TemplateVersion(template=template, content=content), lines=False))


def _changes(post: QueryDict) -> Changes:
    words = {key.removeprefix(_WORDS): str(post[key]) for key in post if key.startswith(_WORDS)}
    return Changes(words, frozenset(post.getlist("shown")), post.getlist("order"))
