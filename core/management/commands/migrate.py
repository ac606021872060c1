from typing import Any

from django.core.management import CommandError, CommandParser
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connections


class Command(MigrateCommand):
    """Django's migrate, run as the owner of the tables: the application may not change them."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["database"] not in connections:
            raise CommandError("Set DATABASE_OWNER_URL to the address of the tables' owner.")
        super().handle(*args, **options)
