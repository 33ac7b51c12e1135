"""Settings come from defaults, one TOML file and the environment, and what cannot be read is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from base.settings import SettingRefused, Settings, kept_secret_key, read_settings


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(tmp_path: Path) -> None:
    file = tmp_path / "skillshed.toml"
    file.write_text('port = 9000\nhost = "127.0.0.1"\n', encoding="utf-8")
    settings = read_settings(environ={"SKILLSHED_PORT": "9100"}, file=file)
    assert (settings.port, settings.host, settings.threads) == (9100, "127.0.0.1", Settings().threads)


def test_a_file_named_in_the_environment_is_read(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("secure_cookies = true\n", encoding="utf-8")
    assert read_settings(environ={"SKILLSHED_CONFIG": str(file)}).secure_cookies


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"SKILLSHED_PORT": "many"}, "SKILLSHED_PORT to 'many'; write a whole number"),
        ({"SKILLSHED_SECURE_COOKIES": "perhaps"}, "write true or false"),
        ({"SKILLSHED_COLOUR": "blue"}, "SKILLSHED_COLOUR, which is no setting"),
        ({"SKILLSHED_CONFIG": "nowhere.toml"}, "nowhere.toml cannot be read"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(environ: dict[str, str], words: str) -> None:
    with pytest.raises(SettingRefused, match=words):
        read_settings(environ=environ)


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    file = tmp_path / "skillshed.toml"
    file.write_text("port: 9000", encoding="utf-8")
    with pytest.raises(SettingRefused, match=r"skillshed\.toml is not TOML"):
        read_settings(environ={}, file=file)


def test_the_secret_key_is_made_once_and_kept_for_its_owner(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")
    key = kept_secret_key(settings)
    assert len(key) > 40
    assert kept_secret_key(settings) == key
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o077 == 0
