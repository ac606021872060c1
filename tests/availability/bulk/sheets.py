"""Files of beds as a bed manager downloads, edits and uploads them."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from availability.bulk.columns import COLUMNS

FILE = "availability:bulk_file"
CHECK = "availability:bulk_check"
TEMPLATE = "availability:bulk_template"


def downloaded(client, **asked):
    """The rows of the CSV as dicts."""
    answer = client.get(reverse(TEMPLATE), {"format": "csv", **asked})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def downloaded_xlsx(client):
    answer = client.get(reverse(TEMPLATE), {"format": "xlsx"})
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def as_csv(rows, *, delimiter=",", encoding="utf-8", columns=COLUMNS):
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def upload(client, content, *, name="beds.csv"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse(FILE), {"file": file}, follow=True)
