"""Companies and contacts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from apps.contacts.normalisation import company_key, email_key, phone_key
from apps.contacts.querysets import CompanyQuerySet, ContactQuerySet
from apps.core.models import BaseModel


class Company(BaseModel):
    """An organisation. `name_key` is how two spellings of one name are recognised."""

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200, editable=False, unique=True)
    industry = models.CharField(max_length=80, blank=True)
    location = models.CharField(max_length=120, blank=True)
    website = models.URLField(blank=True)

    objects: ClassVar[CompanyQuerySet] = CompanyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "companies"

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

    objects: ClassVar[ContactQuerySet] = ContactQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
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
