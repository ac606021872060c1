"""Indexes that several models of the directory have in common."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper


def indexes_of_names(prefix: str) -> list[models.Index]:
    """What serves a part of a name, a part of any name in search_text, and the order of lists."""
    return [
        GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name=f"{prefix}_name_part"),
        GinIndex(fields=["search_text"], name=f"{prefix}_search", opclasses=["gin_trgm_ops"]),
        models.Index(fields=["name", "id"], name=f"{prefix}_in_order"),
    ]


def index_of_postcodes(prefix: str) -> models.Index:
    """What serves a postcode, or its beginning."""
    name, operators = f"{prefix}_postcode_begins", ["varchar_pattern_ops"]
    return models.Index(fields=["postcode"], name=name, opclasses=operators)
