"""The language that a wish asks for by name. Feasts, cuisines and places with such names ask for nothing."""

from __future__ import annotations

import re

from apps.core.sentences import sentence

_NAMES = {
    "english": "English", "englisch": "English", "inggeris": "English",
    "chinese": "Chinese", "mandarin": "Chinese", "chinesisch": "Chinese", "cina": "Chinese",
    "malay": "Malay", "melayu": "Malay", "malaiisch": "Malay",
    "japanese": "Japanese", "japanisch": "Japanese", "korean": "Korean", "tamil": "Tamil", "hindi": "Hindi",
    "thai": "Thai", "vietnamese": "Vietnamese", "indonesian": "Indonesian", "german": "German",
    "deutsch": "German", "french": "French", "spanish": "Spanish", "arabic": "Arabic",
    "cantonese": "Traditional Chinese",
}  # fmt: skip
_CHINESE_NAMES = {
    "英文": "English", "英语": "English", "英語": "English", "中文": "Chinese", "华文": "Chinese",
    "華文": "Chinese", "华语": "Chinese", "華語": "Chinese", "简体": "Chinese", "簡體": "Chinese",
    "繁体": "Traditional Chinese", "繁體": "Traditional Chinese", "马来文": "Malay", "马来语": "Malay",
    "馬來文": "Malay", "日文": "Japanese", "日语": "Japanese", "日語": "Japanese", "韩文": "Korean",
    "泰米尔文": "Tamil", "泰文": "Thai",
}  # fmt: skip
_NAME = "|".join(sorted(_NAMES, key=len, reverse=True))
#: Behind “in Chinese” stands the end or how it goes on; “in Chinese restaurants” is about restaurants.
_GOES_ON = (
    r"(?=\s?(?:$|[.,;:!?)，。；]|[(]|(?:please|pls|for|about|on|with|and|or|of|to|so|but|in|as|at|using|under|by|from"
    r"|max|maximum|text|only|this|that|tentang|untuk|ber|über|für|mit)\b|\d))"
)
_IN = re.compile(
    rf"\b(?:in|into|auf|dalam|ke dalam)\s(?:(?P<kind>simplified|traditional|simple|plain|good|bahasa)\s)?"
    rf"(?P<name>{_NAME})(?:\s(?:language|script))?{_GOES_ON}"
    rf"|\bbahasa\s(?P<bahasa>inggeris|melayu|cina)\b",
    re.IGNORECASE,
)
_AS_KIND = re.compile(
    rf"\b(?:(?P<kind>simplified|traditional)\s)?(?P<name>{_NAME})[ -](?:language\s)?"
    r"(?:version|newsletter|post|paragraph|text|copy|article|blog|letter|e-?mail|mail|deck|slides|presentation|proposal|report"
    r"|translation)\b",
    re.IGNORECASE,
)
_CHINESE_NAME = "|".join(sorted(_CHINESE_NAMES, key=len, reverse=True))
_INTO_CHINESE = re.compile(rf"(?:用|以|成|为|為)({_CHINESE_NAME})")
_ANY_CHINESE = re.compile(rf"({_CHINESE_NAME})")


def asked_language(message: str) -> str:
    """Its English name, such as "English" or "Traditional Chinese"; "" when the wish names none."""
    text = sentence(message)
    if found := _IN.search(text) or _AS_KIND.search(text):
        groups = found.groupdict()
        name = _NAMES[(groups["name"] or groups.get("bahasa") or "").casefold()]
        is_traditional = (groups["kind"] or "").casefold() == "traditional"
        return f"Traditional {name}" if is_traditional and name == "Chinese" else name
    if found := _INTO_CHINESE.search(text) or _ANY_CHINESE.search(text):
        return _CHINESE_NAMES[found[1]]
    return ""
