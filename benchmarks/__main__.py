"""``python -m benchmarks [turns] [imports] [back_office] [pdf_tables]``: all of them if none is named."""

from __future__ import annotations

import argparse

import django


def main() -> None:
    """Run the named benchmarks; they write users, conversations and leads into the configured database."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    names = ["turns", "imports", "back_office", "pdf_tables"]
    parser.add_argument("names", nargs="*", choices=[*names, []], help="which; all by default")
    parser.add_argument("--rows", type=int, default=20_000, help="of the file of leads")
    parser.add_argument("--seconds", type=float, default=20.0, help="of turns for each measurement")
    parser.add_argument("--leads", type=int, default=200_000, help="in the back office, at least")
    options = parser.parse_args()
    django.setup()
    from benchmarks import back_office, imports, pdf_tables, turns

    wanted = options.names or names
    if "turns" in wanted:
        turns.main(seconds=options.seconds)
    if "imports" in wanted:
        imports.main(rows=options.rows)
    if "back_office" in wanted:
        back_office.main(leads=options.leads)
    if "pdf_tables" in wanted:
        pdf_tables.main(rows=5_000)


if __name__ == "__main__":
    main()
