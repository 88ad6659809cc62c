"""The user on whose behalf everything is measured."""

from __future__ import annotations

from django.contrib.auth.models import Group

from apps.accounts.models import Department, User

EMAIL = "benchmark@demo.mezzofy.com"


def benchmark_user() -> User:
    """A sales manager who cannot log in."""
    user = User.objects.filter(email=EMAIL).first()
    if user is None:
        department = Department.objects.get(slug="sales")
        user = User.objects.create_user(EMAIL, name="Benchmark", department=department)
        user.groups.set(Group.objects.filter(name="sales_manager"))
    return user
