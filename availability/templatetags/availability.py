from django import template

from availability import words

register = template.Library()
register.filter(words.since)
