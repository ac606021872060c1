from django import template
from django.conf import settings
from django.template.context import RequestContext

from accounts.outside_identity.flows import Waiting, waiting_identity
from accounts.outside_identity.issuers import Issuer

register = template.Library()


@register.simple_tag
def outside_issuers() -> tuple[Issuer, ...]:
    """The services that people may log in with."""
    return tuple(settings.OIDC_ISSUERS)


@register.simple_tag(takes_context=True)
def waiting_outside_identity(context: RequestContext) -> Waiting | None:
    """What is connected once the person has logged in with the password."""
    return waiting_identity(context["request"])
