"""Where pages are: for what every page shows, and for lists, where reversing takes longest."""

from functools import cache

from django.urls import reverse

ANY = 0


@cache
def place(name: str) -> str:
    """The page of that name, which is there once."""
    return reverse(name)


@cache
def around(name: str) -> tuple[str, str]:
    """What stands before and after the id."""
    before, after = reverse(name, args=[ANY]).split(f"/{ANY}/")
    return f"{before}/", f"/{after}"


def page(pk: int, name: str) -> str:
    """The page of that name about what has that id."""
    return str(pk).join(around(name))
