"""Pages that were read."""

from __future__ import annotations

from hashlib import sha256
from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.artifacts.models import Artifact
from apps.core.models import BaseModel
from apps.perception.querysets import WebPageQuerySet


class WebPage(BaseModel):
    """A page of the web as it was when it was read for somebody.

    `content` is the page as `apps.perception.web.pages.Page`; it, `title` and `text` are the words of
    strangers. A file (PDF, table) or a picture of the page lies in `artifact`. `source` is the row that was
    read a moment before and saved a second visit to the site.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="web_pages")
    department = models.CharField(max_length=40, blank=True)
    run_id = models.UUIDField(null=True)
    url = models.URLField(_("address"), max_length=2000)
    final_url = models.URLField(_("address after redirections"), max_length=2000)
    url_key = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(_("HTTP status"))
    content_type = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=20, blank=True)
    text = models.TextField(blank=True)
    content = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=60, blank=True)
    is_rendered = models.BooleanField(_("read in a browser"), default=False)
    artifact = models.ForeignKey(Artifact, on_delete=models.SET_NULL, null=True, related_name="+")
    source = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    fetched_at = models.DateTimeField(_("read at"))

    objects: ClassVar[WebPageQuerySet] = WebPageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("web page")
        verbose_name_plural = _("web pages")
        indexes = [
            models.Index(fields=["url_key", "-fetched_at"], name="web_page_by_url"),
            models.Index(fields=["run_id"], name="web_page_by_run"),
            models.Index(fields=["user", "-id"], name="web_page_by_user"),
            models.Index(fields=["department", "-id"], name="web_page_by_department"),
        ]

    def __str__(self) -> str:
        return self.title or self.final_url

    @property
    def admin_url(self) -> str:
        """The row in the back office."""
        return reverse("admin:perception_webpage_change", args=[self.pk])

    @staticmethod
    def key_of(url: str) -> str:
        """What an address is found by."""
        return sha256(url.encode()).hexdigest()
