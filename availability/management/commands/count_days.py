from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management import BaseCommand

from availability.days import count_days


class Command(BaseCommand):
    help = "Count each ward as it stood at the end of each day that is not yet counted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        new = count_days(first=options["first"], last=options["last"], tell=self.tell)
        self.stdout.write(f"{new:,} rows are new.")

    def tell(self, day: date, new: int) -> None:
        self.stdout.write(f"{day}  {new:>8,}")
