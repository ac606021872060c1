"""The column in which names are looked for, and the triggers that keep it.

search_text of a ward is its own names, its unit's and its organisation's, so that words which
stand in different names are found through one index. Small letters and digits alone, a space
before each word: ' camhs kennet ed huntercombe hospital maidenhead the huntercombe group'.
"""

import re

import pgtrigger


def search_words(text: str) -> str:
    """The words of a text as search_text has them, without the space before the first."""
    return re.sub(r"[\W_]+", " ", re.sub("['’]", "", text)).strip().lower()


def keep_search_text(*names: str, parent: str = "", parent_id: str = "") -> pgtrigger.Trigger:
    """A trigger: search_text follows the row's own names, and its parent's search_text.

    A new row locks its parent, so that it does not miss a name which changes in that moment.
    """
    own = f"concat_ws(' ', {', '.join(names)})"
    plain = f"regexp_replace({own}, '[''’]', '', 'g')"
    words = f"lower(regexp_replace({plain}, '[^[:alnum:]]+', ' ', 'g'))"
    text = f"' ' || btrim({words})"
    lock = ""
    if parent:
        text += f" || (SELECT search_text FROM {parent} WHERE id = NEW.{parent_id})"  # noqa: S608
        lock = (
            f"IF TG_OP = 'INSERT' THEN"
            f" PERFORM 1 FROM {parent} WHERE id = NEW.{parent_id} FOR SHARE; END IF;"
        )
    return pgtrigger.Trigger(
        name="keep_search_text",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"{lock} NEW.search_text = {text}; RETURN NEW;",
    )


def pass_search_text_on(child: str, parent_id: str) -> pgtrigger.Trigger:
    """A trigger: the rows below follow when a name changes."""
    return pgtrigger.Trigger(
        name="pass_search_text_on",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.search_text IS DISTINCT FROM NEW.search_text"),
        func=f"""
            UPDATE {child} SET search_text = '' WHERE {parent_id} = NEW.id;
            RETURN NULL;
        """,  # noqa: S608 - from our models
    )
