"""Pictures, films and recordings: what can be done with them here, and what cannot yet.

A tool that is not ready says why; agents do not offer it.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import PurePath

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from pydantic import BaseModel

from apps.artifacts import services as artifacts
from apps.artifacts.choices import Kind
from apps.artifacts.models import Artifact
from apps.assistant.toolkit import ToolContext, ToolError, tool
from apps.perception.programs import about_films, about_pictures, about_speech

#: A picture of more is refused before it is unpacked: 80 megapixels are 240 MB of memory.
MAX_PIXELS = 80_000_000
MAX_SIDE = 8_000


class ImageFacts(BaseModel):
    """A picture as its file tells it. `taken_at` is the camera's clock, without zone; places are left out."""

    width: int
    height: int
    format: str
    mode: str
    taken_at: datetime | None


class ResizedImage(BaseModel):
    """A picture that was made smaller."""

    artifact_id: str
    file_name: str
    width: int
    height: int


@tool(
    family="media", permission="artifacts.view_artifact", read_only=True, untrusted=True,
    summary="Looking at {file_name} …",
)  # fmt: skip
def image_facts(ctx: ToolContext, *, artifact_id: str) -> ImageFacts:
    """Size, format and date of an attached picture."""
    image = _opened(ctx.attachment(artifact_id))
    width, height = ImageOps.exif_transpose(image).size
    return ImageFacts(
        width=width, height=height, format=image.format or "", mode=image.mode, taken_at=_taken_at(image)
    )


@tool(
    family="media", permission="artifacts.add_artifact", heavy=True, summary="Resizing {file_name} …",
)  # fmt: skip
def resize_image(
    ctx: ToolContext, *, artifact_id: str, max_side: int = 2048, quality: int = 85
) -> ResizedImage:
    """Make an attached picture at most `max_side` pixels wide and high, upright and without the camera's
    data; JPEG of the given quality, PNG where it has transparent parts. Never larger than it was.
    """
    if not 16 <= max_side <= MAX_SIDE or not 10 <= quality <= 100:
        raise ToolError(f"The side must be 16 to {MAX_SIDE} pixels, the quality 10 to 100.")
    artifact = ctx.attachment(artifact_id)
    image = ImageOps.exif_transpose(_opened(artifact))
    image.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    suffix, content = _encoded(image, quality)
    name = f"{PurePath(artifact.name).stem}-{image.width}x{image.height}.{suffix}"
    made = artifacts.store(owner=ctx.user, name=name, content=content)
    ctx.keep(made)
    return ResizedImage(artifact_id=str(made.pk), file_name=made.name, width=image.width, height=image.height)


@tool(
    family="media", permission="artifacts.view_artifact", read_only=True, untrusted=True, heavy=True,
    summary="Reading {file_name} …", ready=about_pictures,
)  # fmt: skip
def read_image_text(ctx: ToolContext, *, artifact_id: str) -> str:  # noqa: ARG001
    """The text in an attached picture, in English, Chinese or Malay."""
    raise ToolError(about_pictures())


@tool(
    family="media", permission="artifacts.view_artifact", heavy=True, summary="Watching {file_name} …",
    ready=about_films,
)  # fmt: skip
def extract_frames(ctx: ToolContext, *, artifact_id: str, every_seconds: float = 10) -> list[str]:  # noqa: ARG001
    """Pictures out of an attached film, as ids of files."""
    raise ToolError(about_films())


@tool(
    family="media", permission="artifacts.view_artifact", read_only=True, untrusted=True, heavy=True,
    timeout=900, summary="Listening to {file_name} …", ready=about_speech,
)  # fmt: skip
def transcribe_audio(ctx: ToolContext, *, artifact_id: str, language: str = "") -> str:  # noqa: ARG001
    """What is said in an attached recording or film, in English, Chinese or Malay."""
    raise ToolError(about_speech())


def _opened(artifact: Artifact) -> Image.Image:
    """The picture, not yet unpacked. Raises `ToolError` for what is none, and for one of absurd size."""
    if artifact.kind != Kind.IMAGE:
        raise ToolError(f"“{artifact.name}” is not a picture.")
    with artifacts.open_bytes(artifact) as stream:
        content = stream.read()
    try:
        image = Image.open(BytesIO(content))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise ToolError(f"“{artifact.name}” cannot be read as a picture.") from error
    if image.width * image.height > MAX_PIXELS:
        raise ToolError(f"“{artifact.name}” is too large: {image.width} × {image.height} pixels.")
    try:
        image.load()
    except (OSError, SyntaxError) as error:
        raise ToolError(f"“{artifact.name}” is damaged.") from error
    return image


def _taken_at(image: Image.Image) -> datetime | None:
    text = str(image.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal, ""))
    try:
        return datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - cameras know no zone
    except ValueError:
        return None


def _encoded(image: Image.Image, quality: int) -> tuple[str, bytes]:
    """Without metadata: a picture that is passed on does not tell where it was taken."""
    out = BytesIO()
    if image.mode in {"RGBA", "LA", "P"} and image.convert("RGBA").getchannel("A").getextrema() != (255, 255):
        image.convert("RGBA").save(out, "PNG", optimize=True)
        return "png", out.getvalue()
    image.convert("RGB").save(out, "JPEG", quality=quality, optimize=True)
    return "jpg", out.getvalue()
