"""`ekyc read`: what one or two photographs of a document say, as one JSON document."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from ekyc.domain.acceptance import apart, ended
from ekyc.domain.comparison import fuse
from ekyc.domain.document import Fault, FaultCode, Kind, SideReading
from ekyc.settings import Documents
from ekyc.vision.document import read_side


def read_report(files: Sequence[Path], limits: Documents, *, today: date) -> dict[str, Any]:
    """The report; kinds and sides are found by themselves, what ran out before `today` is told.

    Raises `OSError`, `ImageUnreadable` and `ImageTooLarge`.
    """
    return report_of([_read(file, limits, today) for file in files])


def report_of(readings: Sequence[SideReading]) -> dict[str, Any]:
    """The report of photographs as they were read; of a second one that does not belong to the
    first it says why."""
    if len(readings) > 1:
        readings = [readings[0], _beside(*readings[:2]), *readings[2:]]
    first, second = (*readings, None, None)[:2]
    form = fuse(first, second, None)
    known = [reading.kind for reading in readings if reading.kind is not Kind.UNKNOWN]
    return {
        "kind": (known[0] if known else Kind.UNKNOWN).value,
        "sides": [_side(reading) for reading in readings],
        "mrz": next((_zone(r) for r in readings if r.mrz_lines), None),
        "qr": next(({"text": r.qr_text} for r in readings if r.qr_text), None),
        "fields": {
            name: {
                "value": field.value,
                "confidence": field.confidence,
                "doubtful": field.doubtful,
                "sources": {source.value: said for source, said in field.sources.items()},
            }
            for name, field in form.fields.items()
        },
        "conflicts": [
            {
                "field": c.field,
                "sources": {source.value: said for source, said in c.sources.items()},
            }
            for c in form.conflicts
        ],
    }


def _read(file: Path, limits: Documents, today: date) -> SideReading:
    reading = read_side(file.read_bytes(), limits=limits).reading
    over = ended(reading, cmnd_until=limits.cmnd_until, today=today)
    return _with(reading, over)


def _beside(first: SideReading, second: SideReading) -> SideReading:
    if Kind.UNKNOWN in {first.kind, second.kind}:
        return second
    twice = FaultCode.WRONG_SIDE if first.side is second.side else None
    return _with(second, apart(first, second) or twice)


def _with(reading: SideReading, code: FaultCode | None) -> SideReading:
    return replace(reading, faults=(*reading.faults, Fault(code=code))) if code else reading


def is_good(report: dict[str, Any]) -> bool:
    """Whether the document is known and every photograph good enough."""
    known = report["kind"] != Kind.UNKNOWN.value
    return known and all(side["quality"]["ok"] for side in report["sides"])


def _side(reading: SideReading) -> dict[str, Any]:
    return {
        "side": reading.side and reading.side.value,
        "rotation_deg": reading.rotation_deg,
        "corners": [[round(x, 1), round(y, 1)] for x, y in reading.corners],
        "quality": {
            "ok": reading.ok,
            "faults": [{"code": fault.code.value} for fault in reading.faults],
        },
    }


def _zone(reading: SideReading) -> dict[str, Any]:
    return {"lines": list(reading.mrz_lines or ()), "valid": bool(reading.mrz_valid)}


def lines(report: dict[str, Any]) -> list[str]:
    """The report for a person."""
    lines = [f"kind: {report['kind']}"]
    for side in report["sides"]:
        faults = "; ".join(fault["message"] for fault in side["quality"]["faults"])
        lines.append(f"{side['side'] or 'unknown side'}: {faults or 'good'}")
    for name, field in report["fields"].items():
        mark = " (doubtful)" if field["doubtful"] else ""
        lines.append(f"{name}: {field['value']}  [{', '.join(field['sources'])}]{mark}")
    return lines
