"""Addresses for lists are those that reversing gives."""

import pytest
from django.urls import reverse

from availability.links import address, in_directory

NAMES = ("change", "bed_history", "close", "details", "undo", "ask_to_hold", "note_call")


@pytest.mark.parametrize("name", NAMES)
def test_an_address_is_that_of_the_page(name):
    assert address(170, name) == reverse(f"availability:{name}", args=[170])


def test_a_ward_in_the_directory_is_at_the_address_of_its_page():
    assert in_directory(170) == reverse("availability:directory_place", args=["ward-170"])
