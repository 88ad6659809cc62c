"""From a request to the user behind it."""

from __future__ import annotations

from django.http import HttpRequest
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from apps.accounts.models import User


def signed_in(request: Request | HttpRequest) -> User:
    """The signed-in user. Raises `NotAuthenticated` (401) for a stranger."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
