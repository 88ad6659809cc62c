"""The local launcher: `python -m deploy.local <command>`, as the Makefile calls it.

Modules that run before the virtual environment exists (`__main__`, `bootstrap`, `packages` and what they
import) use the standard library only; the rest runs inside `.venv`.
"""
