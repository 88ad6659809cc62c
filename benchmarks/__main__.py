"""``python -m benchmarks [turns] [imports]``: all of them if none is named."""

from __future__ import annotations

import argparse

import django


def main() -> None:
    """Run the named benchmarks; they write users, conversations and leads into the configured database."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("names", nargs="*", choices=["turns", "imports", []], help="which; all by default")
    parser.add_argument("--rows", type=int, default=20_000, help="of the file of leads")
    parser.add_argument("--seconds", type=float, default=20.0, help="of turns for each measurement")
    options = parser.parse_args()
    django.setup()
    from benchmarks import imports, turns

    wanted = options.names or ["turns", "imports"]
    if "turns" in wanted:
        turns.main(seconds=options.seconds)
    if "imports" in wanted:
        imports.main(rows=options.rows)


if __name__ == "__main__":
    main()
