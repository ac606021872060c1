"""When an organisation may be closed or merged: each rule gives None, or the refusal in words."""

from datetime import date

from django.utils import timezone
from django.utils.formats import date_format

from organisations.closing import is_closed
from organisations.models import Organisation


def already_closed(organisation: Organisation) -> str | None:
    """Whether it has closed, or become a part of another, by now."""
    if organisation.closed_on is None or not is_closed(organisation):
        return None
    into = f" and became a part of {organisation.successor}" if organisation.successor else ""
    return f"{organisation} closed on {date_format(organisation.closed_on)}{into}."


def may_close_on(organisation: Organisation, day: date) -> str | None:
    if day < timezone.localdate():
        return "Choose today or a day to come."
    if organisation.opened_on and day < organisation.opened_on:
        return f"It opens on {date_format(organisation.opened_on)} only. Choose a later day."
    return None


def may_merge_into(organisation: Organisation, successor: Organisation) -> str | None:
    if successor == organisation:
        return "Choose another organisation than this one."
    if is_closed(successor):
        return f"{successor} is closed. Choose an organisation that is open."
    follows: Organisation | None = successor
    seen: set[int] = set()
    while follows and follows.pk not in seen:
        seen.add(follows.pk)
        follows = follows.successor
        if follows == organisation:
            return f"{successor} is to become a part of {organisation} itself."
    return None
