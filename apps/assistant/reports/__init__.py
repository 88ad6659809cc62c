"""What is reported of the assistant: key figures, what models cost, what agents did."""

from __future__ import annotations
