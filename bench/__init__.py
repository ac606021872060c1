"""Measurements against a database of their own; none runs inside the tests."""

import django

django.setup()
