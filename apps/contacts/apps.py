"""People and companies outside the house."""

from __future__ import annotations

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """The one place where a person outside the house exists."""

    name = "apps.contacts"
    label = "contacts"
