from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from organisations.loading.directory import SHIPPED, load_directory
from organisations.loading.rows import BadFile


class Command(BaseCommand):
    help = "Load regions, services, organisations, units, collaboratives and postcodes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--folder",
            type=Path,
            default=SHIPPED,
            help="the folder of the reference files",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcomes = load_directory(options["folder"])
        except BadFile as error:
            raise CommandError(f"{error}\nNothing was loaded.") from error
        heads = ("added", "changed", "unchanged", "not loaded")
        self.stdout.write(f"{'':24}" + "".join(f"{head:>12}" for head in heads))
        for outcome in outcomes:
            counts = (
                outcome.added,
                outcome.changed,
                outcome.unchanged,
                outcome.left_out,
            )
            self.stdout.write(f"{outcome.kind:24}" + "".join(f"{count:>12,}" for count in counts))
