"""The optional list of breached passwords: loading it, and what it refuses."""

import hashlib
import io
import tracemalloc

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from accounts.models import BreachedPassword
from accounts.passwords import breached

pytestmark = pytest.mark.django_db

PASSWORD = "Kettle-Violin-48"


def sha1(text):
    return hashlib.sha1(text.encode()).hexdigest().upper()


def load(path, *options):
    output = io.StringIO()
    call_command("load_breached_passwords", path, *options, stdout=output)
    return output.getvalue().strip()


def test_without_a_list_nothing_is_breached(django_assert_num_queries):
    with django_assert_num_queries(1):
        validate_password(PASSWORD)


def test_a_breached_password_is_refused_with_a_way_out(tmp_path):
    file = tmp_path / "list.txt"
    lines = [sha1("other"), f"{sha1(PASSWORD)}:12", "no hash", "", "0" * 39, f"{sha1('x')}:y"]
    file.write_text("\r\n".join([*lines, "f" * 5_000]))
    assert load(file).startswith("2 added, 0 there already, 0 too rare, ")
    with pytest.raises(ValidationError, match=r"known from a data breach.*Choose another: three"):
        validate_password(PASSWORD)
    validate_password(PASSWORD + "!")


def test_lines_that_are_no_hashes_are_counted(tmp_path):
    file = tmp_path / "list.txt"
    file.write_text(f"{sha1('a')}:1\nnonsense\n{sha1('b')[:-1]}\n\n{sha1('b')}:-1\n\0\xff\n")
    assert load(file) == "1 added, 0 there already, 0 too rare, 5 rejected"


def test_a_list_can_be_loaded_again_and_in_any_order(tmp_path):
    file = tmp_path / "list.txt"
    names = ["c", "a", "b", "a"]
    file.write_text("\n".join(map(sha1, names)))
    assert load(file) == "3 added, 1 there already, 0 too rare, 0 rejected"
    assert load(file) == "0 added, 4 there already, 0 too rare, 0 rejected"
    assert BreachedPassword.objects.count() == 3


def test_what_was_seen_rarely_can_be_left_out(tmp_path):
    file = tmp_path / "list.txt"
    file.write_text(f"{sha1('a')}:9\n{sha1('b')}:10\n{sha1('c')}\n")
    assert load(file, "--at-least", "10") == "2 added, 0 there already, 1 too rare, 0 rejected"


def test_memory_does_not_grow_with_the_list(monkeypatch):
    monkeypatch.setattr(breached, "BATCH", 500)

    class Endless(io.RawIOBase):
        number = 0

        def readline(self, size=-1):
            self.number += 1
            return f"{self.number:040x}:1\n".encode() if self.number <= 20_000 else b""

    reached = []
    tracemalloc.start()
    breached.load(Endless(), progress=lambda outcome: reached.append(outcome.lines))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reached == list(range(500, 20_001, 500))
    assert peak < 2_000_000


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(CommandError, match=r"nowhere\.txt: No such file"):
        call_command("load_breached_passwords", "nowhere.txt")
