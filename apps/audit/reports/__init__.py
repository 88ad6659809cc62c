"""The e-mail log and the audit trail as reports."""

from __future__ import annotations
