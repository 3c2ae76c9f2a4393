import datetime as dt
import json

import pytest

from app.services.tables import csv_lines, defuse, json_lines, undo_defusing


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1", "''-1"]
)
def test_formula_is_defused_and_comes_back_whole(text: str) -> None:
    assert defuse(text) == f"'{text}"
    assert undo_defusing(defuse(text)) == text


@pytest.mark.parametrize("text", ["", "Viet Nam", "'twas", "'", "1-2", "캐나다"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert defuse(text) == text
    assert undo_defusing(text) == text


def test_csv_leaves_numbers_and_days_alone() -> None:
    rows = [["-5", -5, dt.date(2003, 4, 12), None]]
    text = "".join(csv_lines(["text", "number", "day", "nothing"], rows))
    assert text == "\ufefftext,number,day,nothing\r\n'-5,-5,2003-04-12,\r\n"


@pytest.mark.parametrize("count", [0, 1, 3])
def test_json_is_one_list(count: int) -> None:
    rows = [{"name": "한국", "day": dt.date(2003, 4, 12)}] * count
    expected = [{"name": "한국", "day": "2003-04-12"}] * count
    assert json.loads("".join(json_lines(rows))) == expected
