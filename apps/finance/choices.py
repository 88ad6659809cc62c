"""Choices of the ledger."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

#: What an amount without a currency is in, and the currency that statements show first.
HOUSE_CURRENCY = "SGD"
_CODES = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF "
    "CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD "
    "HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD "
    "LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK "
    "PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
    "TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)
#: ISO 4217: the currencies that money is paid in.
CURRENCIES = frozenset(_CODES.split())


class EntryKind(models.TextChoices):
    """Which way the money goes."""

    REVENUE = "revenue", _("Revenue")
    EXPENSE = "expense", _("Expense")


class StatementGroup(models.TextChoices):
    """The part of a profit and loss statement that a category stands in, from top to bottom."""

    REVENUE = "revenue", _("Revenue")
    COST_OF_SALES = "cost_of_sales", _("Cost of sales")
    OPERATING = "operating", _("Operating expenses")
    OTHER_INCOME = "other_income", _("Other income")
    FINANCE_COSTS = "finance_costs", _("Finance costs")
    TAX = "tax", _("Income tax")


#: The parts that revenue may stand in; expenses stand in the others.
REVENUE_GROUPS = (StatementGroup.REVENUE, StatementGroup.OTHER_INCOME)
EXPENSE_GROUPS = tuple(group for group in StatementGroup if group not in REVENUE_GROUPS)


class EntryStatus(models.TextChoices):
    """A draft counts nowhere and may be edited; a posted entry counts and never changes; a void one is a
    draft that was thrown away.
    """

    DRAFT = "draft", _("Draft")
    POSTED = "posted", _("Posted")
    VOID = "void", _("Discarded")
