"""Where pages of beds and wards are."""

from functools import cache

from django.urls import reverse

from core.links import ANY, page


def address(pk: int, name: str) -> str:
    """The page of that name about the bed or ward of that id."""
    return page(pk, f"availability:{name}")


@cache
def before_ward() -> str:
    """What stands before the id of a ward in the address of its page in the directory."""
    return reverse("availability:directory_place", args=[f"ward-{ANY}"]).removesuffix(f"{ANY}/")


def in_directory(pk: int) -> str:
    """The page of the ward of that id in the directory."""
    return f"{before_ward()}{pk}/"
