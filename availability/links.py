"""Where pages of beds and wards are."""

from core.links import page


def address(pk: int, name: str) -> str:
    """The page of that name about the bed or ward of that id."""
    return page(pk, f"availability:{name}")
