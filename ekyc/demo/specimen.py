"""Invented people with impossible numbers: who the drawn cards belong to.

Every number starts with province code 000, which nobody has. Names and places are common Vietnamese
words put together by chance, so that every letter with its marks turns up.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ekyc.domain import citizen, mrz
from ekyc.domain.names import composed


def _listed(text: str, separator: str = " ") -> list[str]:
    return text.split(separator)


SURNAMES: Final = _listed(
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đoàn Trịnh Đinh Mai Tô"
    " Lưu Cao Châu Tạ Quách Thái Nghiêm Khổng Mạc"
)
MIDDLE: Final = {
    "M": _listed("Văn Đức Hữu Quang Minh Xuân Đình Công Thành Bá Hoàng Anh"),
    "F": _listed("Thị Ngọc Thu Thúy Kim Hồng Bích Mỹ Phương Diệu Quỳnh"),
}
GIVEN: Final = {
    "M": _listed(
        "An Bình Cường Dũng Đạt Đông Giang Hải Hiếu Hùng Huy Khánh Khoa Long Mạnh Nam Nghĩa Phong"
        " Phúc Quân Sơn Tài Thắng Thiện Toàn Trí Trung Tuấn Tùng Vinh Vượng Kỷ Lĩnh Thưởng Thụy"
    ),
    "F": _listed(
        "Ánh Châu Chi Dung Duyên Hà Hạnh Hiền Hoa Hương Huyền Lan Liên Linh Loan Ly Mai Nga Ngân"
        " Nhung Oanh Phượng Quyên Thảo Thủy Trang Trâm Tuyết Uyên Vân Vy Yến Ửng Mỹ"
    ),
}
STREETS: Final = _listed(
    "Số 12 Ngõ 45,Tổ 7,Thôn Đoài,Xóm 4,Ấp Tân Bình,Khu phố 3,Thôn Thượng,Khối 9"
    ",Số 108/27 Đường Lê Văn Sỹ,Tổ dân phố 15,Buôn Ea Tu,Xóm Đình,Phố Mẫu",
    ",",
)
WARDS: Final = _listed(
    "Phường Trúc Bạch,Xã Hải Bối,Xã Đa Tốn,Phường Hòa Quý,Xã Phước Vĩnh An,Phường 25,Xã Quảng Lưu"
    ",Xã Kỳ Ninh,Xã Diễn Kỷ,Xã Yên Thắng,Xã Tự Tân,Xã Ea Kly,Xã Bắc Sơn,Xã Mỹ An Hưng B"
    ",Xã Viên An Đông,Xã Ứng Hòe,Xã Tư Mại,Xã Gia Phú,Xã Thuận Hòa,Phường Lê Lợi",
    ",",
)
DISTRICTS: Final = _listed(
    "Quận Ba Đình,Quận Hoàn Kiếm,Huyện Đông Anh,Huyện Gia Lâm,Quận Ngũ Hành Sơn,Huyện Củ Chi"
    ",Quận Bình Thạnh,Huyện Quảng Xương,Thị xã Kỳ Anh,Huyện Diễn Châu,Huyện Ý Yên,Huyện Vũ Thư"
    ",Huyện Krông Pắc,Huyện Trảng Bom,Huyện Lấp Vò,Huyện Ngọc Hiển,Huyện Ninh Giang"
    ",Huyện Yên Dũng,Huyện Bảo Thắng,Huyện Hàm Thuận Bắc",
    ",",
)
CITIES: Final = _listed(
    "Hà Nội,Hải Phòng,Đà Nẵng,Thành phố Hồ Chí Minh,Cần Thơ,Thanh Hóa,Nghệ An,Nam Định,Thái Bình"
    ",Thừa Thiên Huế,Khánh Hòa,Đắk Lắk,Đồng Nai,Đồng Tháp,Cà Mau,Hải Dương,Bắc Giang,Lào Cai"
    ",Hà Giang,Bình Thuận",
    ",",
)
MARKS: Final = _listed(
    "Sẹo chấm c:1cm trên đuôi mắt trái|Nốt ruồi c:2cm dưới sau cánh mũi phải"
    "|Sẹo chấm c:1,5cm trên sau đầu mày trái",
    "|",
)
FIRST_ISSUE: Final = date(2021, 3, 1)
LAST_ISSUE: Final = date(2024, 6, 30)  # from the next day on, another design is issued


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """A person and what stands on the card."""

    number: str
    old_number: str
    full_name: str
    birth: date
    sex: str
    origin: str
    residence: str
    issue: date
    expiry: date | None
    mark: str

    @property
    def fields(self) -> Mapping[str, str]:
        """The truth, in the fields and forms of `domain.document`."""
        return {
            "number": self.number,
            "full_name": self.full_name,
            "birth_date": self.birth.isoformat(),
            "sex": self.sex,
            "nationality": "Việt Nam",
            "origin": self.origin,
            "residence": self.residence,
            "issue_date": self.issue.isoformat(),
            "expiry_date": self.expiry.isoformat() if self.expiry else citizen.NO_EXPIRY,
        }

    @property
    def qr_text(self) -> str:
        """What the QR code of the front says."""
        sex = "Nam" if self.sex == "M" else "Nữ"
        return (
            f"{self.number}|{self.old_number}|{self.full_name.title()}|{self.birth:%d%m%Y}|{sex}"
            f"|{self.residence}|{self.issue:%d%m%Y}"
        )

    @property
    def mrz_lines(self) -> tuple[str, ...]:
        """What the zone of the back says."""
        return mrz.vietnamese_card(
            number=self.number,
            full_name=self.full_name,
            birth=self.birth,
            sex=self.sex,
            expiry=self.expiry,
        )


def a_specimen(seed: int, *, today: date = date(2026, 11, 21)) -> Specimen:
    """The person of this seed, always the same; their card is still good on `today`."""
    chance = random.Random(f"specimen {seed}")
    while True:
        person = _invented(chance)
        if person.expiry is None or person.expiry > today:
            return person


def _invented(chance: random.Random) -> Specimen:
    sex = chance.choice("MF")
    birth = date(chance.randint(1950, 2006), chance.randint(1, 12), chance.randint(1, 28))
    issue = FIRST_ISSUE + timedelta(days=chance.randrange((LAST_ISSUE - FIRST_ISSUE).days))
    century = 2 * (birth.year // 100 - 19) + (sex == "F")
    return Specimen(
        number=f"{citizen.SPECIMEN}{century}{birth:%y}{chance.randrange(10**6):06d}",
        old_number=f"{citizen.SPECIMEN}{chance.randrange(10**6):06d}"
        if chance.random() < 0.7
        else "",
        full_name=_name(chance, sex),
        birth=birth,
        sex=sex,
        origin=", ".join(chance.choice(places) for places in (WARDS, DISTRICTS, CITIES)),
        residence=", ".join(
            chance.choice(places) for places in (STREETS, WARDS, DISTRICTS, CITIES)
        ),
        issue=issue,
        expiry=citizen.expiry(birth, issue),
        mark=chance.choice(MARKS),
    )


def _name(chance: random.Random, sex: str) -> str:
    middle = [chance.choice(MIDDLE[sex])]
    if chance.random() < 0.35:
        middle.append(chance.choice(GIVEN[sex]))
    parts = [chance.choice(SURNAMES), *middle, chance.choice(GIVEN[sex])]
    return composed(" ".join(parts)).upper()
