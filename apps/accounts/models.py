"""Departments and users."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from apps.accounts.querysets import UserQuerySet
from apps.core.models import BaseModel


class Department(models.Model):
    """A department; its slug is also the name of its agent."""

    slug = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Creates users by e-mail address; lower case, so that one person has one account."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user with a hashed password (None: cannot log in until one is set)."""
        user = User(email=normalise_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """For `manage.py createsuperuser`."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> User:
        """Log-in names are not case-sensitive."""
        user: User = self.get(email=normalise_email(username or ""))
        return user


def normalise_email(email: str) -> str:
    """The form in which an address is stored and compared."""
    return email.strip().lower()


def validate_time_zone(value: str) -> None:
    """Refuses what the time-zone database does not know."""
    if value not in available_timezones():
        raise ValidationError("Unknown time zone: %(value)s", params={"value": value})


class User(BaseModel, AbstractBaseUser, PermissionsMixin):
    """A member of staff. Logs in by e-mail; roles are Groups from `roles.yaml`."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="users"
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("may enter the back office", default=True)
    timezone = models.CharField(max_length=64, default="Asia/Singapore", validators=[validate_time_zone])

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_lower")]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        """Normalise before the form is saved."""
        self.email = normalise_email(self.email)

    @property
    def department_slug(self) -> str:
        """The department's slug, or "" for people without one."""
        return self.department_id or ""

    @property
    def roles(self) -> list[str]:
        """Names of the roles, sorted."""
        return sorted(group.name for group in self.groups.all())

    def get_short_name(self) -> str:
        """The first name."""
        return self.name.split(" ")[0]
