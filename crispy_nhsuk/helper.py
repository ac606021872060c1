from crispy_forms.helper import FormHelper
from django.forms import BaseForm


class NHSFormHelper(FormHelper):
    """A form in the NHS design: no validation by the browser, errors summed up above it.

    label_size is that of labels and legends: s, m, l, xl, or empty for plain text.
    """

    template_pack = "nhsuk"

    def __init__(self, form: BaseForm | None = None) -> None:
        super().__init__(form)
        self.label_size = "s"
