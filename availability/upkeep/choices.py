from django.db import models


class Work(models.TextChoices):
    """What is done to a bed itself."""

    RENAMED = "renamed", "Renamed"
    RETIRED = "retired", "Retired"
    RETURNED = "returned", "Brought back"
