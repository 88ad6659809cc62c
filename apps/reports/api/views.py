"""Reports over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.core.api.idempotency import IdempotentMixin
from apps.core.errors import NotFound
from apps.core.reporting import Report
from apps.reports import services
from apps.reports.answers import page_of
from apps.reports.api.serializers import (
    AnswerSerializer,
    ExportRequestSerializer,
    ExportSerializer,
    ReportSerializer,
    answer_json,
)
from apps.reports.asking import filter_fields
from apps.reports.choices import Format
from apps.reports.models import ReportExport
from apps.reports.selectors import allowed_reports, answer

_PERIOD = OpenApiParameter(
    "period",
    str,
    description="A preset such as last_month, or YYYY-MM-DD..YYYY-MM-DD; not for reports as of now.",
)
_OTHERS = OpenApiParameter(
    "filters", {"type": "object"}, description="Any further filter of the report, by its own name."
)  # fmt: skip


class ReportListView(APIView):
    """What there is to read."""

    @extend_schema(responses=ReportSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The reports that the user may read, by title, with what each can be asked for."""
        user = _user(request)
        return Response([_report(report, user) for report in allowed_reports(user)])


class ReportView(APIView):
    """One report."""

    @extend_schema(parameters=[_PERIOD, _OTHERS], responses=AnswerSerializer)
    def get(self, request: Request, key: str) -> Response:
        """What the report says now for the filters of the address. 400 names the filters that are wrong."""
        found = answer(key=key, user=_user(request), filters=request.query_params.dict())
        return Response(answer_json(found))


class ReportExportsView(IdempotentMixin, APIView):
    """Files of one report."""

    @extend_schema(request=ExportRequestSerializer, responses={202: ExportSerializer})
    def post(self, request: Request, key: str) -> Response:
        """Ask for a file. It is made in the background: ask for the export until its status is done."""
        serializer = ExportRequestSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        export = services.request_export(user=_user(request), key=key, **serializer.validated_data)
        return Response(ExportSerializer(export).data, status=202)


class ReportExportView(APIView):
    """One file."""

    @extend_schema(responses=ExportSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """Where the export stands; `file` is there when it is done."""
        exports = ReportExport.objects.visible_to(_user(request)).select_related("artifact")
        export = exports.filter(pk=pk).first()
        if export is None:
            raise NotFound(_("There is no such export."), code="unknown_export")
        return Response(ExportSerializer(export).data)


def _report(report: Report, user: User) -> dict[str, Any]:
    fields = [
        {
            "name": field.name,
            "label": field.label,
            "help": field.help,
            "kind": field.kind,
            "default": field.default,
            "choices": [list(choice) for choice in field.choices],
        }
        for field in filter_fields(report.filters, user)
    ]
    return {
        "key": report.key,
        "title": str(report.title),
        "description": str(report.description),
        "department": report.department,
        "url": page_of(report),
        "formats": Format.values,
        "filters": fields,
    }


def _user(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user
