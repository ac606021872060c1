from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from accounts.services import make_helpdesk
from core.errors import DomainError


class Command(BaseCommand):
    help = "Make helpdesk of an account whose email address is verified: the first of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            grant = make_helpdesk(address=options["address"])
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{grant.person} is of the helpdesk now, and is told so by email.")
