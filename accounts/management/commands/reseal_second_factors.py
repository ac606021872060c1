from typing import Any

from django.core.management import BaseCommand
from django.db import transaction

from accounts.models import AuthenticatorDevice
from accounts.second_factor.sealing import reseal


class Command(BaseCommand):
    help = "Encrypt the secrets of authenticator apps with the first of SECOND_FACTOR_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        keys = list(AuthenticatorDevice.objects.order_by("pk").values_list("pk", flat=True))
        for key in keys:
            with transaction.atomic():
                device = AuthenticatorDevice.objects.select_for_update().filter(pk=key).first()
                if device:
                    device.sealed_secret = reseal(device.sealed_secret)
                    device.save(update_fields=["sealed_secret"])
        self.stdout.write(f"Encrypted anew: {len(keys)}. The other keys can be taken away.")
