"""First drafts from product data, in the brand's voice: posts, letters, outlines, ideas."""

from apps.brand.copywriting.drafts import Brief, Draft, write

__all__ = ["Brief", "Draft", "write"]
