import csv
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from tqdm import tqdm

from core.spreadsheets import disarmed
from organisations.loading.postcode_files import PostcodeFile, Rejected
from organisations.loading.rows import BadFile
from organisations.loading.unit_postcodes import Loaded, load_file


class Command(BaseCommand):
    help = "Load unit postcodes from an ONS Postcode Directory or Code-Point Open."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help="a CSV file")
        parser.add_argument(
            "--rejected",
            type=Path,
            default=Path("rejected-postcodes.csv"),
            help="where to write the lines that are rejected, with reasons (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = Loaded()
        try:
            files = [PostcodeFile(path) for path in options["files"]]
            self.load(files, options["rejected"], loaded)
        except KeyboardInterrupt:
            self.report(loaded)
            raise CommandError(
                "Stopped. What is counted above is kept: run it again to load the rest."
            ) from None
        except BadFile as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        self.report(loaded)
        if loaded.rejected:
            self.stdout.write(f"The lines that were rejected are in {options['rejected']}.")

    def load(self, files: list[PostcodeFile], rejected: Path, loaded: Loaded) -> None:
        size = sum(file.size for file in files)
        with ExitStack() as stack:
            rejects = csv.writer(stack.enter_context(rejected.open("w", newline="")))
            rejects.writerow(["file", "line", "postcode", "reason"])
            bar = stack.enter_context(
                # None: shown on a terminal alone, not in the log of a scheduled run.
                tqdm(total=size, unit="B", unit_scale=True, disable=None)
            )
            for file in files:
                bar.set_description(file.path.name)

                def reject(line: Rejected, name: str = file.path.name) -> None:
                    row = [disarmed(name), line.line, disarmed(line.postcode), line.reason]
                    rejects.writerow(row)

                load_file(file, loaded, reject=reject, advance=bar.update)

    def report(self, loaded: Loaded) -> None:
        counts = {
            "added": loaded.added,
            "changed": loaded.changed,
            "unchanged": loaded.unchanged,
            "no longer in use": loaded.no_longer_used,
            "rejected": loaded.rejected.total(),
        }
        for what, count in counts.items():
            self.stdout.write(f"{what:24}{count:>12,}")
        for reason, count in loaded.rejected.most_common():
            self.stdout.write(f"  {reason}: {count:,}")
