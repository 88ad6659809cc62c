"""Phones come and go."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.core.errors import Conflict, NotFound
from apps.integrations.models import PushDevice

MAX_DEVICES = 10


@transaction.atomic
def register_device(*, user: User, token: str, platform: str, name: str = "") -> PushDevice:
    """Keep the registration of the app on a phone. A phone belongs to whoever signed in there last.

    Raises `Conflict` when a person has too many.
    """
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    others = PushDevice.objects.filter(user=user).exclude(token=token)
    if others.count() >= MAX_DEVICES:
        raise Conflict(f"A person can have {MAX_DEVICES} phones. Remove one first.", code="too_many_devices")
    device, _ = PushDevice.objects.update_or_create(
        token=token,
        defaults={"user": user, "platform": platform, "name": name, "last_seen_at": timezone.now()},
    )
    return device


def forget_device(*, user: User, token: str) -> None:
    """No more push messages to this phone. Raises `NotFound` when it is not theirs."""
    deleted, _ = PushDevice.objects.visible_to(user).filter(token=token).delete()
    if not deleted:
        raise NotFound("There is no such phone of yours.")
