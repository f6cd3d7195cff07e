"""The people of the frozen test set: names and places of their own, numbers that nobody has."""

import random
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from ekyc.demo.specimen import MERGER, UTOPIA, Design, Specimen, a_specimen
from ekyc.domain.names import composed

FIRST_SEED: Final = 1_000_000
"""Seeds below are the demo's and the tuning's."""


def _listed(text: str, separator: str = " ") -> list[str]:
    return text.split(separator)


SURNAMES: Final = _listed(
    "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý An Âu Bạch Bành Cù Chử Chung"
    " Doãn Đàm Đào Đậu Điền Đồng Giang Hà Hàn Hứa Kiều Kha La Lâm Lều Liễu Lục Lương Mạch Mông"
    " Nghị Ninh Nông Ông Phí Phó Phùng Quản Sầm Tăng Thạch Thân Thẩm Thiều Thịnh Tiêu Tôn Tống"
    " Trang Triệu Trương Từ Ung Ưng Văn Vi Vương Xa Yên"
)
GIVEN: Final = _listed(
    "Ái Ân Bảo Bằng Bửu Cẩm Chiến Chương Cúc Diễm Diệp Du Dự Dưỡng Đan Đăng Điệp Đoan Đông Đức"
    " Giáp Hân Hào Hậu Hiệp Hoài Hoàn Hợp Huế Huệ Hưng Hữu Kha Khải Khiêm Khôi Kiên Kiệt Lam Lâm"
    " Lân Lệ Lễ Lộc Lợi Lương Lưu Mẫn Mận Mậu Minh Mừng Mười Năm Nghi Nghị Ngoan Ngọ Nguyên"
    " Nguyệt Nhàn Nhã Nhân Nhật Nhi Nhiên Như Ninh Nở Phát Phấn Phi Phú Phụng Phước Quế Quốc Quý"
    " Quyền Quyết Sang Sáng Sen Sinh Sử Sương Tấn Tâm Tân Thanh Thái Thạnh Thế Thiên Thịnh Thọ"
    " Thoa Thơ Thời Thu Thuận Thuấn Thục Thùy Thư Thương Tiến Tín Tình Tịnh Toại Trà Trân Triết"
    " Triệu Trinh Trọng Trúc Trường Tú Tuyên Tư Tường Tửu Tỵ Út Vẻ Viên Việt Vĩ Vọng Vũ Vương"
    " Xuyến Ý Yên"
)
STREETS: Final = _listed(
    "Số 8, Số 215A, Số 33/4 Đường Trần Phú, Tổ 12, Tổ dân phố 6, Thôn Hạ, Thôn 5, Bản Mới, Ấp"
    " 3, Ấp Bình Thạnh, Khu 2, Khóm Đông An, Xóm Bãi, Làng Kép, Ngõ 9 Phố Huế, Số 71 Đường"
    " Nguyễn Huệ, Tiểu khu 14, Đội 8, Buôn Ky, Số 402 Khu tập thể Ga",
    ", ",
)
FOREIGN: Final = _listed(
    "ALVAREZ BERGSTROM CHEN DIALLO EKDAHL FERRARI GRANT HOLM IVANOV JANSEN KOVACS LARSEN MBEKI"
    " NIELSEN OLSEN PETROV QUIST RAHMAN SILVA TORRES UEDA VOGEL WEBER XU YILMAZ ZUBAIR"
)
SHORT: Final = ("Xã ", "Phường ", "Thị trấn ", "Huyện ", "Quận ", "Thị xã ", "Thành phố ")


def person(seed: int, design: Design) -> Specimen:
    """The person of this seed, always the same."""
    base = a_specimen(FIRST_SEED + seed, kind=design)
    chance = random.Random(f"frozen {seed} {design}")
    if base.nationality == UTOPIA:
        given = " ".join(chance.sample(FOREIGN, chance.choice((1, 1, 2))))
        return replace(base, full_name=f"{chance.choice(FOREIGN)} {given}")
    short = chance.random() < 0.5
    old = base.issue < MERGER
    home = f"{chance.choice(STREETS)}, {_place(chance, old=old, short=short)}"
    return replace(
        base,
        full_name=_name(chance, base.sex),
        origin=base.origin and _place(chance, old=True, short=short),
        residence=base.residence and home,
        birth_place=base.birth_place and _birth_place(chance, design, short=short),
    )


def _name(chance: random.Random, sex: str) -> str:
    middle = [chance.choice(("Văn", "Đình", "Trọng") if sex == "M" else ("Thị", "Thị", "Ngọc"))]
    if chance.random() < 0.4:
        middle.append(chance.choice(GIVEN))
    return composed(" ".join([chance.choice(SURNAMES), *middle, chance.choice(GIVEN)])).upper()


def _birth_place(chance: random.Random, design: Design, *, short: bool) -> str:
    if design is Design.PASSPORT:
        return _places()[True][chance.randrange(len(_places()[True]))][-1]
    return _place(chance, old=True, short=short)


def _place(chance: random.Random, *, old: bool, short: bool) -> str:
    """Commune to province; half of the cards print names alone (`Trúc Bạch, Ba Đình, Hà Nội`)."""
    parts = chance.choice(_places()[old])
    return ", ".join(map(_bare, parts)) if short else ", ".join(parts)


def _bare(name: str) -> str:
    for word in SHORT:
        bare = name.removeprefix(word)
        if bare != name and not bare.isdigit():
            return bare
    return name


@cache
def _places() -> dict[bool, list[tuple[str, ...]]]:
    lines = Path(__file__).with_name("places.tsv").read_text(encoding="utf-8").splitlines()
    rows = [tuple(line.split("\t")) for line in lines]
    return {old: [row for row in rows if len(row) == (3 if old else 2)] for old in (True, False)}
