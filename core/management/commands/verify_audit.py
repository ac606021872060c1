from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from core.sealing.verification import verify

SHOWN = 100


class Command(BaseCommand):
    help = "Check that the audit trail is as it was sealed; the exit code is 1 if it is not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head-file",
            type=Path,
            action="append",
            help="a file of heads to compare with, such as a copy that is kept elsewhere; may be "
            "given several times (default: AUDIT_HEAD_FILE)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0

        def report(sentence: str) -> None:
            nonlocal found
            found += 1
            if found <= SHOWN:
                self.stdout.write(sentence)

        def progress(number: int) -> None:
            if options["verbosity"] > 0:
                self.stderr.write(f"{number} seals checked…")

        verified = verify(
            head_files=options["head_file"] or [settings.AUDIT_HEAD_FILE],
            report=report,
            progress=progress,
        )
        if found > SHOWN:
            self.stdout.write(f"And {found - SHOWN} more.")
        self.stdout.write(
            f"{verified.sealed} events are sealed, {verified.waiting} wait. "
            f"Head: {verified.head or 'none'}"
        )
        if found:
            raise CommandError(
                f"The audit trail is not as it was sealed: {found} faults, see above."
            )
        self.stdout.write("Nothing was changed, removed, inserted or reordered.")
