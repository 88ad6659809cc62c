"""The kinds of documents."""

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
