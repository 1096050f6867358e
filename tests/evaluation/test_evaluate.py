"""``python -m vton_core evaluate``."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from tests.evaluation.test_ssim import NOISY, PHOTO
from vton_core.__main__ import main
from vton_core.errors import InputError
from vton_core.evaluation.cli import matched
from vton_core.evaluation.ssim import ms_ssim, ssim
from vton_core.images import write_png


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name, picture in (("ann_shirt", NOISY), ("bob", PHOTO), ("nobody_shirt", PHOTO)):
        write_png(tmp_path / "result" / f"{name}.png", picture)
    for name in ("ann", "bob", "carl"):
        write_png(tmp_path / "truth" / f"{name}.png", PHOTO)
    return tmp_path / "result", tmp_path / "truth"


def test_the_table_says_the_means(folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--result", str(folders[0]), "--truth", str(folders[1])]) == 0
    lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    numbers = {words[0]: words[1] for words in lines[:3]}
    assert numbers == {
        "pairs": "2",
        "SSIM": f"{(1 + ssim(NOISY, PHOTO)) / 2:.4f}",
        "MS-SSIM": f"{(1 + ms_ssim(NOISY, PHOTO)) / 2:.4f}",
    }


@pytest.mark.skipif(importlib.util.find_spec("torchmetrics") is not None, reason="torchmetrics is there")
def test_one_sentence_says_what_is_not_measured(folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    main(["evaluate", "--result", str(folders[0]), "--truth", str(folders[1])])
    said = [line for line in capsys.readouterr().out.splitlines() if "torchmetrics" in line]
    assert len(said) == 1
    assert said[0].startswith("FID, KID, IS, LPIPS not measured")


def test_the_longest_name_is_the_persons(tmp_path: Path) -> None:
    for name in ("00891_00_01260_00", "00891_00"):
        write_png(tmp_path / "result" / f"{name}.png", PHOTO)
    for name in ("00891", "00891_00"):
        write_png(tmp_path / "truth" / f"{name}.png", PHOTO)
    assert {b.stem for _, b in matched(tmp_path / "result", tmp_path / "truth")} == {"00891_00"}


def test_results_of_another_size_are_brought_to_the_truths(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_png(tmp_path / "result" / "a.png", np.repeat(np.repeat(PHOTO, 2, axis=0), 2, axis=1))
    write_png(tmp_path / "truth" / "a.png", PHOTO)
    assert main(["evaluate", "--result", str(tmp_path / "result"), "--truth", str(tmp_path / "truth")]) == 0
    out = capsys.readouterr().out
    assert "SSIM     1.0000" in out
    assert "1 results were brought to the size" in out


def test_folders_without_a_match_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="No picture in"):
        matched(tmp_path / "empty", tmp_path / "empty")
    with pytest.raises(InputError, match="not a folder"):
        matched(tmp_path / "none", tmp_path / "empty")
