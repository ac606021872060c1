"""Addresses for lists are those that reversing gives."""

import pytest
from django.urls import reverse

from availability.links import address

NAMES = ("change", "bed_history", "close", "details", "undo", "ask_to_hold", "note_call")


@pytest.mark.parametrize("name", NAMES)
def test_an_address_is_that_of_the_page(name):
    assert address(170, name) == reverse(f"availability:{name}", args=[170])
