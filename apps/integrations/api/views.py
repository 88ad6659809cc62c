"""The mobile app tells where push messages go."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.signed_in import signed_in
from apps.integrations import services
from apps.integrations.api.serializers import DeviceSerializer, ForgetSerializer, RegisterSerializer


class DevicesView(APIView):
    """The phone that the app runs on."""

    @extend_schema(request=RegisterSerializer, responses={200: DeviceSerializer})
    def post(self, request: Request) -> Response:
        """Register the phone, at each start of the app; a phone is its last user's."""
        given = RegisterSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        device = services.register_device(user=signed_in(request), **given.validated_data)
        return Response(DeviceSerializer(device).data)

    @extend_schema(request=ForgetSerializer, responses={204: None})
    def delete(self, request: Request) -> Response:
        """No more push messages to the phone, at log-out."""
        given = ForgetSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.forget_device(user=signed_in(request), token=given.validated_data["token"])
        return Response(status=status.HTTP_204_NO_CONTENT)
