"""Real processes against each other."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections


def at_once(work: Callable[[int], Any], number: int) -> list[Any]:
    """Run work(0) to work(number - 1) at the same moment, each on a connection of its own."""
    barrier = threading.Barrier(number)
    answers: list[Any] = [None] * number

    def one(position: int) -> None:
        try:
            barrier.wait(timeout=10)
            answers[position] = work(position)
        except BaseException as error:
            answers[position] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(position,)) for position in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    errors = [answer for answer in answers if isinstance(answer, BaseException)]
    if errors:
        raise errors[0]
    return answers
