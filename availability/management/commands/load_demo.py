from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from availability.demo import password as demo_password
from availability.demo.estate import A_YEAR, DirectoryMissing, is_loaded, load_estate
from availability.demo.people import PEOPLE, set_password
from organisations.loading.directory import SHIPPED, load_directory
from organisations.models import Organisation


class Command(BaseCommand):
    help = "Fill a demonstration with invented wards, beds and people, on real sites."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="leave an estate that is there already"
        )
        parser.add_argument("--seed", type=int, default=2026, help="the same seed, the same estate")

        parser.add_argument(
            "--days", type=int, default=A_YEAR, help="how far back the beds' history goes"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("This is not a demonstration: nothing was loaded.")
        loaded = is_loaded()
        if loaded and not options["if_empty"]:
            raise CommandError("The demonstration estate is there already. Nothing was loaded.")
        file = settings.STATE_DIR / "demo-password"
        lost = loaded and not file.exists()
        try:
            password = demo_password.read_or_make(file)
            if not loaded:
                if not Organisation.objects.exists():
                    load_directory(SHIPPED)
                load_estate(
                    seed=options["seed"],
                    now=timezone.now(),
                    password=password,
                    days=options["days"],
                )
            elif lost:
                set_password(password)
        except ValidationError as error:
            raise CommandError(f"{file}: {' '.join(error.messages)}") from error
        except DirectoryMissing as error:
            raise CommandError(f"{error} (manage.py load_directory)") from error
        self.stdout.write("Demonstration: wards, beds and people are invented.")
        for person in PEOPLE:
            self.stdout.write(f"  {person.email:32}may {person.may}")
        self.stdout.write("Where a code is asked for beside the password, the page shows it.")
        self.stdout.write(f"Password: {password}")
