"""Names without their accents, so that "nora" finds Nóra."""

import unicodedata

from django.db.models import CharField, TextField, Transform


@CharField.register_lookup
class Plain(Transform):
    """The text without accents: `surname__plain__icontains`; there is an index of names for it."""

    lookup_name = "plain"
    # Letters apart from their marks, and those taken out; most names have none and stay.
    template = (
        "CASE WHEN octet_length(%(expressions)s) = char_length(%(expressions)s)"
        " THEN %(expressions)s"
        r" ELSE regexp_replace(normalize(%(expressions)s, NFD), '[\u0300-\u036f]', '', 'g') END"
    )
    output_field = TextField()


def plain(text: str) -> str:
    """The same of what somebody typed."""
    apart = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in apart if not "\u0300" <= letter <= "\u036f")
