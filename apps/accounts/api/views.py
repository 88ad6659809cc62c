"""Log-in by JWT and the user directory."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from django.http import HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework import permissions, status, viewsets
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.serializers import TokenRefreshSerializer
from rest_framework_simplejwt.tokens import RefreshToken

from apps.accounts import services
from apps.accounts.api.serializers import (
    LoginResponseSerializer,
    LoginSerializer,
    RefreshSerializer,
    TokenPairSerializer,
    UserSerializer,
    UserSummarySerializer,
)
from apps.accounts.models import User
from apps.accounts.signed_in import signed_in
from apps.audit import services as audit
from apps.core.api.idempotency import IdempotentMixin


class _Public(APIView):
    """Open doors: no credentials are looked at, and knocking is counted."""

    authentication_classes: list[Any] = []
    permission_classes = [permissions.AllowAny]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "login"

    def get_authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        """Makes a refused log-in a 401 and not a 403."""
        return "Bearer"


class LoginView(_Public):
    """E-mail and password for a pair of tokens."""

    @extend_schema(request=LoginSerializer, responses=LoginResponseSerializer, auth=[])
    def post(self, request: Request) -> Response:
        """Log in. Five failures lock the address and account out for 15 minutes (429)."""
        data = _valid(LoginSerializer(data=request.data))
        http_request: HttpRequest = request._request
        user = authenticate(http_request, username=data["email"].lower(), password=data["password"])
        if not isinstance(user, User):
            raise AuthenticationFailed("E-mail or password is wrong.", code="bad_credentials")
        audit.record(action="accounts.user.logged_in", obj=user, actor=user)
        tokens = RefreshToken.for_user(user)
        body = {"access": str(tokens.access_token), "refresh": str(tokens), "user": user}
        return Response(LoginResponseSerializer(body).data)


class RefreshView(_Public):
    """Rotation: each refresh token works once."""

    @extend_schema(request=RefreshSerializer, responses=TokenPairSerializer, auth=[])
    def post(self, request: Request) -> Response:
        """A fresh pair for a refresh token; the old one is blacklisted."""
        _valid(RefreshSerializer(data=request.data))
        serializer = TokenRefreshSerializer(data=request.data)
        try:
            serializer.is_valid(raise_exception=True)
        except (TokenError, User.DoesNotExist) as error:
            raise InvalidToken(str(error) or "The token is not valid.") from error
        return Response(serializer.validated_data)


class LogoutView(_Public):
    """The end of a session."""

    @extend_schema(request=RefreshSerializer, responses={204: None}, auth=[])
    def post(self, request: Request) -> Response:
        """Blacklist the refresh token. Answers 204 also for a token that was no good any more."""
        data = _valid(RefreshSerializer(data=request.data))
        try:
            RefreshToken(data["refresh"]).blacklist()
        except TokenError:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MeView(APIView):
    """The signed-in user."""

    @extend_schema(responses=UserSummarySerializer)
    def get(self, request: Request) -> Response:
        """Who am I, with roles and permissions."""
        return Response(UserSummarySerializer(signed_in(request)).data)


class UserPermissions(permissions.DjangoModelPermissions):
    """Administrators only, reading included."""

    perms_map = {**permissions.DjangoModelPermissions.perms_map, "GET": ["%(app_label)s.view_%(model_name)s"]}


class UserViewSet(IdempotentMixin, viewsets.ModelViewSet[User]):
    """The user directory."""

    queryset = User.objects.none()
    serializer_class = UserSerializer
    permission_classes = [UserPermissions]
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]

    def get_queryset(self) -> Any:
        """Those the administrator may see."""
        return User.objects.visible_to(self.request.user).prefetch_related("groups")

    def perform_create(self, serializer: Any) -> None:
        """Through the service: validated password, audit row."""
        serializer.instance = services.create_user(**serializer.validated_data)

    def perform_update(self, serializer: Any) -> None:
        """Through the service."""
        serializer.instance = services.update_user(user=serializer.instance, **serializer.validated_data)

    def perform_destroy(self, instance: User) -> None:
        """Deactivates."""
        services.deactivate_user(user=instance)


def _valid(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data
