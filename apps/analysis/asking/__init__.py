"""Understanding a question in plain words, without a model."""

from apps.analysis.asking.questions import Plan, form_of, understand
from apps.analysis.asking.times import Span
from apps.analysis.asking.unclear import Unclear

__all__ = ["Plan", "Span", "Unclear", "form_of", "understand"]
