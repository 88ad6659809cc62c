"""Secrets at rest: Fernet (AES-128-CBC with HMAC-SHA256), under keys that can be exchanged.

The first key encrypts; all of them read. The one that is derived from SECRET_KEY always comes last, so that
a house without keys of its own works, and keeps working after it got some.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from apps.core.errors import Unavailable


class Unreadable(Unavailable):
    """The secrets were encrypted with a key that is no longer there."""

    code = "secrets_unreadable"


def seal(values: Mapping[str, str]) -> str:
    """The values as one encrypted text; "" for none."""
    return _fernet().encrypt(json.dumps(dict(values)).encode()).decode() if values else ""


def unseal(token: str) -> dict[str, str]:
    """What was sealed. Raises `Unreadable`."""
    if not token:
        return {}
    try:
        found: dict[str, str] = json.loads(_fernet().decrypt(token.encode()))
    except InvalidToken as error:
        raise Unreadable(
            "The secrets of this connection cannot be read with today's keys. Enter them again."
        ) from error
    return found


def reseal(token: str) -> str:
    """The same values under today's first key. Raises `Unreadable`."""
    try:
        return _fernet().rotate(token.encode()).decode() if token else ""
    except InvalidToken as error:
        raise Unreadable("These secrets were encrypted with a key that is not there.") from error


def is_current(token: str) -> bool:
    """Whether the first key reads the token."""
    try:
        Fernet(_keys()[0]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in _keys()])


def _keys() -> list[bytes]:
    derived = urlsafe_b64encode(sha256(b"mezzofy.connections:" + settings.SECRET_KEY.encode()).digest())
    return [*(key.encode() for key in settings.FIELD_ENCRYPTION_KEYS), derived]
