"""People in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from apps.accounts.models import Department, User
from apps.audit import services as audit
from apps.core.admin import VisibleAdmin

admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, VisibleAdmin):  # type: ignore[type-arg, misc]
    """Users by e-mail; the password form is Django's."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    ordering = ["name"]
    sortable_by = ["name", "email", "last_login"]
    palette_icon = "person"
    list_display = ["name", "email", "department", "role_names", "is_active", "last_login"]
    list_filter = ["department", "groups", "is_active"]
    search_fields = ["name", "email"]
    filter_horizontal = ["groups", "user_permissions"]
    readonly_fields = ["last_login", "created_at"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (_("Place"), {"fields": ["department", "groups", "timezone"]}),
        (_("Access"), {"fields": ["is_active", "is_staff", "is_superuser", "user_permissions"]}),
        (_("History"), {"fields": ["last_login", "created_at"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "department", "password1", "password2"]})]

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the groups that the list shows."""
        return super().get_queryset(request).select_related("department").prefetch_related("groups")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        """People only, in the list and wherever one is chosen."""
        return super().get_search_results(request, queryset.people(), search_term)  # type: ignore[attr-defined]

    @admin.display(description=_("Roles"))
    def role_names(self, user: User) -> str:
        """Roles in one cell."""
        return ", ".join(user.roles)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Record the change once roles are in place."""
        super().save_related(request, form, formsets, change)
        action = "accounts.user.updated" if change else "accounts.user.created"
        audit.record(action=action, obj=form.instance, details={"changed": sorted(form.changed_data)})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Users are deactivated, never deleted."""
        return False


@admin.register(Department)
class DepartmentAdmin(VisibleAdmin):
    """The five departments come from roles.yaml."""

    list_display = ["name", "slug"]
    search_fields = ["name"]


@admin.register(Group)
class RoleAdmin(DjangoGroupAdmin, VisibleAdmin):  # type: ignore[misc]
    """Roles; those of roles.yaml are reset by every migrate."""
