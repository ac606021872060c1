import pytest

from cpms.local.static_files import fingerprint


@pytest.mark.parametrize(
    "name",
    [
        "static/css/a.css",
        "availability/static/b.js",
        "requirements-local.txt",
        "cpms/settings/c.py",
    ],
)
def test_a_change_of_any_source_is_noticed(tmp_path, name):
    source = tmp_path / name
    source.parent.mkdir(parents=True, exist_ok=True)
    seen = {fingerprint(tmp_path)}
    for text in ("one", "two"):
        source.write_text(text)
        seen.add(fingerprint(tmp_path))
    assert len(seen) == 3


def test_it_stays_the_same_while_nothing_changes(tmp_path):
    (tmp_path / "static").mkdir()
    (tmp_path / "static/a.css").write_text("one")
    assert fingerprint(tmp_path) == fingerprint(tmp_path)
