"""Whether an upload is what its sender calls it."""

from __future__ import annotations

from typing import IO, BinaryIO, cast

from django.db import models

from apps.artifacts.choices import Kind
from apps.artifacts.sniffing import sniff
from apps.core.errors import Invalid


class InputType(models.TextChoices):
    """What a client says it sends; `file` is anything."""

    IMAGE = "image", "Image"
    VIDEO = "video", "Video"
    AUDIO = "audio", "Audio"
    FILE = "file", "File"


FAMILIES = {InputType.IMAGE: Kind.IMAGE, InputType.VIDEO: Kind.VIDEO, InputType.AUDIO: Kind.AUDIO}
NOUNS = {InputType.IMAGE: "an image", InputType.VIDEO: "a video", InputType.AUDIO: "an audio file"}


def refuse_mislabelled(content: IO[bytes], name: str, input_type: str) -> None:
    """Raises `Invalid` when `name` is empty, or its content is not of the family that `input_type` says.

    WebM, MP4 and Ogg carry sound alone as well as pictures with sound, and their first bytes do not always
    tell, so a video may be called audio.
    """
    content.seek(0)
    if not content.read(1):
        raise Invalid("The file is empty.", code="empty_file", errors={"file": ["The file is empty."]})
    label = InputType(input_type)
    found = sniff(cast("BinaryIO", content), name)
    accepted = {FAMILIES.get(label, found.kind)} | ({Kind.VIDEO} if label == InputType.AUDIO else set())
    if found.kind not in accepted:
        sentence = f"“{name}” is not {NOUNS[label]}: its content is {found.content_type}."
        raise Invalid(sentence, code="mislabelled_file", errors={"file": [sentence]})
