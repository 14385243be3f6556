from __future__ import annotations

from pathlib import Path

from flows import cli


def test_a_house_in_a_folder_that_was_open_is_closed_and_the_doctor_finds_it_sound(
    tmp_path: Path,
) -> None:
    home = tmp_path / "house"
    home.mkdir(mode=0o755)
    assert cli.run(["--home", str(home), "init", "--sample"]) == 0
    assert home.stat().st_mode & 0o777 == 0o700
    assert cli.run(["--home", str(home), "doctor"]) == 0
