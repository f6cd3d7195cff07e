"""The `ekyc-tesseract` command: stands in for the tesseract program where none is installed.

pytesseract starts a program. The tesserocr wheel carries the same engine but no program, so this
one speaks the options pytesseract uses, on top of the wheel: an ordinary user needs no root.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import tesserocr

from ekyc.vision import models

CREATE = "tessedit_create_"  # `-c tessedit_create_tsv=1` is how pytesseract asks for a table
TSV_HEADER = (
    "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
)


def command() -> str:
    """Where this environment keeps the program, for `pytesseract.tesseract_cmd`."""
    return str(Path(sys.executable).with_name("ekyc-tesseract"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Read one image as the tesseract program would; 1 and a sentence on stderr when it cannot."""
    asked = _parser().parse_intermixed_args(arguments)
    if asked.version:
        print(f"tesseract {tesserocr.tesseract_version().split()[1]}")
        return 0
    if asked.list_langs:
        languages = tesserocr.get_languages(f"{_folder(asked.tessdata_dir)}/")[1]
        print("\n".join([f"List of available languages ({len(languages)}):", *languages]))
        return 0
    try:
        _read(asked)
    except (OSError, RuntimeError, ValueError) as error:
        print(f"ekyc-tesseract: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ekyc-tesseract")
    parser.add_argument("files", nargs="*", metavar="IMAGE OUTPUT [txt|tsv|hocr]")
    parser.add_argument("-l", dest="language", default="vie")
    parser.add_argument("--psm", type=int, default=3)
    parser.add_argument("--oem", type=int, default=3)
    parser.add_argument("-c", dest="variables", action="append", default=[])
    parser.add_argument("--dpi")
    parser.add_argument("--user-words")
    parser.add_argument("--user-patterns")
    parser.add_argument("--tessdata-dir")
    parser.add_argument("-v", "--version", action="store_true")
    parser.add_argument("--list-langs", action="store_true")
    return parser


def _folder(given: str | None) -> Path:
    """The folder of language files: as asked, as the environment says, else our own."""
    named = given or os.environ.get("TESSDATA_PREFIX")
    return Path(named) if named else models.path("vie.traineddata").parent


def _read(asked: argparse.Namespace) -> None:
    if len(asked.files) < 2:
        raise ValueError("give an image and the name of the output")
    image, output, *kinds = asked.files
    variables = _variables(asked)
    for name in [name for name in variables if name.startswith(CREATE)]:
        if variables.pop(name) == "1":
            kinds.append(name.removeprefix(CREATE))
    with tesserocr.PyTessBaseAPI(
        path=f"{_folder(asked.tessdata_dir)}/",
        lang=asked.language,
        psm=asked.psm,
        oem=asked.oem,
        variables=variables,  # at start: dictionaries cannot be switched off later
    ) as engine:
        engine.SetImageFile(image)
        if not engine.Recognize():
            raise RuntimeError(f"could not read {image}")
        for kind in kinds or ["txt"]:
            Path(f"{output}.{kind}").write_text(_text(engine, kind), encoding="utf-8")


def _variables(asked: argparse.Namespace) -> dict[str, str]:
    variables = dict(pair.split("=", 1) for pair in asked.variables)
    named = {
        "user_defined_dpi": asked.dpi,
        "user_words_file": asked.user_words,
        "user_patterns_file": asked.user_patterns,
    }
    return variables | {name: value for name, value in named.items() if value is not None}


def _text(engine: "tesserocr.PyTessBaseAPI", kind: str) -> str:
    match kind:
        case "txt":
            return str(engine.GetUTF8Text())
        case "tsv":
            return f"{TSV_HEADER}\n{engine.GetTSVText(0)}"
        case "hocr":
            return str(engine.GetHOCRText(0))
        case _:
            raise ValueError(f"unknown output {kind}")


if __name__ == "__main__":
    sys.exit(main())
