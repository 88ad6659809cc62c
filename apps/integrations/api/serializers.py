"""Phones as the mobile app tells of them."""

from __future__ import annotations

from rest_framework import serializers

from apps.integrations.choices import Platform
from apps.integrations.models import PushDevice


class DeviceSerializer(serializers.ModelSerializer[PushDevice]):
    """A phone that gets push messages."""

    class Meta:
        model = PushDevice
        fields = ["id", "platform", "name", "last_seen_at"]
        read_only_fields = fields


class RegisterSerializer(serializers.Serializer[PushDevice]):
    """The registration that Firebase gave the app."""

    token = serializers.CharField(max_length=512)
    platform = serializers.ChoiceField(choices=Platform.choices)
    name = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class ForgetSerializer(serializers.Serializer[PushDevice]):
    """The registration that is to be forgotten."""

    token = serializers.CharField(max_length=512)
