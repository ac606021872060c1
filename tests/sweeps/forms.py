"""The forms of a page as a browser would send them, and the addresses that it links to."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Fields = list[tuple[str, str]]


@dataclass
class Form:
    """`values` are sent as the page shows it; `names` are all that could be; `buttons` one each."""

    action: str = ""
    method: str = "get"
    values: Fields = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: Fields = field(default_factory=list)


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.form: Form | None = None
        self.select = ""
        self.textarea = ""
        self.text = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "form":
            self.form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self.form)
        form, name = self.form, given.get("name", "")
        if form is None:
            return
        if tag == "option" and self.select:
            form.choices.setdefault(self.select, []).append(given.get("value", ""))
            if "selected" in given:
                form.values.append((self.select, given.get("value", "")))
        if not name or "disabled" in given:
            return
        if tag == "select":
            self.select = name
            form.names.append(name)
        elif tag == "textarea":
            self.textarea, self.text = name, ""
            form.names.append(name)
        elif tag == "button" or given.get("type") == "submit":
            form.buttons.append((name, given.get("value", "")))
        elif tag == "input":
            form.names.append(name)
            value = given.get("value", "on" if given.get("type") == "checkbox" else "")
            if given.get("type") in ("checkbox", "radio"):
                form.choices.setdefault(name, []).append(value)
                if "checked" not in given:
                    return
            form.values.append((name, value))

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea" and self.form and self.textarea:
            self.form.values.append((self.textarea, self.text.strip("\r\n")))
            self.textarea = ""


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader
