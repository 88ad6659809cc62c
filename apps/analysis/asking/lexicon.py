"""The words of questions, in English, Chinese and Malay."""

from __future__ import annotations

import re

CJK = "\u4e00-\u9fff"


def words(*alternatives: str) -> re.Pattern[str]:
    """A pattern for any of them: whole words in Latin letters, anywhere in Chinese."""
    latin = [word for word in alternatives if not re.search(f"[{CJK}]", word)]
    chinese = [word for word in alternatives if re.search(f"[{CJK}]", word)]
    parts = [rf"(?<![a-z])(?:{'|'.join(latin)})(?![a-z])"] if latin else []
    return re.compile("|".join([*parts, *chinese]), re.IGNORECASE)


#: Which computation is asked for; the first that is found counts.
FUNCTIONS: list[tuple[str, re.Pattern[str]]] = [
    (
        "share",
        words(
            "share",
            "percentages?",
            "percent of",
            "% of",
            "proportion",
            "占比",
            "比例",
            "百分比",
            "peratus(?:an)?",
            "bahagian",
        ),
    ),
    ("median", words("median", "中位数", "penengah")),
    ("avg", words("averages?", "mean", "avg", "typical", "平均值?", "purata")),
    ("count_distinct", words("distinct", "unique", "different", "不同的?", "unik", "berlainan")),
    (
        "count",
        words(
            "how many",
            "number of",
            "count(?: of)?",
            "多少[个条行笔家位种]?",
            "几[个条行笔家位种]",
            "berapa banyak",
            "berapa",
            "bilangan",
        ),
    ),
    (
        "sum",
        words(
            "totals?",
            "sum(?: of)?",
            "overall",
            "altogether",
            "合计",
            "总和",
            "总计?",
            "总共",
            "一共",
            "jumlah",
            "keseluruhan",
        ),
    ),
]
HIGHEST = words(
    "highest", "largest", "biggest", "most", "max(?:imum)?", "greatest", "best(?:[- ]selling)?", "top",
    "最[大高多好]", "tertinggi", "terbesar", "paling (?:banyak|tinggi|besar)", "terbaik", "maksimum",
    "terbanyak",
)  # fmt: skip
LOWEST = words(
    "lowest", "smallest", "least", "fewest", "min(?:imum)?", "worst", "bottom", "cheapest",
    "最[小低少差]", "terendah", "terkecil", "paling (?:sedikit|rendah|kecil)", "minimum", "tersedikit",
)  # fmt: skip
TOP = re.compile(
    r"\b(?:top|best|first|highest|largest|biggest|bottom|worst|lowest|last|smallest)\s+(\d{1,3})\b"
    r"|(?:前|最[高大多低小少]的?)\s*([\d]{1,3}|[一二三四五六七八九十]|两)"
    r"|\b(\d{1,3})\s+(?:\w+\s+)?(?:teratas|terbaik|tertinggi|terendah|largest|biggest|highest|lowest|smallest|best|worst)\b",
    re.IGNORECASE,
)
NUMERALS = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
#: What follows is what the answer is grouped by.
BY = re.compile(
    r"(?<![a-z])(?:by|per|for each|for every|each|every|across|broken down by|split by|grouped by"
    r"|mengikut|setiap|bagi setiap|ikut)\s+(?:the\s+)?|按照?|每一?[个家位种]?|各[个家位种]?|分别?",
    re.IGNORECASE,
)
WHICH = words("which", "what", "who", "whose", "哪[个家位种些一]*", "什么", "谁", "mana", "apakah", "siapa")
#: Words before a unit of time that ask which one of them.
RANKED = "(?:best|worst|top|strongest|weakest|highest|lowest|biggest|smallest|busiest)"
BUCKETS: list[tuple[str, re.Pattern[str]]] = [
    (
        "quarter",
        words(
            "quarterly",
            "(?:by|per|each|every) quarters?",
            RANKED + r" (?:\d+ |\w+ )?quarters?",
            "按季度?",
            "每个?季度?",
            "各季度?",
            "(?:setiap|mengikut|ikut) suku tahun",
        ),
    ),
    (
        "month",
        words(
            "monthly",
            "(?:by|per|each|every|which|what) months?",
            RANKED + r" (?:\d+ |\w+ )?months?",
            "months? by months?",
            "over time",
            "trends?",
            "按月份?",
            "每个?月",
            "月度",
            "各月",
            "哪个月",
            "趋势",
            "bulanan",
            "(?:setiap|mengikut|ikut) bulan",
            "bulan mana",
        ),
    ),
    (
        "week",
        words(
            "weekly",
            "(?:by|per|each|every|which|what) weeks?",
            RANKED + r" (?:\d+ |\w+ )?weeks?",
            "按周",
            "每周",
            "哪一?周",
            "mingguan",
            "(?:setiap|mengikut|ikut) minggu",
        ),
    ),
    (
        "day",
        words(
            "daily",
            "(?:by|per|each|every|which|what) (?:day|date)s?",
            RANKED + r" (?:\d+ |\w+ )?(?:day|date)s?",
            "按[天日]",
            "每[天日]",
            "哪一?天",
            "harian",
            "(?:setiap|mengikut|ikut) hari",
        ),
    ),
    (
        "year",
        words(
            "yearly",
            "annual(?:ly)?",
            "(?:by|per|each|every|which|what) years?",
            RANKED + r" (?:\d+ |\w+ )?years?",
            "按年",
            "每年",
            "各年",
            "哪一?年",
            "tahunan",
            "(?:setiap|mengikut|ikut) tahun",
        ),
    ),
]
ROWS = words("rows?", "records?", "lines?", "entries", "行", "条记录", "记录", "baris", "rekod")
DESCRIBE = words(
    "describe", "summari[sz]e", "summary", "overview", "profile",
    "explain th(?:is|e) (?:file|table|data|sheet)", "which columns", "what columns", "what(?:'s| is) in",
    "what does th(?:is|e) (?:file|table|sheet|csv|spreadsheet) (?:contain|hold|have)", "data quality",
    "missing values",
    "描述", "概况", "概述", "概览", "有哪些列", "总结", "介绍", "terangkan", "ringkas(?:kan|an)",
    "huraikan", "apa (?:yang )?ada dalam",
)  # fmt: skip
COMPARE = words(
    "compared?", "comparison", "versus", "vs", "against", "比较", "对比", "相比", "bandingkan", "berbanding"
)
CHANGE = words(
    "growth", "change[sd]?", "grew", "month[- ]over[- ]month", "mom", "year[- ]over[- ]year", "yoy",
    "with the (?:month|quarter|year|week) before",
    "previous (?:month|quarter|year|week)", "环比", "同比", "增长", "变化", "pertumbuhan", "perubahan",
)  # fmt: skip
LIST = words(
    "show(?: me)?", "list", "display", "give me", "显示", "列出", "tunjukkan", "senaraikan", "paparkan"
)
CHARTS: list[tuple[str, re.Pattern[str]]] = [
    ("donut", words("pie(?: chart)?", "donut", "doughnut", "饼图", "carta pai")),
    ("line", words("lines? (?:chart|graph)", "折线图", "carta garis", "graf garis")),
    ("bar", words("bars? (?:chart|graph)?", "柱状?图", "条形图", "carta (?:bar|palang)")),
    ("", words("charts?", "graphs?", "plot", "draw", "visuali[sz]e", "diagram", "图表?", "carta", "graf")),
]
FILES: list[tuple[str, re.Pattern[str]]] = [
    ("csv", words("as (?:a )?csv", "to csv", "csv file", "导出csv")),
    (
        "xlsx",
        words(
            "excel",
            "xlsx",
            "as (?:a )?spreadsheet",
            "export(?:ed)?",
            "download",
            "导出",
            "表格文件",
            "eksport",
        ),
    ),
]
_MORE = r">|大于|超过|高于|多于|lebih (?:daripada|dari)|melebihi"
_LESS = r"<|小于|低于|少于|kurang (?:daripada|dari)"
_AMOUNT = r"\s*(?:S\$|US\$|HK\$|\$|RM|SGD|USD|MYR)?\s*(\d[\d,]*(?:\.\d+)?)\s*(k|m|万)?(?![\d-])"
COMPARISONS: list[tuple[str, re.Pattern[str]]] = [
    (operator, re.compile(rf"(?:{start}){_AMOUNT}", re.IGNORECASE))
    for operator, start in (
        ("gte", r"(?<![a-z])at least|no less than|>=|至少|不少于|不低于|sekurang-kurangnya"),
        ("lte", r"(?<![a-z])at most|no more than|<=|最多|不超过|不高于|selebih-lebihnya"),
        ("gt", r"(?<![a-z])(?:(?:more|greater|higher|larger) than|over|above|exceeding)|" + _MORE),
        ("lt", r"(?<![a-z])(?:(?:less|lower|smaller|fewer) than|under|below)|" + _LESS),
    )
]  # fmt: skip
SCALES = {"k": 1_000, "m": 1_000_000, "万": 10_000}
