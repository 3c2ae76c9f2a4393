import os
import secrets
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from config import ROOT, Config, InsecureConfiguration

KNOWN = [
    "",
    "dev",
    "secret",
    "SECRET_KEY",
    "changeme",
    "x" * 64,
    "abcd" * 16,
    "0123456789abcdef" * 2,
    "0123456789abcdef0123456789abcdefghij",
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "you-will-never-guess",
    "you-will-never-guess-what-this-key-is",
    "hard to guess string, really hard to guess",
    "this-is-a-very-long-secret-key-for-you",
    "change-me-to-something-long-and-random",
    "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET_KEY",
    "YOUR_OWN_RANDOM_GENERATED_SECRET_KEY",
    "thisISaSECRET_1234",
    "\x02\x01thisismyscretkey\x01\x02\\e\\y\\y\\h",
    "TEST_NON_DEV_SECRET",
    "c292a0a3aa32397cdb050e233733900f",
    "5791628bb0b13ce0c676dfde280ba245",
    "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    "django-insecure-1q2w3e4r5t6y7u8i9o0pasdfghjklzxcvbnm",
    "A0Zr98j/3yX R~XHH!jmN]LWX/,?RT",
    '_5#y2L"F4Q8z\n\xec]/',
    "super secret key that nobody knows at all",
    "keyboard cat keyboard dog keyboard mouse",
    "flask-default-key-please-replace-me-now",
    "development-key-do-not-use-in-production",
    "my-precious-my-precious-my-password-1234",
    "insecure-key-for-casebook-on-my-machine-",
    "deadbeefdeadbeefcafebabecafebabe00112233",
]


@pytest.mark.parametrize("key", KNOWN)
def test_weak_key_is_refused_by_the_name_of_its_setting(tmp_path: Path, key: str) -> None:
    settings = {
        "CASEBOOK_ENV": "production",
        "CASEBOOK_INSTANCE": str(tmp_path),
        "CASEBOOK_SECRET_KEY": key,
    }
    with pytest.raises(InsecureConfiguration, match="CASEBOOK_SECRET_KEY"):
        Config(settings).secret_key()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("make", [secrets.token_hex, secrets.token_urlsafe])
def test_random_keys_are_taken(make) -> None:  # type: ignore[no-untyped-def]
    for _number in range(300):
        key = make(32)
        assert Config({"CASEBOOK_SECRET_KEY": key}).secret_key() == key


def test_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    settings = {"CASEBOOK_INSTANCE": str(tmp_path / "new")}
    key = Config(settings).secret_key()
    file = tmp_path / "new" / "secret-key"
    assert len(key) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    # The register lies beside it.
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert Config(settings).secret_key() == key
    assert Config({**settings, "CASEBOOK_ENV": "production"}).secret_key() == key
    assert list(file.parent.iterdir()) == [file]


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    keys: list[str] = []
    settings = {"CASEBOOK_INSTANCE": str(tmp_path)}
    ready = threading.Barrier(8)

    def start() -> None:
        ready.wait()
        keys.append(Config(settings).secret_key())

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret-key"
    file.write_text(secrets.token_hex())
    file.chmod(0o644)
    with pytest.raises(InsecureConfiguration, match="chmod 600"):
        Config({"CASEBOOK_INSTANCE": str(tmp_path)}).secret_key()


def test_weak_key_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret-key"
    file.touch(mode=0o600)
    with pytest.raises(InsecureConfiguration, match="secret-key is too weak"):
        Config({"CASEBOOK_INSTANCE": str(tmp_path)}).secret_key()


@pytest.mark.parametrize("environment", [{}, {"CASEBOOK_ENV": "production"}])
@pytest.mark.parametrize("value", ["1", "true", "yes", "on"])
def test_debugger_is_refused_in_production(environment: dict[str, str], value: str) -> None:
    with pytest.raises(InsecureConfiguration, match="FLASK_DEBUG"):
        Config({**environment, "FLASK_DEBUG": value})
    Config({"CASEBOOK_ENV": "development", "FLASK_DEBUG": value})


def test_unknown_environment_is_refused() -> None:
    with pytest.raises(InsecureConfiguration, match="CASEBOOK_ENV"):
        Config({"CASEBOOK_ENV": "prod"})


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"CASEBOOK_ENV": "production"}, "CASEBOOK_SECRET_KEY is not set"),
        ({"CASEBOOK_SECRET_KEY": "changeme"}, "CASEBOOK_SECRET_KEY is too weak"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG is set"),
        ({"CASEBOOK_PORT": "eighty"}, "CASEBOOK_PORT must be a whole number"),
    ],
)
def test_command_line_refuses_in_one_line(
    tmp_path: Path, settings: dict[str, str], says: str
) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CASEBOOK_")}
    ran = subprocess.run(
        [sys.executable, "-m", "flask", "users", "list"],
        cwd=ROOT,
        env={**clean, "CASEBOOK_INSTANCE": str(tmp_path), **settings},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 1
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr


def test_server_refuses_an_insecure_key_in_one_sentence(tmp_path: Path) -> None:
    settings = {
        "CASEBOOK_ENV": "production",
        "CASEBOOK_SECRET_KEY": "short",
        "CASEBOOK_INSTANCE": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "wsgi:app"],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "The secret key in CASEBOOK_SECRET_KEY is too weak." in done.stderr
    assert "Traceback" not in done.stderr
