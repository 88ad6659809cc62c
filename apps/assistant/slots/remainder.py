"""How much of a message is left when what was understood is taken away."""

from __future__ import annotations

import re

from apps.core.sentences import sentence

_WORD = re.compile(r"[A-Za-zÀ-ÿ][\w'’-]*|[\u4e00-\u9fff]")
_FILLERS = frozenset(
    """
    customer client customers contact pelanggan mereka ke dan
    a again also and another as at be but by can change could do file for format from give have i in
    instead is it its just let like make me my need now of offer ok okay on one only pay paid paying
    plan please pls proposal put quotation quote same send so switch take thanks thank that the them
    then there this to too try use version want we with would you your yes rather redo billing billed
    document report deck boleh buat dengan dalam fail format gantikan ia itu jadikan juga kepada mahu
    saya sebagai sila tolong tukar untuk pelan cadangan guna bayaran laporan slaid
    """.split()  # noqa: SIM905 - a page of quotes is hard to read
)
_CHINESE_FILLERS = frozenset(
    "请請把改成换換为為用的一份再给給我做要按付款计計费費方案和文件格式版本这這个個它就也发發好吧了是下想能不可以并並"
)


def rest_of(text: str, *understood: re.Pattern[str]) -> int:
    """The number of words, in Chinese of letters, that neither a pattern nor politeness accounts for."""
    left = sentence(text)
    for pattern in understood:
        left = pattern.sub(" ", left)
    words = (found.casefold() for found in _WORD.findall(left))
    return sum(1 for word in words if word not in _FILLERS and word not in _CHINESE_FILLERS)
