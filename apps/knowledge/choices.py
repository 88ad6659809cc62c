"""The kinds of documents, where they come from, and who may read them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    """What a document of the knowledge base is about."""

    PRODUCT = "product", _("Product")
    PRICING = "pricing", _("Pricing")
    FEATURE = "feature", _("Feature")
    FAQ = "faq", _("Frequently asked questions")
    PLAYBOOK = "playbook", _("Playbook")
    BRAND = "brand", _("Brand")
    COMPANY = "company", _("Company")
    UPLOAD = "upload", _("Uploaded file")


#: What customers may be told.
PUBLIC = {DocumentKind.PRODUCT, DocumentKind.PRICING, DocumentKind.FEATURE, DocumentKind.FAQ}


class Origin(models.TextChoices):
    """Where a document comes from: a folder that is reviewed, or a person's file."""

    FOLDER = "folder", _("Knowledge folder")
    UPLOAD = "upload", _("Uploaded")


class Audience(models.TextChoices):
    """Who may read an uploaded document. Its owner always may."""

    EVERYBODY = "everybody", _("Everybody")
    DEPARTMENTS = "departments", _("Some departments")
    PRIVATE = "private", _("Only me")


class IndexStatus(models.TextChoices):
    """How far the reading of a document is."""

    QUEUED = "queued", _("Queued")
    INDEXED = "indexed", _("Indexed")
    FAILED = "failed", _("Failed")
