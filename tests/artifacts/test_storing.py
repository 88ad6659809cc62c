"""Storing, deleting and sweeping, on the file system and on S3."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from moto.server import ThreadedMotoServer

from apps.accounts.models import User
from apps.artifacts import services
from apps.artifacts.choices import Status
from apps.artifacts.models import Artifact
from apps.artifacts.services import clean_name
from apps.audit.models import AuditEvent
from apps.core.errors import Invalid, NotFound, TooLarge
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["filesystem", "s3"])
def storage(request: pytest.FixtureRequest, settings: Any, tmp_path: Any) -> Any:
    """The artifacts storage, of either kind, empty."""
    if request.param == "filesystem":
        options: dict[str, Any] = {"location": tmp_path}
        backend = "django.core.files.storage.FileSystemStorage"
    else:
        backend = "storages.backends.s3.S3Storage"
        options = {
            "bucket_name": f"artifacts-{uuid4().hex}",
            "access_key": "test",
            "secret_key": "test",
            "region_name": "ap-southeast-1",
            "endpoint_url": request.getfixturevalue("s3_server"),
            "file_overwrite": False,
        }
        _make_bucket(options)
    settings.STORAGES = {**settings.STORAGES, "artifacts": {"BACKEND": backend, "OPTIONS": options}}
    return storages["artifacts"]


def _make_bucket(options: dict[str, Any]) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=options["endpoint_url"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name=options["region_name"],
    )
    client.create_bucket(
        Bucket=options["bucket_name"],
        CreateBucketConfiguration={"LocationConstraint": options["region_name"]},
    )


def keep(owner: User, content: bytes = b"hello", name: str = "note.txt") -> Artifact:
    return services.store(owner=owner, name=name, content=content)


def test_bytes_come_back_as_they_were_and_can_be_searched(cast: Cast, storage: Any) -> None:
    content = bytes(range(256)) * 5000
    artifact = services.store(owner=cast.owner, name="data.bin", content=BytesIO(content))

    with services.open_bytes(artifact) as stream:
        assert stream.read() == content
        stream.seek(1000)
        assert stream.read(4) == content[1000:1004]
    assert artifact.size_bytes == len(content)


def test_the_row_says_whose_what_and_where(cast: Cast, storage: Any) -> None:
    artifact = services.store(
        owner=cast.owner, name="Quarterly plan.md", content=b"# Plan", metadata={"a": 1}
    )

    assert (artifact.owner, artifact.department, artifact.kind) == (cast.owner, "sales", "md")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d/documents/[0-9a-f-]{36}/Quarterly_plan.md", artifact.storage_key)
    assert storage.exists(artifact.storage_key)
    event = AuditEvent.objects.get(action="artifacts.artifact.stored")
    assert (event.object_id, event.details["sha256"]) == (str(artifact.pk), artifact.sha256)


def test_two_files_of_one_name_do_not_meet(cast: Cast, storage: Any) -> None:
    one, other = keep(cast.owner, b"one"), keep(cast.owner, b"other")
    assert one.storage_key != other.storage_key


def test_what_is_refused_is_not_kept(cast: Cast, storage: Any, settings: Any) -> None:
    settings.ARTIFACT_MAX_BYTES = 10
    with pytest.raises(Invalid, match="empty"):
        keep(cast.owner, b"")
    with pytest.raises(TooLarge, match="larger than"):
        keep(cast.owner, b"x" * 11)
    assert not Artifact.objects.exists()
    assert services.sweep() == {"finished": 0, "orphans": 0}


def test_deleting_removes_row_bytes_and_preview(
    cast: Cast, storage: Any, django_capture_on_commit_callbacks: Any
) -> None:
    artifact = keep(cast.owner)
    picture = services.preview_key(artifact.storage_key)
    storage.save(picture, ContentFile(b"png"))

    with django_capture_on_commit_callbacks(execute=True):
        services.delete(artifact=artifact)

    assert not Artifact.objects.exists()
    assert not storage.exists(artifact.storage_key)
    assert not storage.exists(picture)
    assert AuditEvent.objects.filter(action="artifacts.artifact.deleted").exists()


@pytest.mark.parametrize("bytes_gone", [False, True], ids=["before the bytes", "after the bytes"])
def test_a_deletion_that_was_killed_is_finished_by_the_sweep(
    cast: Cast, storage: Any, bytes_gone: bool
) -> None:
    artifact = keep(cast.owner)
    services.delete(artifact=artifact)  # the process dies before its on-commit work
    if bytes_gone:
        storage.delete(artifact.storage_key)
    assert not Artifact.objects.visible_to(cast.owner).exists()

    assert services.sweep()["finished"] == 0  # it may still be at work
    Artifact.objects.update(updated_at=timezone.now() - timedelta(minutes=6))
    assert services.sweep()["finished"] == 1

    assert not Artifact.objects.exists()
    assert not storage.exists(artifact.storage_key)


def test_bytes_without_a_row_are_swept_and_bytes_with_one_stay(
    cast: Cast, storage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, orphan = keep(cast.owner), keep(cast.owner)
    Artifact.objects.filter(pk=orphan.pk).delete()  # as if the transaction had been rolled back

    assert services.sweep()["orphans"] == 0  # the transaction may still be open
    monkeypatch.setattr(services, "ORPHAN_AFTER", timedelta(seconds=-1))
    assert services.sweep()["orphans"] == 1

    assert storage.exists(kept.storage_key)
    assert not storage.exists(orphan.storage_key)


def test_lost_bytes_are_named(cast: Cast, storage: Any) -> None:
    artifact = keep(cast.owner)
    storage.delete(artifact.storage_key)

    with pytest.raises(NotFound, match="missing from the storage"):
        services.open_bytes(artifact)


def test_a_deleted_file_is_nobodys(cast: Cast, storage: Any) -> None:
    artifact = keep(cast.owner)
    Artifact.objects.update(status=Status.DELETING)

    for person in (cast.owner, cast.manager, cast.admin):
        assert not Artifact.objects.visible_to(person).filter(pk=artifact.pk).exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\plan.docx", "plan.docx"),
        ('a"b<c>|d?.txt', "abcd.txt"),
        ("line\nbreak\x00.csv", "linebreak.csv"),
        ("报告.xlsx", "报告.xlsx"),
        ("...", "file"),
        ("", "file"),
        ("x" * 400 + ".pdf", "x" * 180 + ".pdf"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert clean_name(given) == kept
