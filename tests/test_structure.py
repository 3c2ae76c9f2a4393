"""The code keeps to its own rules: sizes, rooms, one write path, pages without inline code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import models
from app.blueprints import BLUEPRINTS
from app.database import Base
from tests.conftest import ROOT

LONGEST_FILE = 300
LONGEST_TEST_FILE = 400
LONGEST_FUNCTION = 40
LONGEST_TEMPLATE = 120

APP = sorted((ROOT / "app").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))

# The only rooms whose code may write to the tables of the register.
WRITE_PATH = (
    "services/states.py",
    "services/bulk_editing.py",
    "services/importing/",
    "services/undoing/",
    "services/totals.py",
)
REGISTER = {"Record": "record", "RecordVersion": "record_version"}
WRITING_SQL = re.compile(
    r"(INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM|COPY|TRUNCATE)\s+\"?(record|record_version)\b",
    re.IGNORECASE,
)
# Partial templates and macros have no title of their own.
PAGES = [
    file
    for file in TEMPLATES
    if not file.name.startswith("_") and file.name != "base.html" and "macros" not in file.parts
]


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def written_by_code() -> list[Path]:
    folders = ("app", "tests", "bench", "tools")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    own = [*(ROOT / "static").glob("*.*"), *(ROOT / "static" / "js").glob("*.js")]
    return [*files, *own, ROOT / "config.py"]


@pytest.mark.parametrize("file", written_by_code(), ids=name_of)
def test_file_is_one_room(file: Path) -> None:
    lines = len(file.read_text().splitlines())
    longest = LONGEST_TEST_FILE if ROOT / "tests" in file.parents else LONGEST_FILE
    assert lines <= longest, f"{lines} lines: take it apart"


@pytest.mark.parametrize("file", TEMPLATES, ids=name_of)
def test_template_is_short(file: Path) -> None:
    lines = len(file.read_text().splitlines())
    assert lines <= LONGEST_TEMPLATE, f"{lines} lines: move parts into macros or fragments"


@pytest.mark.parametrize("file", APP, ids=name_of)
def test_functions_are_short(file: Path) -> None:
    for function in functions(ast.parse(file.read_text())):
        lines = (function.end_lineno or 0) - function.lineno + 1
        assert lines <= LONGEST_FUNCTION, f"{function.name} has {lines} lines"


@pytest.mark.parametrize("file", APP, ids=name_of)
def test_public_functions_say_what_they_do(file: Path) -> None:
    tree = ast.parse(file.read_text())
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


@pytest.mark.parametrize("file", PAGES, ids=name_of)
def test_page_stands_in_the_frame_with_a_title(file: Path) -> None:
    text = file.read_text()
    base = re.search(r"{% extends [\"']([^\"']+)[\"'] %}", text)
    assert base, "the page extends no template"
    titled = "{% block title %}" in text
    parent = ROOT / "templates" / base[1]
    assert titled or (base[1] != "base.html" and "{% block title %}" in parent.read_text())


@pytest.mark.parametrize("file", TEMPLATES, ids=name_of)
def test_template_trusts_nothing_and_has_no_inline_code(file: Path) -> None:
    text = file.read_text()
    assert not re.search(r"\|\s*safe\b", text), "|safe"
    assert "autoescape false" not in text
    assert not re.search(r"<style\b|\sstyle\s*=", text), "inline style"
    assert not re.search(r"\son[a-z]+\s*=", text), "inline handler"
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "inline script"
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", text) or "rel=" in text


@pytest.mark.parametrize("file", APP, ids=name_of)
def test_only_the_write_path_writes_to_the_register(file: Path) -> None:
    inside = file.relative_to(ROOT / "app").as_posix()
    if inside.startswith(WRITE_PATH):
        return
    tree = ast.parse(file.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not WRITING_SQL.search(node.value), f"line {node.lineno} writes by SQL"
        if isinstance(node, ast.Call):
            assert not writes_to_register(node), f"line {node.lineno} writes to the register"


def writes_to_register(call: ast.Call) -> bool:
    """Tell calls like Record(...), insert(Record), Record.__table__.delete() and the like."""
    function = ast.unparse(call.func)
    if function.rpartition(".")[2] in REGISTER:
        return True
    writing = function.rpartition(".")[2] in ("insert", "update", "delete", "bulk_insert_mappings")
    about = ast.unparse(call.args[0]) if call.args else function
    return writing and any(re.match(rf"(\w+\.)*{name}\b", about) for name in REGISTER)


def test_write_path_is_what_it_says() -> None:
    """Show that the test above sees what it is meant to see."""
    for text in ("Record(id=1)", "insert(Record)", "models.Record.__table__.delete()"):
        call = ast.parse(text).body[0].value  # type: ignore[attr-defined]
        assert writes_to_register(call), text
    for text in ("select(Record)", "RecordValues(1)", "session.get(Record, 1)", "delete(Todo)"):
        call = ast.parse(text).body[0].value  # type: ignore[attr-defined]
        assert not writes_to_register(call), text
    assert WRITING_SQL.search("INSERT INTO record (id)")
    assert not WRITING_SQL.search("UPDATE record_stage SET x = 1")


@pytest.mark.parametrize("file", VERSIONS, ids=name_of)
def test_migration_goes_back_and_knows_no_model(file: Path) -> None:
    tree = ast.parse(file.read_text())
    named = {function.name: function for function in functions(tree)}
    for direction in ("upgrade", "downgrade"):
        body = named[direction].body
        assert not all(isinstance(node, ast.Pass) for node in body), f"{direction} does nothing"
    modules = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not [module for module in modules if str(module).startswith("app")]


def test_every_model_is_exported() -> None:
    classes = {mapper.class_.__name__ for mapper in Base.registry.mappers}
    missing = classes - set(models.__all__)
    assert not missing, f"add {missing} to app/models/__init__.py"


def test_every_blueprint_is_registered() -> None:
    folders = {file.parent.name for file in (ROOT / "app").glob("*/views.py")} - {"crud"}
    missing = folders - {blueprint.name for blueprint in BLUEPRINTS}
    assert not missing, f"add {missing} to app/blueprints.py"


def test_every_setting_is_documented() -> None:
    config = (ROOT / "config.py").read_text()
    names = set(re.findall(r"_(?:get|number)\(\"([A-Z_]+)\"", config))
    sources = [config, (ROOT / "gunicorn.conf.py").read_text(), *(f.read_text() for f in APP)]
    names |= {name for text in sources for name in re.findall(r"\bCASEBOOK_([A-Z][A-Z_]+)", text)}
    readme = (ROOT / "README.md").read_text()
    rows = [line for line in readme.splitlines() if line.startswith("| `CASEBOOK_")]
    documented = set(
        re.findall(r"`CASEBOOK_([A-Z_]+)`", "\n".join(row.split("|")[1] for row in rows))
    )
    assert names - documented == set(), "the README's table of settings lacks these"
    assert documented - names == set(), "the README's table names settings that nothing reads"
