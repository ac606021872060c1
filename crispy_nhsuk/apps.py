from django.apps import AppConfig


class CrispyNHSUKConfig(AppConfig):
    """A crispy-forms template pack for the NHS design system."""

    name = "crispy_nhsuk"
