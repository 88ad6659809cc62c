"""Choices of templates."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TemplateKind(models.TextChoices):
    """What is made of a template."""

    HTML_MAIL = "html_mail", _("E-mail")
    PDF = "pdf", _("PDF")
    PPTX = "pptx", _("Presentation")
    DOCX = "docx", _("Word document")
    MARKDOWN = "markdown", _("Markdown")
    RULES = "rules", _("Rules")


#: Kinds that are edited as text in the browser; the others in their own program.
TEXT_KINDS = frozenset({TemplateKind.HTML_MAIL, TemplateKind.PDF, TemplateKind.MARKDOWN, TemplateKind.RULES})


class VersionStatus(models.TextChoices):
    """At most one version of a template is published: the one that new files are made with."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class VersionOrigin(models.TextChoices):
    """FILE: from the knowledge folder in git. OFFICE: uploaded or written in the back office."""

    FILE = "file", _("Knowledge folder")
    OFFICE = "office", _("Back office")
