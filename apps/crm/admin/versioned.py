"""Pages whose form shows what somebody else changed meanwhile, field by field."""

from __future__ import annotations

from apps.core import admin as core_admin


class VersionedAdmin(core_admin.VersionedAdmin):
    """As the house's; the form is a `VersionedForm`, and the page shows its clashes."""

    change_form_template = "admin/crm/versioned_form.html"
    compressed_fields = False
