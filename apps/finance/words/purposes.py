"""What an entry is for and with whom, out of a sentence that somebody typed."""

from __future__ import annotations

import re

_NAME = r"[A-Z0-9][\w'’&.-]*(?:\s+(?:[A-Z0-9&][\w'’&.-]*|of|and))*(?<![\s.])"
#: Whom the money goes to or comes from: a name with capitals behind one of these words.
_PARTY = (
    re.compile(
        rf"\b(?:[Pp]aid|[Pp]ay(?:ing)?|[Tt]o|[Aa]t|[Ww]ith|[Ff]rom|[Bb]y|[Kk]epada|[Dd]aripada|[Dd]i)\s+({_NAME})"
    ),
    re.compile(rf"^\s*({_NAME})\s+(?:has\s+)?pa(?:id|ys)\s+us\b"),
    re.compile(r"(?:支付给|付给|来自|收到)\s*([A-Za-z0-9\u4e00-\u9fff&.' ]{2,40}?)\s*(?=的|付|买|,|,|。|$)"),
)
#: Words that only say that something is to be recorded; they stand before what it is for.
_OPENING = re.compile(
    r"^(?:please|pls|kindly|can you|could you|hi|hello|sila|tolong|record(?:ing)?|book|add|log|enter|"
    r"note(?: down)?|put|post|create|register|file|claim|reimburse(?: me)?|expensed?|expenses|costs?|revenue|"
    r"income|payment|spending|purchase|bill|entry|entries|amount|new|a|an|the|my|our|some|i|we|have|has|had|paid|pay|"
    r"spent|spend|bought|got|received|earned|it|was|is|of|for|on|as|worth|about|in|into|to|from|by|us|that|and|just|"
    r"cash|"
    r"yes|expense entry|ledger|rekod(?:kan)?|catat(?:kan)?|masukkan|tambah|perbelanjaan|belanja|hasil|"
    r"pendapatan|bayaran|saya|kami|telah|membayar|bayar|menerima|terima|sebanyak|untuk|bagi|pada|daripada|"
    r"dibayar|jumlah|satu)(?![\w-])[\s,:;.–-]*",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:[\s,:;.–-]+|\b(?:please|thanks|thank you|(?:not\s+)?(?:yet\s+)?paid(?:\s+yet)?|unpaid|spent|"
    r"bought|received|of|for|on|at|to|from|with|by|costs?|costing|was|is|came to|it|untuk|pada|sebanyak|"
    r"dengan|belum (?:di)?bayar|"
    r"(?:with)?(?:out|no)\s+(?:an?\s+)?(?:receipt|invoice|bill)|tanpa resit|"
    r"(?:in(?:to)?|to|as|under|on)\s+(?:an?\s+|our\s+|the\s+|my\s+)?(?:expenses?|ledger|books?|costs?|"
    r"revenue|income|accounts?)|(?:ke\s+)?dalam lejar|sebagai (?:perbelanjaan|hasil)))$",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_CHINESE_COMMANDS = re.compile(
    r"请|帮我|帮忙|麻烦|记录下?|记入|记作|记账|记下|登记|添加|加入|录入|入账|报销|[一这]笔|一项|费用|支出|开支|"
    r"开销|收入|花费|花了|用了|还?没付|未付|支付了?|付款|付了|收到了?|总共|一共|金额|到?账本|没有(?:发票|收据)|我们?|"
    r"[,。,、::;;\s]"
)
_CHINESE_EDGES = "的了为是给于用记"


def purpose(text: str) -> str:
    """What is left of a sentence, without its amount and day, when the words of the order are taken away."""
    found = " ".join(text.split()).strip(" .,:;!?–-")
    if _CHINESE.search(found):
        return " ".join(_CHINESE_COMMANDS.sub(" ", found).split()).strip(_CHINESE_EDGES)
    while (shorter := _OPENING.sub("", found)) != found:
        found = shorter
    while (shorter := _CLOSING.sub("", found)) != found:
        found = shorter
    return found


def party_in(text: str) -> str:
    """Whom the sentence names as paid or paying; "" when nobody has a name."""
    for pattern in _PARTY:
        if match := pattern.search(text):
            return match[1].strip(" .,'")[:200]
    return ""


def without_party(text: str, party: str) -> str:
    """The sentence without the words about whom."""
    if not party:
        return text
    before = r"(?:\b(?:to|at|with|from|by|kepada|daripada|di)\s+|(?:支付给|付给|来自|收到))?"
    after = r"(?:\s+(?:has\s+)?pa(?:id|ys)\s+us)?"
    return re.sub(before + re.escape(party) + after, " ", text, count=1, flags=re.IGNORECASE)
