"""Log-ins, failed log-ins and log-outs in the audit trail, whichever door they used."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from apps.accounts.models import User, normalise_email
from apps.audit import services as audit


@receiver(user_logged_in, dispatch_uid="accounts.trail.logged_in")
def _logged_in(user: User, **_: Any) -> None:
    audit.record(action="accounts.user.logged_in", obj=user, actor=user)


@receiver(user_logged_out, dispatch_uid="accounts.trail.logged_out")
def _logged_out(user: User | None, **_: Any) -> None:
    if user is not None:
        audit.record(action="accounts.user.logged_out", obj=user, actor=user)


@receiver(user_login_failed, dispatch_uid="accounts.trail.login_failed")
def _login_failed(credentials: dict[str, Any], **_: Any) -> None:
    """Names the account only if there is one: people type passwords into the wrong field."""
    email = normalise_email(str(credentials.get("username") or ""))
    user = User.objects.filter(email=email).first() if "\x00" not in email else None
    audit.record(action="accounts.user.login_failed", obj=user, details={"known": user is not None})
