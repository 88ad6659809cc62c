"""Companies and contacts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from apps.contacts.normalisation import company_key, email_key, phone_key
from apps.contacts.querysets import CompanyQuerySet, ContactQuerySet
from apps.core.models import BaseModel
from apps.core.search import search_vector


class Company(BaseModel):
    """An organisation. `name_key` is how two spellings of one name are recognised."""

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, editable=False, unique=True)
    industry = models.CharField(max_length=80, blank=True)
    location = models.CharField(max_length=120, blank=True)
    website = models.URLField(blank=True)
    search = models.GeneratedField(
        expression=search_vector("name", "industry", "location", "website"),
        output_field=SearchVectorField(),
        db_persist=True,
        editable=False,
    )

    objects: ClassVar[CompanyQuerySet] = CompanyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "companies"
        permissions = [("merge_company", "Can merge two companies")]
        indexes = [
            GinIndex(fields=["search"], name="company_search"),
            models.Index(fields=["name", "id"], name="company_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the key in step with the name."""
        self.name_key = company_key(self.name)
        super().save(*args, **kwargs)


class Contact(BaseModel):
    """A person outside the house; every channel resolves to one by e-mail or phone."""

    name = models.CharField(max_length=160, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    phone_key = models.CharField(max_length=20, blank=True, editable=False, db_index=True)
    company = models.ForeignKey(
        Company, on_delete=models.SET_NULL, null=True, blank=True, related_name="contacts"
    )
    search = models.GeneratedField(
        expression=search_vector("name", "email", "phone", phone_key="phone_key"),
        output_field=SearchVectorField(),
        db_persist=True,
        editable=False,
    )

    objects: ClassVar[ContactQuerySet] = ContactQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
        permissions = [("merge_contact", "Can merge two contacts")]
        indexes = [
            GinIndex(fields=["search"], name="contact_search"),
            models.Index(fields=["name", "id"], name="contact_by_name"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=~models.Q(email=""), name="contact_unique_email"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps the comparable forms in step."""
        self.email = email_key(self.email)
        self.phone_key = phone_key(self.phone)
        super().save(*args, **kwargs)
