"""Nobody is told in a mail that he himself asks him."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string

from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("form", ["approvals/mail.txt", "approvals/mail.html"])
def test_who_asks_is_named_only_to_somebody_else(cast: Cast, form: str) -> None:
    def written(approver: object) -> str:
        asked = SimpleNamespace(run=SimpleNamespace(user=cast.owner, user_id=cast.owner.pk), summary="A mail")
        return render_to_string(form, {"approval": asked, "approver": approver, "preview": {}, "url": "/x"})

    assert f"{cast.owner.name} asks for your decision:" in written(cast.manager)
    assert f"{cast.owner.name} asks" not in written(cast.owner)
    assert "what you asked for waits for your decision:" in written(cast.owner)
