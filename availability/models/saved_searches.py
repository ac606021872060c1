"""What people search for again and again."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts.models import User


class SavedSearch(models.Model):
    """A search that somebody wants to be told of; `asked` is what its address asks."""

    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    asked = models.CharField(max_length=2000)
    saved_at = models.DateTimeField(db_default=Now())
    is_on = models.BooleanField(default=True, help_text="Its person is told when a ward opens")
    told_at = models.DateTimeField(null=True, help_text="When they were last told of a ward")
    known = ArrayField(
        models.BigIntegerField(),
        default=list,
        help_text="The wards that were open when it was last looked at, by id: no news any more",
    )
    version = models.PositiveIntegerField(
        default=0, help_text="How often `known` was written: whoever writes it has to have read it"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "asked"], name="saved_search_once"),
        ]

    def __str__(self) -> str:
        return self.name
