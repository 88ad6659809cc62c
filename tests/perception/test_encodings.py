"""Which encoding a text is in."""

from __future__ import annotations

from io import BytesIO

import pytest

from apps.perception.encodings import detect_encoding, open_text
from apps.perception.errors import UnreadableFile

SIMPLIFIED = "公司,联系人,电话\n北京金龙饭店,王小明,91234567\n海天酒家有限公司,李雷,81234567\n"
TRADITIONAL = "公司名稱,聯絡人,電話\n金龍酒家,陳大文,91234567\n海天酒家有限公司,李小龍,81234567\n"
MALAY = "Syarikat,Nama,Telefon\nWarung Mak Jah,Aisyah binti Osman,0123456789\n"
WESTERN = "Company,Contact\nCafé Zürich,René Müller\n"


@pytest.mark.parametrize("text", [SIMPLIFIED, TRADITIONAL, MALAY, WESTERN])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_with_and_without_mark_is_read(text: str, encoding: str) -> None:
    assert _read(text.encode(encoding)) == text


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_both_byte_orders_are_read_by_their_mark(mark: bytes) -> None:
    name = "utf-16-le" if mark == b"\xff\xfe" else "utf-16-be"
    assert _read(mark + SIMPLIFIED.encode(name)) == SIMPLIFIED


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_recognised_by_its_zeros(encoding: str) -> None:
    assert _read(SIMPLIFIED.encode(encoding)) == SIMPLIFIED


@pytest.mark.parametrize(
    ("text", "encoding"), [(SIMPLIFIED, "gb18030"), (TRADITIONAL, "big5"), (WESTERN, "cp1252")]
)
def test_legacy_encodings_are_told_apart(text: str, encoding: str) -> None:
    assert _read(text.encode(encoding)) == text


def test_one_chinese_name_in_a_long_english_list_is_enough() -> None:
    text = "Company,E-mail\n" + "Straits Kitchen,a@b.sg\n" * 20_000 + "金龙酒家,c@d.sg\n"
    assert _read(text.encode("gb18030")) == text


def test_a_multi_byte_character_across_the_sample_end_is_no_error() -> None:
    text = "公司\n" + "酒" * 200_000
    assert _read(text.encode("gb18030")) == text


def test_a_binary_file_is_refused() -> None:
    with pytest.raises(UnreadableFile) as caught:
        detect_encoding(BytesIO(bytes(range(256)) * 64))
    assert caught.value.code == "unknown_encoding"


def _read(content: bytes) -> str:
    stream = BytesIO(content)
    text = open_text(stream, detect_encoding(stream))
    return text.read()
