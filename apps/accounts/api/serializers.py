"""Users and tokens as JSON."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from apps.accounts.models import Department, User


class UserSummarySerializer(serializers.ModelSerializer[User]):
    """The signed-in user, as clients need it."""

    department = serializers.CharField(source="department_slug")
    roles = serializers.ListField(child=serializers.CharField())
    permissions = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "email", "name", "department", "roles", "permissions", "timezone"]

    def get_permissions(self, user: User) -> list[str]:
        """All permissions, sorted, as `<app>.<codename>`."""
        return sorted(user.get_all_permissions())


class UserSerializer(serializers.ModelSerializer[User]):
    """A user as an administrator reads and writes it."""

    department = serializers.PrimaryKeyRelatedField(
        queryset=Department.objects.all(), allow_null=True, required=False, pk_field=serializers.CharField()
    )
    roles = serializers.ListField(child=serializers.CharField(max_length=150), required=False, max_length=50)
    password = serializers.CharField(write_only=True, required=False, max_length=200, trim_whitespace=False)

    class Meta:
        model = User
        fields = [
            "id", "email", "name", "department", "roles", "is_active", "is_staff", "timezone", "password",
            "last_login", "created_at",
        ]  # fmt: skip
        read_only_fields = ["id", "last_login", "created_at"]
        extra_kwargs: ClassVar[dict[str, Any]] = {"email": {"validators": []}}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A new user needs a password."""
        if self.instance is None and not attrs.get("password"):
            raise serializers.ValidationError({"password": ["This field is required."]})
        return attrs


class LoginSerializer(serializers.Serializer[Any]):
    """Log-in credentials."""

    email = serializers.EmailField()
    password = serializers.CharField(max_length=200, trim_whitespace=False)


class RefreshSerializer(serializers.Serializer[Any]):
    """A refresh token."""

    refresh = serializers.CharField(max_length=4000)


class TokenPairSerializer(serializers.Serializer[Any]):
    """A fresh pair."""

    access = serializers.CharField()
    refresh = serializers.CharField()


class LoginResponseSerializer(TokenPairSerializer):
    """A fresh pair and whose it is."""

    user = UserSummarySerializer()
