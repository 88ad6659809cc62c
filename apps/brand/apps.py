"""The brand's rules, and what is checked against them."""

from __future__ import annotations

from django.apps import AppConfig


class BrandConfig(AppConfig):
    """Rules as data; the linter for outgoing texts and files. Owns no tables."""

    name = "apps.brand"
    label = "brand"

    def ready(self) -> None:
        from apps.brand.rules import PATH, faults_of
        from apps.documents.checking import Problem, rules_checkers

        rules_checkers.register(PATH, lambda content: [Problem(fault) for fault in faults_of(content)])
