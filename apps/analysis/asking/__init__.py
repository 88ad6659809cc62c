"""Understanding a question in plain words, without a model."""

from apps.analysis.asking.questions import Plan, Span, Unclear, understand

__all__ = ["Plan", "Span", "Unclear", "understand"]
