"""Which Chinese a merchant reads: Traditional in Hong Kong, Macau and Taiwan, else Simplified."""

from __future__ import annotations

import re

from apps.crm.models import Lead

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_TRADITIONAL_PLACE = re.compile(
    r"hong ?kong|kowloon|new territories|\bhk\b|香港|九[龍龙]|新界|macau|macao|澳[門门]"
    r"|taiwan|taipei|taichung|tainan|kaohsiung|hsinchu|taoyuan|[台臺][湾灣北中南]|高雄|新竹|桃[园園]",
    re.IGNORECASE,
)
_SIMPLIFIED_PLACE = re.compile(
    r"singapore|新加坡|malaysia|马来西亚|kuala lumpur|吉隆坡|penang|johor|china|中国|中國"
    r"|beijing|北京|shanghai|上海|guangzhou|广州|shenzhen|深圳",
    re.IGNORECASE,
)
_TRADITIONAL_ADDRESS = re.compile(r"\.(?:hk|mo|tw)$", re.IGNORECASE)
_TRADITIONAL_PHONE = re.compile(r"^\s*(?:\+|00)(?:852|853|886)")
#: Letters of names that differ: written so in one script only, the same place in both.
_TRADITIONAL = (
    "龍飯廳館灣廣東樓麗華國園點雲鳳燒鮮興榮記號陳張劉楊黃趙吳鄭謝許馮蔣"
    "葉蕭羅譚盧鄧韓貝銀鐘錢魚雞鴨豬餅麥豐寶聯會發達業軒齋鍋湯蘭語實財貿"
)
_SIMPLIFIED = (
    "龙饭厅馆湾广东楼丽华国园点云凤烧鲜兴荣记号陈张刘杨黄赵吴郑谢许冯蒋"
    "叶萧罗谭卢邓韩贝银钟钱鱼鸡鸭猪饼麦丰宝联会发达业轩斋锅汤兰语实财贸"
)


def is_written_in_chinese(lead: Lead) -> bool:
    """Whether its names are."""
    return bool(_CHINESE.search(f"{lead.contact_name}{lead.company_name}"))


def reads_traditional(lead: Lead) -> bool:
    """By where the company is; without a place that tells, by its phone, its address and its names."""
    if _TRADITIONAL_PLACE.search(lead.location):
        return True
    if _SIMPLIFIED_PLACE.search(lead.location):
        return False
    if _TRADITIONAL_PHONE.match(lead.contact_phone) or _TRADITIONAL_ADDRESS.search(lead.contact_email):
        return True
    names = set(f"{lead.contact_name}{lead.company_name}{lead.location}")
    return bool(names & set(_TRADITIONAL)) and not names & set(_SIMPLIFIED)
