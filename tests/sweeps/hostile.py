"""What no page asks for, and a program may send."""

from typing import Any

from hypothesis import strategies as st

TEXTS = (
    "",
    " ",
    "\0",
    "a\0b",
    "\r\nSet-Cookie: x=1",
    "-1",
    "0",
    "1e999",
    "NaN",
    "٣",
    "9" * 30,
    "-9223372036854775809",
    "9223372036854775808",
    "true",
    "null",
    "[]",
    "{}",
    "[" * 500,
    "ward:1",
    "ward:99999999999999999999",
    "unit:-1",
    "organisation:\0",
    "ward:ward:1",
    "SL6 0PQ",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "%00",
    "../../etc/passwd",
    "https://evil.example/",
    "//evil.example",
    "\u202e\u0301ﷺ" * 20,
    "\U0001f3e5" * 300,
    "x" * 5_000,
    "2026-02-30",
    "0000-00-00",
    "99999-12-31",
)

# As bytes that are no UTF-8, or UTF-8 of half a letter: a browser would never send them.
BROKEN = (b"%ED%A0%80", b"%FF%FE", b"%C0%80", b"%", b"%u0041", b"%E2%28%A1")

hostile_text = st.one_of(
    st.sampled_from(TEXTS), st.integers().map(str), st.text(max_size=200), st.floats().map(str)
)


def changes_of(names: list[str], choices: dict[str, list[str]], others: list[str]) -> Any:
    """Lists of changes to a form: (what to do, field, value); `others` are foreign ids."""
    fields = st.sampled_from([*names, "id", "pk", "person", "is_active", "capability", "next"])
    values = st.one_of(hostile_text, st.sampled_from(others)) if others else hostile_text
    known = sorted({value for some in choices.values() for value in some}) or [""]
    return st.lists(
        st.tuples(
            st.sampled_from(["set", "set", "add", "drop"]),
            fields,
            st.one_of(values, st.sampled_from(known)),
        ),
        min_size=1,
        max_size=6,
    )


def changed(values: list[tuple[str, str]], changes: list[tuple[str, str, str]]) -> Any:
    """A form's fields after the changes."""
    fields = list(values)
    for what, name, value in changes:
        if what in ("set", "drop"):
            fields = [(known, kept) for known, kept in fields if known != name]
        if what in ("set", "add"):
            fields.append((name, value))
    return fields
