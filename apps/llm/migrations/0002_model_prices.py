"""The providers' list prices of November 2026, in US dollars for a million tokens; edit them in the back office."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import migrations

# provider, model (or its beginning), from prompt tokens, valid from, input, output, cache read, cache write (5 min).
# Sources: platform.claude.com/docs/en/about-claude/pricing and platform.kimi.ai/docs/pricing. Kimi caches by itself
# and bills what it writes to the cache as input.
PRICES = [
    ("claude", "claude-fable-5-1", 0, date(2026, 8, 31), "10", "50", "0.25", "12.50"),
    ("claude", "claude-opus-5-5", 0, date(2026, 9, 1), "4", "20", "0.20", "5"),
    ("claude", "claude-opus-5", 0, date(2026, 7, 24), "5", "25", "0.50", "6.25"),
    ("claude", "claude-opus-4", 0, date(2025, 11, 24), "5", "25", "0.50", "6.25"),
    ("claude", "claude-sonnet-5-5", 0, date(2026, 9, 28), "2", "10", "0.20", "2.50"),
    ("claude", "claude-sonnet-5", 0, date(2026, 2, 1), "2", "10", "0.20", "2.50"),
    ("claude", "claude-sonnet-4", 0, date(2025, 5, 22), "3", "15", "0.30", "3.75"),
    ("claude", "claude-haiku-5-5", 0, date(2026, 9, 1), "0.10", "0.50", "0.01", "0.125"),
    ("claude", "claude-haiku-5-5", 100_001, date(2026, 9, 1), "0.50", "2.50", "0.05", "0.625"),
    ("claude", "claude-haiku-4-5", 0, date(2025, 10, 1), "1", "5", "0.10", "1.25"),
    ("kimi", "kimi-k3", 0, date(2026, 7, 1), "3", "15", "0.30", "3"),
    ("kimi", "kimi-k2.6", 0, date(2026, 4, 20), "0.95", "4", "0.16", "0.95"),
    ("kimi", "kimi-k2.5", 0, date(2026, 1, 27), "0.60", "3", "0.10", "0.60"),
]


def add_prices(apps, schema_editor):
    model_price = apps.get_model("llm", "ModelPrice")
    for provider, model, tokens, valid_from, *dollars in PRICES:
        names = ("input_usd", "output_usd", "cache_read_usd", "cache_write_usd")
        model_price.objects.get_or_create(
            provider=provider,
            model=model,
            from_prompt_tokens=tokens,
            valid_from=valid_from,
            defaults=dict(zip(names, map(Decimal, dollars))),
        )


class Migration(migrations.Migration):
    dependencies = [("llm", "0001_initial")]
    # Backwards there is nothing to do: the table itself goes with the migration before.
    operations = [migrations.RunPython(add_prices, migrations.RunPython.noop)]
