"""Decisions as a file: read whole or refused naming the key, and written as they are read."""

from typing import Any

import pytest

from app.services.importing import ImportRefused, read_decisions


@pytest.mark.parametrize(
    ("found", "where"),
    [
        ([], "the beginning. It must be an object in braces"),
        ({"row": {}}, "row. It must be one of rows, names"),
        ({"rows": {"x": {}}}, "rows, x. It must be the number of a line"),
        ({"rows": {"2": {}, "02": {}}}, "rows, 02. It must be the only decision"),
        ({"rows": {"2": []}}, "rows, 2. It must be an object"),
        ({"rows": {"2": {"cases": [7]}}}, "rows, 2, cases. It must be what the cell is to say"),
        ({"rows": {"2": {"cases": True}}}, "rows, 2, cases. "),
        ({"rows": {"2": {"colour": "red"}}}, "rows, 2, colour. It must be one of date, country"),
        ({"rows": {"2": {"leave_out": "yes"}}}, "rows, 2, leave_out. It must be true or false"),
        ({"rows": {"2": {"existing": "mine"}}}, 'rows, 2, existing. It must be "file"'),
        ({"rows": {"2": {"fingerprint": 7}}}, "rows, 2, fingerprint. "),
        ({"names": {"China": {}}}, 'names, China. It must be {"country": "its name"}'),
        (
            {"names": {"USA": {"country": "Chad"}, "usa": {"country": "Peru"}}},
            "names, usa. It must be what the other spelling",
        ),
        ({"problems": {"conflict": "both"}}, "problems, conflict. It must be one of hold, leave"),
        ({"problems": {"number": "first"}}, "problems, number. It must be one of hold, leave_out."),
        ({"problems": {"conflcit": "first"}}, "problems, conflcit. It must be one of conflict,"),
    ],
)
def test_what_is_no_decision_is_refused_naming_the_key(found: Any, where: str) -> None:
    with pytest.raises(ImportRefused) as refusal:
        read_decisions(found)
    assert f"cannot be read at: {where}" in str(refusal.value)


def test_decisions_are_exported_as_they_are_read() -> None:
    found = {
        "rows": {
            "3": {"leave_out": True, "fingerprint": "f" * 64},
            "5": {"cases": "7", "deaths": "", "existing": "register"},
        },
        "names": {"Burma": {"country": "Myanmar"}, "Ruritania": {"new": True}},
        "problems": {"conflict": "last", "sum": "leave_out"},
    }
    assert read_decisions(found).as_dict() == found
