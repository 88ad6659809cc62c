"""People of the house."""

from __future__ import annotations

from typing import Any

import factory
from django.contrib.auth.models import Group

from apps.accounts.models import Department, User

PASSWORD = "a-long-test-password"


class DepartmentFactory(factory.django.DjangoModelFactory[Department]):
    """One of the five."""

    class Meta:
        model = Department
        django_get_or_create = ["slug"]

    slug = "sales"
    name = factory.LazyAttribute(lambda department: department.slug.title())


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A member of staff; `roles=["sales_rep"]` puts it into Groups."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda number: f"Person {number}")
    email = factory.Sequence(lambda number: f"person{number}@example.test")
    password = factory.django.Password(PASSWORD)
    department = factory.SubFactory(DepartmentFactory)

    @factory.post_generation
    def roles(self, create: bool, extracted: list[str] | None, **_: Any) -> None:
        """Add to the groups that roles.yaml declares."""
        if create and extracted:
            keys = Group.objects.filter(name__in=extracted).values_list("pk", flat=True)
            through = User.groups.through
            through.objects.bulk_create(through(user_id=self.pk, group_id=key) for key in keys)  # type: ignore[attr-defined]
