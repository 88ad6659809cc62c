"""POST /api/chat/send-media."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from rest_framework.test import APIClient

from apps.accounts.models import User
from apps.artifacts.models import Artifact
from apps.assistant.models import Run
from apps.conversations.models import Message
from tests.conftest import Cast
from tests.factories.accounts import UserFactory
from tests.factories.chat import turn

Api = Callable[[User | None], APIClient]
URL = "/api/chat/send-media"

pytestmark = pytest.mark.django_db


def png() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (4, 4), "red").save(buffer, "PNG")
    return buffer.getvalue()


def wav() -> bytes:
    return b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x80\x3e\x00\x00\x00\x7d\x00\x00\x02\x00\x10\x00data\x00\x00\x00\x00"  # noqa: E501


EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\x00" * 200


def file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/x-lies")


def send(client: APIClient, upload: Any, **fields: Any) -> Any:
    return client.post(URL, {"file": upload, "input_type": "file", **fields}, format="multipart")


def test_a_file_becomes_the_attachment_of_a_turn(api: Api, cast: Cast) -> None:
    answer = send(
        api(cast.owner), file("leads.csv", b"company\nABC\n"), message="Import these", agent="sales"
    )

    assert answer.status_code == 202
    message = Message.objects.get(pk=answer.data["message_id"])
    artifact = message.attachments.get().artifact
    assert artifact is not None
    assert (artifact.owner, artifact.name, artifact.kind, artifact.origin) == (
        cast.owner, "leads.csv", "csv", "uploaded",
    )  # fmt: skip
    assert message.raw_payload == {"input_type": "file", "file": "leads.csv"}


def test_a_file_needs_no_words_and_may_continue_a_session(api: Api, cast: Cast) -> None:
    session = turn(cast.owner).conversation_id

    answer = send(api(cast.owner), file("a.png", png()), input_type="image", session_id=str(session))

    assert (answer.status_code, answer.data["session_id"]) == (202, str(session))


@pytest.mark.parametrize(
    ("name", "content", "input_type"),
    [("a.png", png(), "image"), ("a.wav", wav(), "audio"), ("x.bin", EXE, "file")],
)
def test_content_of_the_right_family_is_taken(
    api: Api, cast: Cast, name: str, content: bytes, input_type: str
) -> None:
    assert send(api(cast.owner), file(name, content), input_type=input_type).status_code == 202


@pytest.mark.parametrize(
    ("name", "content", "input_type"),
    [
        ("holiday.jpg", EXE, "image"),
        ("report.jpg", b"%PDF-1.7\n", "image"),
        ("clip.mp4", png(), "video"),
        ("song.mp3", b"not a song at all", "audio"),
    ],
)
def test_a_mislabelled_file_is_refused_with_a_sentence_and_not_kept(
    api: Api, cast: Cast, name: str, content: bytes, input_type: str
) -> None:
    answer = send(api(cast.owner), file(name, content), input_type=input_type)

    assert (answer.status_code, answer.data["code"]) == (400, "mislabelled_file")
    assert name in answer.data["detail"]
    assert (Artifact.objects.count(), Run.objects.count()) == (0, 0)


def test_an_empty_file_is_refused(api: Api, cast: Cast) -> None:
    answer = send(api(cast.owner), file("empty.csv", b""))

    assert (answer.status_code, answer.data["code"]) == (400, "empty_file")


def test_a_body_that_announces_too_much_is_refused_unread(api: Api, cast: Cast, settings: Any) -> None:
    settings.ARTIFACT_MAX_BYTES = 1000
    answer = api(cast.owner).generic(
        "POST", URL, b"x", "multipart/form-data; boundary=b", CONTENT_LENGTH="2000000"
    )

    assert (answer.status_code, answer.data["code"]) == (413, "too_large")


def test_a_file_over_the_limit_is_refused_and_not_kept(api: Api, cast: Cast, settings: Any) -> None:
    settings.ARTIFACT_MAX_BYTES = 1000
    answer = send(api(cast.owner), file("big.txt", b"x" * 1001))

    assert (answer.status_code, Artifact.objects.count()) == (413, 0)


def test_a_refused_turn_leaves_no_file_behind(api: Api, cast: Cast) -> None:
    client = api(cast.owner)

    assert send(client, file("a.txt", b"hello"), session_id=str(uuid4())).status_code == 404
    assert send(client, file("a.txt", b"hello"), agent="pirates").status_code == 400
    assert not Artifact.objects.visible_to(cast.owner).exists()


@pytest.mark.parametrize("who", ["colleague", "manager", "outsider", "admin"])
def test_nobody_uploads_into_the_session_of_another(api: Api, cast: Cast, who: str) -> None:
    session = turn(cast.owner).conversation_id
    answer = send(api(getattr(cast, who)), file("a.txt", b"hello"), session_id=str(session))

    assert (answer.status_code, Artifact.objects.count()) == (404, 0)


def test_strangers_and_people_without_a_role_upload_nothing(api: Api, db: None) -> None:
    assert send(api(None), file("a.txt", b"hello")).status_code == 401
    assert send(api(UserFactory()), file("a.txt", b"hello")).status_code == 403


def test_a_retry_of_an_upload_is_the_same_turn(api: Api, cast: Cast) -> None:
    client = api(cast.owner)
    headers = {"HTTP_IDEMPOTENCY_KEY": "upload-1"}
    body = {"input_type": "file", "message": "Import"}
    first = client.post(URL, {**body, "file": file("a.csv", b"a\n1\n")}, format="multipart", **headers)
    again = client.post(URL, {**body, "file": file("a.csv", b"a\n1\n")}, format="multipart", **headers)
    other = client.post(URL, {**body, "file": file("a.csv", b"a\n1\n2\n")}, format="multipart", **headers)

    assert (again.status_code, again.json()) == (202, first.json())
    assert other.data["code"] == "idempotency_key_reused"
    assert (Run.objects.count(), Artifact.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "multipart/form-data"),
        (b"", "multipart/form-data; boundary=b"),
        (b"--b\r\nnonsense", "multipart/form-data; boundary=b"),
        (
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nno file\r\n--b--',
            "multipart/form-data; boundary=b",
        ),
        (b"{}", "application/json"),
        (b"\xff" * 50, "multipart/form-data; boundary=\xff"),
    ],
)
@pytest.mark.parametrize("by_session", [False, True])
def test_malformed_bodies_get_a_problem_document(
    api: Api,
    cast: Cast,
    browser_client: Callable[[User], Client],
    body: bytes,
    content_type: str,
    by_session: bool,
) -> None:
    client: Any = api(cast.owner)
    if by_session:
        client = APIClient(enforce_csrf_checks=True)
        client.cookies = browser_client(cast.owner).cookies
    answer = client.generic("POST", URL, body, content_type)

    assert answer.status_code in ({400, 403, 415} if by_session else {400, 415})
    assert answer["Content-Type"] == "application/problem+json"


def test_a_zip_that_calls_itself_a_spreadsheet_is_kept_as_what_it_is(api: Api, cast: Cast) -> None:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "hello")
    send(api(cast.owner), file("leads.xlsx", buffer.getvalue()))

    assert Artifact.objects.get().kind == "other"


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\x00b.txt", "x" * 300 + ".txt", "报告.txt", "…"])
def test_strange_names_do_no_harm(api: Api, cast: Cast, name: str) -> None:
    answer = send(api(cast.owner), file(name, b"hello"))

    assert answer.status_code in {202, 400}
    for artifact in Artifact.objects.all():
        assert "/" not in artifact.name
        assert ".." not in artifact.storage_key
