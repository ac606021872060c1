"""A plan's file: whatever a version says, its file says, and brings back without loss."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from capacity_plans.files.cells import for_sheet, from_sheet, guarded, is_armed, unguarded
from capacity_plans.files.queries import VersionRows
from capacity_plans.files.reading import rows_of
from capacity_plans.files.services import keep_upload, look, save_upload
from capacity_plans.files.writing import as_csv, as_xlsx
from capacity_plans.models import PlanUpload, Version
from core.uploads import NotAList
from tests.capacity_plans.files.content import contents, fill, said
from tests.counts import often
from tests.factories import plans

ANY = settings(
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def saved(version, content, by):
    keep_upload(version=version, rows=rows_of(content), by=by)
    version.refresh_from_db()
    return save_upload(version=version, revision=version.revision, by=by)


@pytest.mark.django_db
@pytest.mark.requirement("CPMS-03", "CPMS-31")
@pytest.mark.parametrize("write", [as_xlsx, as_csv])
@settings(ANY, max_examples=often(200))
@given(contents(), contents())
def test_what_a_file_says_comes_back(version, paula, write, content, other):
    fill(version, content)
    before = said(version)
    file = write(VersionRows(version).tables)
    # On what it was made of, it changes nothing.
    upload = PlanUpload(rows=rows_of(file))
    read, _, found = look(Version.objects.get(pk=version.pk), upload)
    assert (read.bad, found.number) == ([], 0)
    # On anything else, it makes the same again.
    fill(version, other)
    saved(version, file, paula)
    assert said(version) == before
    scenario = Version.objects.filter(plan=version.plan, name="Empty").first()
    scenario = scenario or plans.draft(version.plan, number=None, name="Empty", status="scenario")
    fill(scenario, ((2026, 3, None, ""), [], [], []))
    saved(scenario, file, paula)
    assert said(scenario) == before


@given(st.text(st.sampled_from("'= +-@_x000D_\t\ra")) | st.text())
@settings(ANY)
def test_no_text_is_a_formula_and_none_is_lost(text):
    assert not guarded(text).lstrip(" ").startswith(("=", "+", "-", "@"))
    assert unguarded(guarded(text)) == text
    assert from_sheet(for_sheet(text)) == text
    assert is_armed(f"  '{text}") == is_armed(text)


def read(content):
    try:
        return rows_of(content)
    except NotAList as refusal:
        return str(refusal)


@pytest.mark.django_db
@settings(ANY, max_examples=often(1600))
@given(st.data())
def test_any_bytes_are_rows_or_a_refusal(version, data):
    """Also a file whose cells hold anything, and one with bytes that fell over."""
    header = as_csv({}).decode("utf-8-sig").strip()
    cells = st.lists(st.text() | st.sampled_from(["line", "1", "Ash", "NV201"]), max_size=40)
    rows = data.draw(st.lists(st.tuples(st.sampled_from(["line", "change", "assumption"]), cells)))
    lines = "\n".join(",".join(f'"{one}"' for one in (kind, *more)) for kind, more in rows)
    content = data.draw(
        st.sampled_from(
            [f"{header}\n{lines}".encode("utf-8", "replace"), lines.encode("utf-16", "replace")]
        )
        | st.binary()
        | st.binary().map(lambda one: b"PK\x03\x04" + one)
    )
    found = read(content)
    if isinstance(found, dict):
        look(version, PlanUpload(rows=found))
