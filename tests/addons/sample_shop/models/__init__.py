"""What sample_shop stores."""

from sample_shop.models.deals import Customer, Deal, DealTag, Line, Stage, Tag

MODELS = (Customer, Tag, Deal, Line, DealTag)

__all__ = ["MODELS", "Customer", "Deal", "DealTag", "Line", "Stage", "Tag"]
