"""Every address of the site, with sample values in place of its parameters."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver


class Address(NamedTuple):
    """The name that `reverse` knows, namespaces included, or the path where there is none."""

    name: str
    path: str
    route: str = ""


def every_address(
    patterns: Sequence[URLPattern | URLResolver] | None = None,
    prefix: str = "/",
    namespace: str = "",
    before: str = "/",
) -> Iterator[Address]:
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        path, route = prefix + sample(pattern), before + route_of(pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from every_address(pattern.url_patterns, path, inner, route)
        else:
            yield Address(f"{namespace}{pattern.name}" if pattern.name else path, path, route)


def route_of(pattern: URLPattern | URLResolver) -> str:
    """With its parameters in angle brackets."""
    return simplify_regex(str(pattern.pattern)).removeprefix("/")


def sample(pattern: URLPattern | URLResolver) -> str:
    """The route with '1' for numbers and 'sample' for everything else."""
    route = re.sub(r"<int:\w+>", "1", route_of(pattern))
    return re.sub(r"<[^>]+>", "sample", route)


# The pages of the admin are alike for all models: every time those of one that is changed, one that
# is read, and what is not Django's own.
ADMIN_ALIKE = re.compile(
    r"(admin:|/admin/)(?!organisations_ward_|core_auditevent_|accounts_second)"
)


def is_alike(name: str) -> bool:
    """Whether the page of that name is like another that is asked every time."""
    return bool(ADMIN_ALIKE.match(name))
