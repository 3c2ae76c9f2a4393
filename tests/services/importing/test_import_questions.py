"""What a file leaves open is asked, with answers to choose from."""

import io
import json
from typing import Any

import pytest

from app.services.importing import (
    ImportOptions,
    ImportRefused,
    Preview,
    Question,
    preview,
    read_question,
)
from app.services.importing.encodings import ask_encoding
from tests.support.imports import HEADING

ROW = "2003-03-17,Germany,1,2,3\n"


def ask(content: bytes | str, **options: Any) -> Question:
    with pytest.raises(ImportRefused) as refusal:
        look(content, **options)
    question = refusal.value.question
    assert question
    assert read_question(json.loads(json.dumps(question.as_dict()))) == question
    return question


def look(content: bytes | str, **options: Any) -> Preview:
    data = content if isinstance(content, bytes) else content.encode()
    return preview(io.BytesIO(data), ImportOptions(**options))


def answers(question: Question) -> list[tuple[str, str]]:
    return [(choice.value, str(choice.label)) for choice in question.choices]


def test_dates_that_read_two_ways_are_asked_with_both_readings() -> None:
    question = ask(HEADING + "03/04/2003,Germany,1,2,3\n")
    assert question.kind == "date_format"
    assert answers(question) == [
        ("dd/mm/yyyy", "03/04/2003 is 2003-04-03"),
        ("mm/dd/yyyy", "03/04/2003 is 2003-03-04"),
    ]


def test_years_of_two_digits_are_asked_about() -> None:
    question = ask(HEADING + "17.03.03,Germany,1,2,3\n" * 1001)
    assert ("dd.mm.yy", "17.03.03 is 2003-03-17") in answers(question)


def test_missing_column_is_asked_with_all_headings() -> None:
    question = ask("day,place,cases,deaths\n2003-03-17,Germany,1,2\n")
    assert (question.kind, question.missing) == ("columns", ("country",))
    assert question.taken == {"date": "day", "cases": "cases", "deaths": "deaths"}
    assert answers(question)[:2] == [("day", "day, taken for date"), ("place", "place")]
    found = look("day,place,cases,deaths\n2003-03-17,Germany,1,2\n", columns={"place": "country"})
    assert found.understood["columns"]["country"] == "place"


def test_column_that_stands_there_twice_can_be_told_apart() -> None:
    content = "date,country,cases,cases,deaths\n2003-03-17,Germany,1,2,3\n"
    assert [value for value, _ in answers(ask(content))][2:4] == ["cases", "cases (2)"]
    found = look(content, columns={"cases (2)": "cases"})
    assert found.understood["ignored"] == ["cases"]


def test_look_alike_column_can_be_ignored() -> None:
    content = "date,country,cases,deaths,recoverys\n2003-03-17,Germany,1,2,3\n"
    assert ask(content).kind == "columns"
    found = look(content, columns={"recoverys": "ignore"})
    assert found.understood["ignored"] == ["recoverys"]


def test_unknown_delimiter_is_asked_with_the_headings_it_gives() -> None:
    question = ask((HEADING + ROW).replace(",", "~"))
    assert question.kind == "delimiter"
    assert question.choices[0].value == "~"
    assert question.choices[0].preview[:2] == ("date", "country")


NAMES = {
    "cp949": ["베트남", "대한민국", "중국", "캐나다"],
    "gb18030": ["越南", "中国", "加拿大", "新加坡"],
    "shift_jis": ["日本", "カナダ", "ベトナム", "中国"],
    "cp1252": ["Réunion", "Côte d'Ivoire", "España", "Österreich"],
}


@pytest.mark.parametrize("encoding", NAMES)
def test_encoding_is_asked_and_the_right_one_comes_first(encoding: str) -> None:
    names = NAMES[encoding]
    content = HEADING + "".join(f"2003-03-17,{name},1,2,3\n" for name in ["Germany", *names])
    question = ask(content.encode(encoding))
    assert question.kind == "encoding"
    assert question.choices[0].value == encoding
    assert list(question.choices[0].preview) == names


def test_utf_16_without_mark_is_asked_about() -> None:
    question = ask((HEADING + ROW).encode("utf-16-le"))
    assert answers(question) == [("utf-16-le", "UTF-16, little-endian")]
    assert "Germany" in question.choices[0].preview


def test_names_far_down_are_shown_too() -> None:
    content = (HEADING + ROW * 20_000).encode() + "2003-03-17,베트남,1,2,3\n".encode("cp949")
    assert ask_encoding([content[:5000], content[5000:]]).choices[0].preview == ("베트남",)


def test_preview_shows_headings_rows_and_what_was_understood() -> None:
    found = look((HEADING + "\n" + ROW * 9).replace(",", ";"))
    assert found.headings == tuple(HEADING.strip().split(","))
    assert found.rows == [("2003-03-17", "Germany", "1", "2", "3")] * 3
    assert found.understood["delimiter"] == "semicolon"
