from collections.abc import Mapping
from typing import Any

from django import forms


class Textarea(forms.Textarea):
    """A textarea in which a line break is one character, as the count below it shows.

    Browsers send two, with which a text that just fits would be refused.
    """

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value
