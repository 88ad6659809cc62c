"""The brand's rules in the back office: what they are, and a box to try them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from apps.accounts.signed_in import signed_in
from apps.artifacts import services as artifacts
from apps.artifacts.choices import Origin
from apps.artifacts.models import Artifact
from apps.brand import services
from apps.brand.findings import Finding
from apps.brand.rules import PATH, Kind, rules_in_force
from apps.core.errors import DomainError
from apps.documents.models import Template
from apps.knowledge import selectors

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite

MAX_LETTERS = 20_000


def urls(site: AdminSite) -> list[URLPattern]:
    """The page of rules, for `site`."""

    def page(request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm("documents.view_template"):
            raise PermissionDenied
        rules = rules_in_force()
        context = {
            **site.each_context(request),
            "title": _("Brand rules"),
            "rules": rules,
            "swatches": _swatches(),
            "template": Template.objects.visible_to(request.user).filter(path=PATH).first(),
            "kinds": _kind_names(),
            "prices": selectors.pricing(),
            **(_tried(request) if request.method == "POST" else {"kind": "mail", "text": ""}),
        }
        return TemplateResponse(request, "admin/brand/rules.html", context)

    return [path("brand/rules/", site.admin_view(page), name="brand_rules")]


def _tried(request: HttpRequest) -> dict[str, Any]:
    """What the rules have against the text or the file of the form."""
    kind: Any = request.POST.get("kind", "mail")
    text = request.POST.get("text", "")[:MAX_LETTERS]
    given: dict[str, Any] = {"kind": kind if kind in get_args(Kind) else "mail", "text": text}
    upload = request.FILES.get("file")
    try:
        if upload is not None:
            findings = _of_file(request, upload, given["kind"])
            return {
                **given,
                "findings": findings,
                "file_name": upload.name,
                "blocked": services.blocked_by(findings),
            }
    except DomainError as error:
        return {**given, "error": error.detail}
    findings = services.lint_text(text, kind=given["kind"]) if text.strip() else []
    blocked = services.blocked_by(findings)
    return {
        **given,
        "findings": findings,
        "marked": marked(text, findings),
        "blocked": blocked,
        "tried": bool(text.strip()),
    }


def _of_file(request: HttpRequest, upload: Any, kind: Kind) -> list[Finding]:
    """The file is kept only as long as it is looked at."""
    artifact: Artifact = artifacts.store(
        owner=signed_in(request), name=upload.name or "file", content=upload.file, origin=Origin.UPLOADED
    )
    try:
        return services.lint_file(artifact, kind=kind)
    finally:
        artifacts.delete(artifact=artifact)


def marked(text: str, findings: list[Finding]) -> SafeString:
    """The text with its findings marked; those that overlap an earlier one are only listed."""
    parts: list[str] = []
    end = 0
    places = [
        (start, until, finding)
        for finding in findings
        for start, until in [(finding.start, finding.end), *finding.others]
    ]
    for start, until, finding in sorted(places, key=lambda place: place[:2]):
        if start < end:
            continue
        hint = escape(f"{finding.message} {finding.suggestion}".strip())
        parts.append(f"{escape(text[end:start])}")
        parts.append(
            f'<mark data-severity="{finding.severity}" title="{hint}">{escape(text[start:until])}</mark>'
        )
        end = until
    return mark_safe("".join([*parts, escape(text[end:])]))  # noqa: S308 - every piece is escaped above


def _kind_names() -> dict[str, str]:
    """What texts are for, as people call it."""
    names = {
        "mail": _("A letter"),
        "newsletter": _("A newsletter"),
        "post": _("A social post"),
        "document": _("A document"),
    }
    return {kind: names[kind] for kind in get_args(Kind)}


def _swatches() -> list[tuple[str, str]]:
    palette = selectors.brand()
    named = {**vars(palette.core), **vars(palette.neutral)}
    return [(name.replace("_", " "), colour) for name, colour in named.items()] + [
        (_("data %(number)d") % {"number": number}, colour)
        for number, colour in enumerate(palette.data, start=1)
    ]
