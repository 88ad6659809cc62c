"""Pictures: their facts, and smaller ones made of them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageFile

from apps.accounts.models import User
from apps.artifacts import services as artifacts
from apps.artifacts.models import Artifact
from apps.assistant.toolkit import ToolError, tools
from apps.assistant.tools import media
from apps.perception import programs
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

Context = Callable[[User], Any]


def picture(
    size: tuple[int, int] = (1200, 600), mode: str = "RGB", kind: str = "JPEG", **options: Any
) -> bytes:
    out = BytesIO()
    Image.new(mode, size, (240, 84, 61) if mode == "RGB" else (240, 84, 61, 90)).save(out, kind, **options)
    return out.getvalue()


def kept(user: User, content: bytes, name: str = "receipt.jpg") -> Artifact:
    return artifacts.store(owner=user, name=name, content=content, origin="uploaded")


def sideways() -> bytes:
    """As phones write it: lying, with the turn and the place in the camera's data."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:02 12:30:00"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    return picture(exif=exif)


def opened(artifact_id: str) -> Image.Image:
    with artifacts.open_bytes(Artifact.objects.get(pk=artifact_id)) as content:
        return Image.open(BytesIO(content.read()))


def test_a_picture_tells_its_upright_size_and_date_but_no_place(cast: Cast, context: Context) -> None:
    facts = media.image_facts(context(cast.owner), artifact_id=str(kept(cast.owner, sideways()).pk))
    assert (facts.width, facts.height, facts.format) == (600, 1200, "JPEG")
    assert facts.taken_at is not None
    assert facts.taken_at.isoformat() == "2026-11-02T12:30:00"


def test_a_smaller_picture_is_upright_and_forgets_the_camera(cast: Cast, context: Context) -> None:
    made = media.resize_image(
        context(cast.owner), artifact_id=str(kept(cast.owner, sideways()).pk), max_side=300
    )
    image = opened(made.artifact_id)
    assert image.size == (150, 300) == (made.width, made.height)
    assert not image.getexif()


def test_transparent_parts_stay_transparent_and_nothing_grows(cast: Cast, context: Context) -> None:
    logo = kept(cast.owner, picture((40, 40), "RGBA", "PNG"), "logo.png")
    image = opened(media.resize_image(context(cast.owner), artifact_id=str(logo.pk)).artifact_id)
    assert image.format == "PNG"
    assert image.size == (40, 40)


def test_what_is_no_picture_is_refused_with_its_name(cast: Cast, context: Context) -> None:
    table = kept(cast.owner, b"a,b\n1,2\n", "list.csv")
    with pytest.raises(ToolError, match=r"list\.csv"):
        media.image_facts(context(cast.owner), artifact_id=str(table.pk))


def test_a_cut_off_picture_is_called_damaged(
    cast: Cast, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The library that makes PDFs switches on, for its whole process, that cut-off pictures pass.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)
    broken = kept(cast.owner, picture()[:-400])
    with pytest.raises(ToolError, match="damaged"):
        media.resize_image(context(cast.owner), artifact_id=str(broken.pk))


def test_a_picture_of_absurd_size_is_refused_before_it_is_unpacked(
    cast: Cast, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "MAX_PIXELS", 1000)
    with pytest.raises(ToolError, match="too large"):
        media.image_facts(context(cast.owner), artifact_id=str(kept(cast.owner, picture()).pk))


def test_a_picture_of_somebody_else_is_not_there(cast: Cast, context: Context) -> None:
    with pytest.raises(ToolError, match="no such file"):
        media.image_facts(context(cast.outsider), artifact_id=str(kept(cast.owner, picture()).pk))


@pytest.mark.parametrize("name", ["read_image_text", "extract_frames", "transcribe_audio"])
def test_what_cannot_be_done_here_says_so(name: str) -> None:
    tool = tools.get(name)
    assert tool is not None
    assert "comes with a later version" in tool.ready()


@pytest.mark.parametrize("is_there", [True, False])
def test_what_is_said_of_pictures_tells_whether_the_program_is_there(
    is_there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "reads_letters", lambda: is_there)
    said = tools.get("read_image_text")
    assert said is not None
    assert ("is installed" in said.ready(), "is not installed" in said.ready()) == (is_there, not is_there)
