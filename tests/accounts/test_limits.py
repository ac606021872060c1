import pytest
from django.core.cache import cache

pytestmark = pytest.mark.django_db


def test_counts_of_wrong_passwords_are_not_pushed_out_by_others():
    cache.set("0-first", [1], 900)
    for number in range(400):
        cache.set(f"count-{number}", [1], 900)
    assert cache.get("0-first") == [1]
