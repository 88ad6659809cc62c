"""What an activity or a task can be about."""

from __future__ import annotations

from typing import TypeAlias

from django.urls import reverse

from apps.accounts.models import User
from apps.contacts.models import Company, Contact
from apps.crm.models import Lead

Subject: TypeAlias = Lead | Company | Contact


def subject_field(subject: Subject) -> str:
    """The name of the foreign key that holds it: `lead`, `company` or `contact`."""
    return str(subject._meta.model_name)


def subject_url(subject: Subject) -> str:
    """Path of its page in the back office."""
    return reverse(f"admin:{subject._meta.app_label}_{subject._meta.model_name}_change", args=[subject.pk])


def sees(user: User, subject: Subject) -> bool:
    """Whether `user` may see it as it is in the database now."""
    return type(subject).objects.visible_to(user).filter(pk=subject.pk).exists()
