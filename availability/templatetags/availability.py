from django import template

from availability import words
from availability.follow_up import words as follow_up

register = template.Library()
register.filter(follow_up.doubt)
register.filter(words.since)
register.filter(words.clock)
register.filter(words.dial)
register.filter(words.moment_of)
