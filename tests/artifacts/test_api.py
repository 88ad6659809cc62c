"""GET/POST /api/files/, GET /api/files/{id}, …/download, …/preview."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.artifacts import previews, services
from apps.artifacts.models import Artifact
from apps.audit.models import AuditEvent
from tests.conftest import Cast
from tests.factories.chat import stored

Api = Callable[[User | None], APIClient]
URL = "/api/files/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def artifact(cast: Cast) -> Artifact:
    return stored(cast.owner, "alphabet.txt", b"abcdefghijklmnopqrstuvwxyz")


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


VISIBLE = [
    ("owner", 200),
    ("colleague", 404),
    ("manager", 200),
    ("outsider", 404),
    ("executive", 200),
    ("admin", 200),
]


@pytest.mark.parametrize(("who", "status"), VISIBLE)
def test_who_sees_and_downloads_a_file(
    api: Api, cast: Cast, artifact: Artifact, who: str, status: int
) -> None:
    client = api(getattr(cast, who))

    assert client.get(f"{URL}{artifact.pk}").status_code == status
    assert client.get(f"{URL}{artifact.pk}/download").status_code == status
    assert len(client.get(URL).data["results"]) == (1 if status == 200 else 0)
    assert client.get(f"{URL}{artifact.pk}/preview").status_code == 404


def test_strangers_get_nothing(api: Api, artifact: Artifact) -> None:
    for path in ("", f"{artifact.pk}", f"{artifact.pk}/download", f"{artifact.pk}/preview"):
        assert api(None).get(f"{URL}{path}").status_code == 401
    assert api(None).post(URL, {}, format="multipart").status_code == 401


def test_a_manager_keeps_seeing_the_file_of_somebody_who_moved(
    api: Api, cast: Cast, artifact: Artifact
) -> None:
    User.objects.filter(pk=cast.owner.pk).update(department=None)

    assert api(cast.manager).get(f"{URL}{artifact.pk}").status_code == 200


def test_a_file_as_json(api: Api, cast: Cast, artifact: Artifact) -> None:
    told = api(cast.owner).get(f"{URL}{artifact.pk}").data

    assert (told["name"], told["type"], told["content_type"]) == ("alphabet.txt", "txt", "text/plain")
    assert (told["size_bytes"], told["download_url"]) == (26, f"/api/files/{artifact.pk}/download")
    assert told["sha256"] == "71c480df93d6ae2f1efad1447c66c9525e316218cf51fc8d9ed832f2daf18b73"
    assert "storage_key" not in told


def test_uploading(api: Api, cast: Cast) -> None:
    answer = api(cast.owner).post(
        URL, {"file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")}, format="multipart"
    )

    assert (answer.status_code, answer.data["type"], answer.data["origin"]) == (201, "csv", "uploaded")
    assert AuditEvent.objects.get(action="artifacts.artifact.stored").actor == cast.owner


def test_refused_uploads_leave_nothing(api: Api, cast: Cast, settings: Any) -> None:
    settings.ARTIFACT_MAX_BYTES = 100
    client = api(cast.owner)

    empty = client.post(URL, {"file": SimpleUploadedFile("a.csv", b"")}, format="multipart")
    large = client.post(URL, {"file": SimpleUploadedFile("a.csv", b"x" * 101)}, format="multipart")
    huge = client.generic("POST", URL, b"x", "multipart/form-data; boundary=b", CONTENT_LENGTH="99999999")
    none = client.post(URL, {}, format="multipart")

    assert [answer.status_code for answer in (empty, large, huge, none)] == [400, 413, 413, 400]
    assert not Artifact.objects.exists()


def test_a_download_is_an_attachment_that_no_browser_executes(api: Api, cast: Cast) -> None:
    page = stored(cast.owner, "Menü “neu”.html", b"<script>alert(1)</script>")

    answer = api(cast.owner).get(page.download_url)

    assert answer["Content-Type"] == "text/plain"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''Men%C3%BC" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("wanted", "status", "content", "told"),
    [
        ("bytes=0-4", 206, b"abcde", "bytes 0-4/26"),
        ("bytes=20-", 206, b"uvwxyz", "bytes 20-25/26"),
        ("bytes=-3", 206, b"xyz", "bytes 23-25/26"),
        ("bytes=24-900", 206, b"yz", "bytes 24-25/26"),
        ("bytes=-900", 206, b"abcdefghijklmnopqrstuvwxyz", "bytes 0-25/26"),
        ("bytes=26-", 416, b"", "bytes */26"),
        ("bytes=-0", 416, b"", "bytes */26"),
        ("bytes=5-2", 200, b"abcdefghijklmnopqrstuvwxyz", None),
        ("bytes=-", 200, b"abcdefghijklmnopqrstuvwxyz", None),
        ("bytes=0-1,4-5", 200, b"abcdefghijklmnopqrstuvwxyz", None),
        ("lines=0-4", 200, b"abcdefghijklmnopqrstuvwxyz", None),
        ("bytes=" + "9" * 18 + "-", 416, b"", "bytes */26"),
        ("bytes=" + "9" * 5000 + "-", 200, b"abcdefghijklmnopqrstuvwxyz", None),
    ],
)
def test_ranges(
    api: Api, cast: Cast, artifact: Artifact, wanted: str, status: int, content: bytes, told: str | None
) -> None:
    answer = api(cast.owner).get(artifact.download_url, HTTP_RANGE=wanted)

    assert answer.status_code == status
    assert body(answer) == content
    assert answer.headers.get("Content-Range") == told
    if status != 416:
        assert answer["Content-Length"] == str(len(content))
        assert answer["Accept-Ranges"] == "bytes"


def test_a_known_version_is_not_sent_again(api: Api, cast: Cast, artifact: Artifact) -> None:
    client = api(cast.owner)
    etag = client.get(artifact.download_url)["ETag"]

    assert client.get(artifact.download_url, HTTP_IF_NONE_MATCH=etag).status_code == 304
    assert client.get(artifact.download_url, HTTP_RANGE="bytes=0-1", HTTP_IF_RANGE='"old"').status_code == 200


def test_bytes_that_the_storage_lost_are_a_problem_and_not_a_crash(
    api: Api, cast: Cast, artifact: Artifact
) -> None:
    services.storage().delete(artifact.storage_key)

    answer = api(cast.owner).get(artifact.download_url)
    assert (answer.status_code, answer.data["code"]) == (404, "bytes_missing")


def test_a_preview_is_drawn_once_and_kept(api: Api, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def draw(content: bytes, content_type: str) -> previews.Drawn | None:
        drawn.append(content_type)
        buffer = BytesIO()
        Image.new("RGB", (2, 2)).save(buffer, "PNG")
        return previews.Drawn((buffer.getvalue(),) * 5, 9, simplified=True)

    monkeypatch.setattr(previews, "_renderers", [draw])
    picture = stored(cast.owner, "a.txt", b"hello")
    client = api(cast.owner)

    first, second = client.get(picture.preview_url), client.get(picture.preview_url)

    assert first["Content-Type"] == second["Content-Type"] == "image/png"
    assert first.content == second.content
    assert drawn == ["text/plain"]
    assert client.get(f"/api/files/{picture.pk}/pages").data == {"pages": 3, "total": 9, "simplified": True}
    statuses = [client.get(f"{picture.preview_url}?page={page}").status_code for page in ("3", "4", "0", "x")]
    assert statuses == [200, 404, 404, 404]
    assert api(cast.colleague).get(f"/api/files/{picture.pk}/pages").status_code == 404
    assert api(cast.colleague).get(picture.preview_url).status_code == 404


def test_filters_pages_and_a_fixed_number_of_queries(
    api: Api, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        stored(cast.owner, f"{number}.csv", b"a\n")
    stored(cast.owner, "notes.txt", b"hello")
    client = api(cast.owner)

    assert len(client.get(URL, {"kind": "csv"}).data["results"]) == 5
    assert client.get(URL, {"kind": "scroll"}).status_code == 400
    with django_assert_max_num_queries(5):
        page = client.get(URL, {"limit": 4}).data
    assert [row["name"] for row in page["results"]] == ["notes.txt", "4.csv", "3.csv", "2.csv"]
    assert [row["name"] for row in client.get(page["next"]).data["results"]] == ["1.csv", "0.csv"]


def test_unknown_files(api: Api, cast: Cast) -> None:
    client = api(cast.owner)
    for path in (str(uuid4()), f"{uuid4()}/download", f"{uuid4()}/preview", "nonsense"):
        assert client.get(f"{URL}{path}").status_code == 404
