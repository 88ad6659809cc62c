"""The words of questions, in English, Chinese and Malay."""

from __future__ import annotations

import re

from apps.analysis.query import Operator

CJK = "\u4e00-\u9fff"


def words(*alternatives: str) -> re.Pattern[str]:
    """A pattern for any of them: whole words in Latin letters, anywhere in Chinese."""
    latin = [word for word in alternatives if not re.search(f"[{CJK}]", word)]
    chinese = [word for word in alternatives if re.search(f"[{CJK}]", word)]
    parts = [rf"(?<![a-z])(?:{'|'.join(latin)})(?![a-z])"] if latin else []
    return re.compile("|".join([*parts, *chinese]), re.IGNORECASE)


SHARE = words(
    "share",
    "percentages?",
    "percent of",
    "% of",
    "in (?:per ?cent|%)",
    "proportion",
    "占比",
    "比例",
    "百分比",
    "peratus(?:an)?",
    "bahagian",
)
#: Which computation is asked for; the first that is found counts, unless several are joined.
FUNCTIONS: list[tuple[str, re.Pattern[str]]] = [
    ("share", SHARE),
    ("median", words("median", "中位数", "penengah")),
    ("avg", words("averages?", "mean", "avg", "typical", "平均值?", "[日周月年]均", "purata")),
    ("count_distinct", words("distinct", "unique", "different", "不同的?", "unik", "berlainan")),
    (
        "count",
        words(
            "how many", "number of", "count(?: of)?", "多少[个条行笔家位种]?", "几[个条行笔家位种]",
            "berapa banyak",
            "berapa", "bilangan",
        ),
    ),
    (
        "sum",
        words(
            "totals?", "sum(?: of)?", "overall", "altogether", "合计", "总和", "总计?", "总共", "一共",
            "jumlah",
            "keseluruhan",
        ),
    ),
]  # fmt: skip
#: Beside other computations: “minimum, maximum and average”.
EXTREMES: list[tuple[str, re.Pattern[str]]] = [
    ("min", words("min(?:imum)?", "lowest", "smallest", "最小值?", "最低", "minimum", "terendah")),
    ("max", words("max(?:imum)?", "highest", "largest", "最大值?", "最高", "maksimum", "tertinggi")),
]
JOINED = re.compile(r"(?<![a-z])(?:and|dan|as well as|plus)(?![a-z])|[,&、和与及]")
RUNNING = words(
    "running (?:totals?|sums?)", "cumulative(?:ly)?", "cumulated", "accumulated", "累计", "累积", "terkumpul",
    "kumulatif",
)  # fmt: skip
HIGHEST = words(
    "highest", "largest", "biggest", "most", "max(?:imum)?", "greatest", "best(?:[- ]selling)?", "top",
    "最[大高多好]", "tertinggi", "terbesar", "paling (?:banyak|tinggi|besar)", "terbaik", "maksimum",
    "terbanyak",
)  # fmt: skip
#: Words that rank without naming a number.
BUSIEST = words("busiest", "quietest", "peak", "strongest", "weakest", "grew most", "最忙", "paling sibuk")
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
NUMERALS = {**{numeral: number for number, numeral in enumerate("一二三四五六七八九十", 1)}, "两": 2}
#: What follows is what the answer is grouped by.
BY = re.compile(
    r"(?<![a-z])(?:by|per|for each|for every|each|every|across|broken down by|split by|grouped by"
    r"|mengikut|setiap|bagi setiap|ikut)\s+(?:the\s+)?|按照?|每一?[个家位种]?|各[个家位种]?|分别?",
    re.IGNORECASE,
)
WHICH = words("which", "what", "who", "whose", "哪[个家位种些一]*", "什么", "谁", "mana", "apakah", "siapa")
PER_ORDER = words("average (?:basket|ticket|bill|cart)(?: (?:size|value))?", "aov", "客单价", "purata bil")
ROWS = words("rows?", "records?", "lines?", "entries", "行", "条记录", "记录", "baris", "rekod")
DESCRIBE = words(
    "describe", "analy[sz]e", "summari[sz]e", "summary", "overview", "profile",
    "explain th(?:is|e) (?:file|table|data|sheet)", "which columns", "what columns", "what(?:'s| is) in",
    "what does th(?:is|e) (?:file|table|sheet|csv|spreadsheet) (?:contain|hold|have)",
    "分析", "analisis(?:kan)?", "描述", "概况", "概述", "概览", "有哪些列", "总结", "介绍", "terangkan",
    "ringkas(?:kan|an)",
    "huraikan", "apa (?:yang )?ada dalam",
)  # fmt: skip
QUALITY = words(
    "data quality", "missing (?:values|cells|data)", "empty cells", "数据质量", "缺失值", "kualiti data"
)
COMPARE = words(
    "compared?",
    "comparison",
    "versus",
    "vs",
    "against",
    "difference between",
    "ratio of",
    "比较",
    "对比",
    "相比",
    "bandingkan",
    "berbanding",
)
CHANGE = words(
    "growth", "grow(?:n|ing|s)?", "grew", "change[sd]?", "develop(?:ed|s|ment)?", "increased?", "decreased?",
    "month[- ]o[nv](?:er)?[- ]month", "mom", "year[- ]o[nv](?:er)?[- ]year", "yoy", "qoq", "wow",
    "quarter[- ]o[nv](?:er)?[- ]quarter", "week[- ]o[nv](?:er)?[- ]week",
    "with the (?:month|quarter|year|week) before",
    "previous (?:month|quarter|year|week)", "环比", "同比", "增长", "变化", "pertumbuhan", "perubahan",
)  # fmt: skip
DUPLICATES = words("duplicat(?:e|es|ed)", "repeated", "twice", "重复的?", "pendua", "berulang")
LATEST = words("last", "latest", "newest", "most recent", "最后", "最近", "最新", "terakhir", "terkini")
EARLIEST = words("first", "earliest", "oldest", "最早", "第一", "pertama", "terawal")
TIMES = re.compile(r"\s{0,3}(?:(?:times|orders|purchases|visits|次|kali|pesanan)\b|次)")
WHEN = words(
    "when", "what date", "which date", "date range", "(?:time|date) (?:span|period)", "period covered",
    "什么时候", "哪天", "何时", "日期范围", "bila", "bilakah", "tempoh",
)  # fmt: skip
#: “The last 10 orders”: rows as they are.
SOME_ROWS = re.compile(
    r"\b(?P<side>first|last|latest|newest|most recent|earliest|oldest)\s{1,3}(?:(?P<many>\d{1,3})\s{0,3})?"
    r"(?P<what>rows?|records?|lines?|entries|orders?|transactions?|sales|invoices?|purchases?)\b"
    r"|(?P<side_zh>前|最后|最近|最新)的?\s{0,3}(?:(?P<many_zh>\d{1,3})\s{0,3})?(?P<what_zh>行|条记录|条|笔订单|笔|个订单)"
)
EACH = re.compile(
    r"(?:in|for|of|per|at|by|within)\s+(?:each|every)\s|(?<![a-z])per\s|每一?[个家位种]|各[个家]?"
    r"|(?<![a-z])(?:setiap|bagi setiap)\s"
)
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
            "(?:as|to|into|in) (?:an? )?(?:excel|xlsx|spreadsheet)",
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
_AMOUNT = (
    r"\s{0,3}(?:(?:S\$|US\$|HK\$|\$|RM|SGD|USD|MYR)\s{0,3})?"
    r"((?<![\d,])\d[\d,]{0,20}(?:\.\d{1,20})?)(?:\s{0,3}(k|m|万))?(?![\d-])"
)
_COMPARED: tuple[tuple[Operator, str], ...] = (
    ("gte", r"(?<![a-z])at least|no less than|>=|至少|不少于|不低于|sekurang-kurangnya"),
    ("lte", r"(?<![a-z])at most|no more than|<=|最多|不超过|不高于|selebih-lebihnya"),
    ("gt", r"(?<![a-z])(?:(?:more|greater|higher|larger) than|over|above|exceeding)|" + _MORE),
    ("lt", r"(?<![a-z])(?:(?:less|lower|smaller|fewer) than|under|below)|" + _LESS),
)
COMPARISONS = [(sign, re.compile(rf"(?:{start}){_AMOUNT}", re.IGNORECASE)) for sign, start in _COMPARED]
BETWEEN = re.compile(
    rf"(?:(?<![a-z])(?:between|antara|from)|介于){_AMOUNT}\s{{0,3}}(?:and|to|-|–|和|至|到|与|dan|hingga){_AMOUNT}"
    rf"|{_AMOUNT}\s{{0,3}}(?:到|至){_AMOUNT}\s{{0,3}}之间",
    re.IGNORECASE,
)
SCALES = {"k": 1_000, "m": 1_000_000, "万": 10_000}
#: All words that ask for something, rather than name it.
CUES = (
    HIGHEST, LOWEST, BUSIEST, RUNNING, PER_ORDER, ROWS, DESCRIBE, QUALITY, COMPARE, CHANGE, DUPLICATES,
    LATEST,
    EARLIEST, WHEN, LIST, BY, WHICH, TOP, SOME_ROWS,
    *(cue for _, cue in (*FUNCTIONS, *EXTREMES, *CHARTS, *FILES)),
)  # fmt: skip
