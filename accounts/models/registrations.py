from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from accounts.models.people import Details


class Registration(Details):
    """What somebody registered with an address that is not proven yet.

    It becomes the account of whoever proves the address; several may wait for the same one.
    """

    address = models.EmailField()
    password_hash = models.CharField(max_length=128)
    terms_version = models.CharField(max_length=10)
    communications = models.BooleanField()
    registered_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["address"])]

    def __str__(self) -> str:
        return f"Registration with {self.address}"
