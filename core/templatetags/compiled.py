from django import template

from core.compiled import compiled

register = template.Library()


@register.simple_tag(name="compiled")
def compiled_tag(name: str, **context: object) -> str:
    """A compiled fragment with this context alone, in a page of Django's."""
    return compiled(name, context)
