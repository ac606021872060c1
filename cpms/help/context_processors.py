from django.http import HttpRequest

from cpms.help.pages import help_of


def help_link(request: HttpRequest) -> dict[str, str]:
    """Where "Help" in the header leads from this page."""
    match = request.resolver_match
    return {"help_url": help_of(match.view_name if match else "")}
