"""Every model file is the one we tested with, and its page says where it comes from."""

from pathlib import Path

import pytest

from ekyc.vision import models


@pytest.mark.parametrize("name", models.SHA256)
def test_a_model_is_handed_out_when_its_checksum_is_right(name: str) -> None:
    assert models.path(name).name == name


@pytest.mark.parametrize("name", models.SHA256)
def test_the_models_page_names_the_file_and_its_checksum(name: str) -> None:
    row = next(
        line
        for line in (models.FOLDER / "MODELS.md").read_text(encoding="utf-8").splitlines()
        if line.startswith(f"| `{name}`")
    )
    assert models.SHA256[name] in row


def test_no_model_lies_in_the_folder_without_a_checksum() -> None:
    files = {file.name for file in models.FOLDER.iterdir() if file.is_file()}
    assert {name.removesuffix(".gz") for name in files - {"__init__.py", "MODELS.md"}} == set(
        models.SHA256
    )


def test_a_damaged_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "face_landmarker.task").write_bytes(b"not a model")
    monkeypatch.setattr(models, "FOLDER", tmp_path)
    models.path.cache_clear()
    with pytest.raises(models.ModelDamaged):
        models.path("face_landmarker.task")
    models.path.cache_clear()
