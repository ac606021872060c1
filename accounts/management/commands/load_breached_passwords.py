from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from accounts.passwords.breached import Outcome, load


class Command(BaseCommand):
    help = (
        "Refuse the passwords of a list of breached ones: a text file with a SHA-1 hash in each "
        "line, as HASH:COUNT or HASH, in any order. Can be run again at any time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--at-least",
            type=int,
            default=1,
            metavar="COUNT",
            help="leave out what was seen fewer times than this",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open("rb") as file:
                outcome = load(file, at_least=options["at_least"], progress=self.report)
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        self.stdout.write(
            f"{outcome.added:,} added, {outcome.known:,} there already, "
            f"{outcome.rarer:,} too rare, {outcome.rejected:,} rejected"
        )

    def report(self, outcome: Outcome) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r{outcome.lines:,} lines", ending="")
            self.stdout.flush()
