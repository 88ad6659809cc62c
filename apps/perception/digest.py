"""What a document says, in its own sentences: no model is needed, and nothing is made up."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pydantic import BaseModel

KEY_SENTENCES, HEADINGS, FACTS = 5, 12, 12
_LONGEST_HEADING, _SHORTEST, _LONGEST = 90, 25, 400
#: A line shorter than this ends its paragraph.
_FULL_LINE = 55
_WORD = re.compile(r"[a-zà-ÿ]{3,40}|[\u4e00-\u9fff]{2}", re.IGNORECASE)
_ENDS = re.compile(r"(?<=[.!?])\s(?=[\"“(A-Z0-9\u4e00-\u9fff])|(?<=[。！？])")
_NUMBERED = re.compile(
    r"(?:(?:section|chapter|article|part)\s)?\d{1,3}(?:\.\d{1,3}){0,3}[.)]?\s\S", re.IGNORECASE
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DATE = re.compile(
    rf"\b\d{{4}}-\d{{2}}-\d{{2}}\b|\b\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}\b"
    rf"|\b\d{{1,2}}\s{_MONTH}\s\d{{4}}\b|\b{_MONTH}\s\d{{1,2}},?\s\d{{4}}\b|\d{{4}}年\d{{1,2}}月(?:\d{{1,2}}日)?",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"(?:\b(?:SGD|MYR|USD|EUR|GBP|HKD|CNY|RM)|S\$|US\$|HK\$|[$€£¥])\s?\d[\d,.]{0,20}\d?(?:\s(?:million|billion))?"
    r"|\b\d[\d,.]{0,20}\s?(?:%|per cent\b|percent\b)"
)
_STOP = frozenset(
    re.findall(
        r"\w+",
        """
the and for that with this from are was were has have had not but you your our their its which will can
may shall would should been being they them than then there here who what when where how all any each
such into per one two out about also more most other some only over under between file document dan yang
untuk ini itu dengan dalam pada adalah does did tell show please say says
""",
    )
)


class Saying(BaseModel):
    """A sentence of the document; `page` is 0 where the file has no pages."""

    text: str
    page: int


class Digest(BaseModel):
    """The document in short. `sayings` stand in its order; `matched` is whether they answer to what
    was looked for. `is_whole` is False when only its beginning was read.
    """

    title: str
    words: int
    pages: int
    headings: list[str]
    sayings: list[Saying]
    dates: list[str]
    figures: list[str]
    matched: bool
    is_whole: bool


def digest(pages: Sequence[str], *, title: str = "", is_whole: bool = True, looking_for: str = "") -> Digest:
    """The digest of the text of each page. `looking_for` is a question: sentences that share its words are
    taken, and the important ones where none does.
    """
    lines = [line.strip() for page in pages for line in page.splitlines() if line.strip()]
    sentences = [Saying(text=text, page=at) for at, page in enumerate(pages, 1) for text in _sentences(page)]
    asked = set(_terms(looking_for))
    found = _nearest(sentences, asked) if asked else []
    text = "\n".join(pages)
    heads = [line.lstrip("# ").strip() for line in lines if _is_heading(line)]
    first = title or next((line.lstrip("# ").strip() for line in lines), "")
    return Digest(
        title=first[:_LONGEST_HEADING],
        words=sum(1 for _ in re.finditer(r"[\u4e00-\u9fff]|[^\s\u4e00-\u9fff]+", text)),
        pages=len(pages) if len(pages) > 1 else 0,
        headings=_once([head for head in heads if head != first], HEADINGS),
        sayings=found or _important(sentences),
        dates=_once((match[0] for match in _DATE.finditer(text)), FACTS),
        figures=_once((match[0].rstrip(".,") for match in _FIGURE.finditer(text)), FACTS),
        matched=bool(found),
        is_whole=is_whole,
    )


def _once(found: Sequence[str] | Iterator[str], most: int) -> list[str]:
    return list(dict.fromkeys(" ".join(text.split()) for text in found))[:most]


def _is_heading(line: str) -> bool:
    if line.startswith("#"):
        return True
    if len(line) > _LONGEST_HEADING or line[-1] in ".,;:!?。，；：！？":
        return False
    is_loud = line.isupper() and len(_WORD.findall(line)) > 1
    return is_loud or (_NUMBERED.match(line) is not None and _WORD.search(line) is not None)


def _sentences(page: str) -> Iterator[str]:
    """The sentences of running text: lines that were broken to fit are joined, headings are none."""
    for block in _paragraphs(page):
        for text in _ENDS.split(block):
            shown = " ".join(text.split())
            least = _SHORTEST // 3 if re.search(r"[\u4e00-\u9fff]", shown) else _SHORTEST
            if len(shown) >= least:
                yield shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1].rstrip()}…"


def _paragraphs(page: str) -> Iterator[str]:
    lines: list[str] = []
    for raw in page.splitlines():
        line = raw.strip()
        if not line or _is_heading(line):
            yield " ".join(lines)
            lines = []
            continue
        lines.append(line)
        if len(line) < _FULL_LINE:
            yield " ".join(lines)
            lines = []
    yield " ".join(lines)


def _terms(text: str) -> list[str]:
    return [word for word in (match.casefold() for match in _WORD.findall(text)) if word not in _STOP]


def _nearest(sentences: list[Saying], asked: set[str]) -> list[Saying]:
    """Those that share most words with the question."""
    shared = [len(asked & set(_terms(saying.text))) for saying in sentences]
    order = sorted(range(len(sentences)), key=lambda at: (-shared[at], at))
    best = max(shared, default=0)
    kept = [at for at in order if shared[at] and shared[at] * 2 >= best][:KEY_SENTENCES]
    return [sentences[at] for at in sorted(kept)]


def _important(sentences: list[Saying]) -> list[Saying]:
    """Those with the words that the document repeats; early ones and ones with a number weigh more."""
    terms = [_terms(saying.text) for saying in sentences]
    often = Counter(term for words in terms for term in set(words))

    def weight(at: int) -> float:
        words = set(terms[at])
        repeated = sum(math.log1p(often[word]) for word in words) / math.sqrt(len(words) + 4)
        early = 0.5 / (1 + at / 3)
        return repeated + early + (0.3 if _FIGURE.search(sentences[at].text) else 0)

    order = sorted(range(len(sentences)), key=lambda at: (-weight(at), at))
    kept: dict[str, int] = {}
    for at in order:
        kept.setdefault(sentences[at].text.casefold(), at)
        if len(kept) == KEY_SENTENCES:
            break
    return [sentences[at] for at in sorted(kept.values())]
