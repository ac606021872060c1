from typing import Any

from django.core.management import BaseCommand

from core.sealing.sealer import seal


class Command(BaseCommand):
    help = "Seal all events of the audit trail that wait for it, as the worker does every minute."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{seal()} events sealed.")
