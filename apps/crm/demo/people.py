"""The people of the demo house."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from apps.accounts.models import User

PASSWORD = "mezzofy-demo"  # noqa: S105 - printed by the start of a local installation
DOMAIN = "demo.mezzofy.com"


@dataclass(frozen=True)
class Person:
    """Who, where, and in which role."""

    login: str
    name: str
    department: str
    role: str

    @property
    def email(self) -> str:
        """The log-in name."""
        return f"{self.login}@{DOMAIN}"


PEOPLE = (
    Person("admin", "Ada Lim", "management", "admin"),
    Person("ceo", "Evelyn Koh", "management", "executive"),
    Person("sales.manager", "Marcus Tay", "sales", "sales_manager"),
    Person("sales.rep", "Rachel Ng", "sales", "sales_rep"),
    Person("sales.rep2", "Hafiz Rahman", "sales", "sales_rep"),
    Person("finance", "Priya Nair", "finance", "finance_manager"),
    Person("marketing", "Chloe Wong", "marketing", "marketing_manager"),
    Person("support", "Daniel Teo", "support", "support_agent"),
)


def ensure_people() -> dict[str, User]:
    """Login → user for every demo person; those that exist keep what was changed on them."""
    # Hashing is slow on purpose; one hash serves all, because all have the same, public password.
    password = make_password(PASSWORD)
    found = {}
    for person in PEOPLE:
        user, created = User.objects.get_or_create(
            email=person.email,
            defaults={"name": person.name, "department_id": person.department, "password": password},
        )
        if created:
            user.groups.set(Group.objects.filter(name=person.role))
        found[person.login] = user
    return found
