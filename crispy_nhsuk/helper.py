from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.utils import TEMPLATE_PACK


class NHSFormHelper(FormHelper):
    """A form in the NHS design: no validation by the browser, errors summed up above it."""

    template_pack = "nhsuk"
    label_size = "s"

    def get_attributes(self, template_pack: str = TEMPLATE_PACK) -> dict[str, Any]:
        """Adds the size of labels and legends: s, m, l, xl, or empty for plain text."""
        return {**super().get_attributes(template_pack), "label_size": self.label_size}
