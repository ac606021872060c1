from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from accounts.services import end_helpdesk
from core.errors import DomainError


class Command(BaseCommand):
    help = "Take the helpdesk's rights away from an account, which no peer can do."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            person = end_helpdesk(address=options["address"])
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{person} is of the helpdesk no more, and is told so. If they have left, the helpdesk "
            "can now disable the account."
        )
