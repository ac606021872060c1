from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connections


class Command(MigrateCommand):
    """Django's migrate, run as the owner of the tables: the application's role has no such right."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["database"] not in connections:
            raise CommandError("Set DATABASE_OWNER_URL to the address of the tables' owner.")
        super().handle(*args, **options)
