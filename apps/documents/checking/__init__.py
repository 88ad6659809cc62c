"""Looking a version over before anybody can publish it: syntax, placeholders, attacks."""

from __future__ import annotations

from collections.abc import Callable

from apps.core.registry import Registry
from apps.documents.checking.problems import Problem, blocking
from apps.documents.choices import TemplateKind
from apps.documents.templates import Source

__all__ = ["Problem", "blocking", "check", "rules_checkers"]

#: What looks over files of rules, by path; the app whose rules they are registers it.
rules_checkers: Registry[Callable[[bytes], list[Problem]]] = Registry("checkers of rules")


def check(source: Source) -> list[Problem]:
    """All faults that can be found, those that block first; an empty list: it may be published."""
    template = source.version.template if source.version else None
    if template is None:
        return []
    if template.kind == TemplateKind.RULES:
        checker = rules_checkers.get(source.path)
        found = checker(source.content) if checker else []
    elif template.kind == TemplateKind.PPTX:
        from apps.documents.checking.masters import check_master

        found = check_master(source.content)
    elif template.kind == TemplateKind.DOCX:
        from apps.documents.checking.words import check_word

        found = check_word(source, template)
    else:
        from apps.documents.checking.pages import check_page

        found = check_page(source, template)
    return sorted(found, key=lambda problem: (not problem.blocks, problem.line))
