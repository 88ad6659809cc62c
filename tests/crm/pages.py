"""What a browser without scripts sends to the pages of leads, companies and contacts."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.crm.subjects import Subject, subject_url

JSON = {"HTTP_ACCEPT": "application/json"}


class _Form(HTMLParser):
    """Collects what the form with the given id would send."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.data: dict[str, str] = {}
        self._inside = False
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = known.get("id") == self.form_id
        if not self._inside:
            return
        if tag == "input" and known.get("type") not in {"submit", "checkbox", "file"} and "name" in known:
            self.data[known["name"]] = known.get("value", "")
        if tag in {"textarea", "select"}:
            self._open = known.get("name", "")
            self.data.setdefault(self._open, "")
        if tag == "option" and "selected" in known:
            self.data[self._open] = known.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"textarea", "select"}:
            self._open = ""
        if tag == "form":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside and self._open and self.data.get(self._open) == "":
            self.data[self._open] = data.removeprefix("\n") if data.strip() else ""


def form_data(html: str, form_id: str) -> dict[str, str]:
    """What that form of the page would send if nobody touched it; line ends as browsers send them."""
    parser = _Form(form_id)
    parser.feed(html)
    data = {name: value.replace("\n", "\r\n") for name, value in parser.data.items()}
    data.pop("csrfmiddlewaretoken", None)
    return data


def opened_form(client: Client, subject: Subject) -> dict[str, str]:
    """The form of the edit tab as it is when it was just opened."""
    page = client.get(f"{subject_url(subject)}?tab=edit")
    return form_data(page.content.decode(), f"{subject._meta.model_name}_form")


def action_url(subject: Subject, name: str, /, **parts: Any) -> str:
    """The path of a small form below the page, such as `log` or `move`."""
    label = f"{subject._meta.app_label}_{subject._meta.model_name}"
    return reverse(f"admin:{label}_{name}", kwargs={"pk": subject.pk, **parts})


def note_file(name: str = "menu.txt", content: bytes = b"Nasi lemak") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)
