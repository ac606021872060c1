"""A search in words."""

from availability.searching.form import SearchForm

# Their words begin in the middle of a sentence; those of others are names.
SENTENCES = {"sex", "age", "beds", "by", "fresh", "preparing"}


def in_words(form: SearchForm) -> list[str]:
    """What a valid search asks, part by part, e.g. ['Near SL6 0PQ', 'PICU', 'Female']."""
    used = [text for (name, _), text in form.in_use() if name != "radius"]
    return [where(form), *used]


def where(form: SearchForm) -> str:
    criteria = form.criteria
    near = criteria.place.postcode
    return f"Within {criteria.radius} miles of {near}" if criteria.radius else f"Near {near}"


def suggested_name(form: SearchForm, longest: int) -> str:
    """E.g. 'PICU, female, age 15, near SL6 0PQ'; what comes last gives way if it is too long."""
    left_out = {"radius", "full"} | ({"service_group"} if form.criteria.service_type else set())
    parts = [
        text[0].lower() + text[1:] if name in SENTENCES else text
        for (name, _), text in form.in_use()
        if name not in left_out
    ]
    near = where(form)
    last = near[0].lower() + near[1:]
    while len(", ".join([*parts, last])) > longest:
        parts.pop()
    name = ", ".join([*parts, last])
    return name[0].upper() + name[1:]
