"""What the pieces are called into which dates are cut."""

from __future__ import annotations

from datetime import date

_WORDS = {"half_year": "half-year", "month_of_year": "month of the year", "hour_of_day": "hour"}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def bucket_word(bucket: str) -> str:
    """The kind of piece: “month”, “half-year”."""
    return _WORDS.get(bucket, bucket)


def bucket_name(value: str, bucket: str) -> str:
    """One piece, of its number or first day: Monday, Oct, 09:00–10:00, Q4 2026, week of 2 Nov 2026."""
    if bucket == "weekday":
        return _WEEKDAYS[int(value) - 1]
    if bucket == "month_of_year":
        return _MONTHS[int(value) - 1]
    if bucket == "hour_of_day":
        return f"{int(value):02}:00–{int(value) + 1:02}:00"
    return _name_of_day(date.fromisoformat(value), bucket)


def _name_of_day(day: date, bucket: str) -> str:
    month = _MONTHS[day.month - 1]
    names = {
        "year": str(day.year),
        "half_year": f"H{(day.month + 5) // 6} {day.year}",
        "quarter": f"Q{(day.month + 2) // 3} {day.year}",
        "month": f"{month} {day.year}",
        "week": f"week of {day.day} {month} {day.year}",
    }
    return names.get(bucket, f"{day.day} {month} {day.year}")
