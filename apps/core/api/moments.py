"""Moments in the bodies of requests."""

from __future__ import annotations

from datetime import datetime

from rest_framework import serializers


class MomentField(serializers.DateTimeField):
    """A `DateTimeField` for which a moment without a place in the calendar of the zone is invalid input.

    REST framework refuses those that name their offset; those that do not would end in an `OverflowError`.
    """

    def enforce_timezone(self, value: datetime) -> datetime:
        """In the zone of the request. Raises a validation error."""
        try:
            return super().enforce_timezone(value)
        except OverflowError:
            self.fail("overflow")
