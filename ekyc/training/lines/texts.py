"""What stands in the drawn lines: labels, names, places, dates and numbers, no person's.

Half of the syllables are put together by chance from sounds, so that every letter with every mark
and tone is seen often, and the net learns shapes before it learns a language.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Final, TypeVar

from numpy.random import Generator

from ekyc.vision import gazetteer

Chance = Generator
Thing = TypeVar("Thing")

_ONSETS: Final = (
    *("", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh"),
    *("nh", "p", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x"),
)
_VOWELS: Final = (
    *("a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y", "ai", "ao", "au", "âu", "ay"),
    *("ây", "eo", "êu", "ia", "iê", "iêu", "oa", "oă", "oai", "oay", "oe", "oi", "ôi", "ơi"),
    *("ua", "uâ", "uê", "ui", "uô", "uôi", "uy", "uyê", "ưa", "ưi", "ươ", "ươi", "ươu", "yê"),
)
_ENDS: Final = ("", "", "", "c", "ch", "m", "n", "ng", "nh", "p", "t")
_TONED: Final = {
    "a": "aáàảãạ", "ă": "ăắằẳẵặ", "â": "âấầẩẫậ", "e": "eéèẻẽẹ", "ê": "êếềểễệ", "i": "iíìỉĩị",
    "o": "oóòỏõọ", "ô": "ôốồổỗộ", "ơ": "ơớờởỡợ", "u": "uúùủũụ", "ư": "ưứừửữự", "y": "yýỳỷỹỵ",
}  # fmt: skip
MARKED: Final = "".join(_TONED.values())

_SURNAMES: Final = (
    *("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ"),
    *("Hồ", "Ngô", "Dương", "Lý", "Đinh", "Mai", "Trịnh", "Lương", "Tạ", "Quách", "Cao", "Thái"),
    *("Kiều", "Thạch", "Lò", "Vàng", "Giàng", "Sùng", "H'", "Y", "Ksor", "Rơ", "Điểu", "Triệu"),
)
_LABELS: Final = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
    "SOCIALIST REPUBLIC OF VIET NAM", "Independence - Freedom - Happiness", "CĂN CƯỚC CÔNG DÂN",
    "CĂN CƯỚC", "IDENTITY CARD", "Citizen Identity Card", "CHỨNG MINH NHÂN DÂN",
    "GIẤY PHÉP LÁI XE", "DRIVING LICENSE", "DRIVER'S LICENSE", "HỘ CHIẾU / PASSPORT", "BỘ CÔNG AN",
    "MINISTRY OF PUBLIC SECURITY", "BỘ GTVT", "MINISTRY OF TRANSPORT", "CỤC TRƯỞNG CỤC CẢNH SÁT",
    "QUẢN LÝ HÀNH CHÍNH VỀ TRẬT TỰ XÃ HỘI", "DIRECTOR GENERAL OF THE POLICE DEPARTMENT FOR",
    "ADMINISTRATIVE MANAGEMENT OF SOCIAL ORDER", "DẤU VẾT RIÊNG VÀ DỊ HÌNH",
    "CÁC LOẠI XE CƠ GIỚI ĐƯỜNG BỘ ĐƯỢC ĐIỀU KHIỂN", "CLASSIFICATION OF MOTOR VEHICLES",
    "Đặc điểm nhận dạng / Personal identification:", "Ngày, tháng, năm / Date, month, year:",
    "Số / No.:", "Số định danh cá nhân / Personal identification number:", "Họ và tên / Full name:",
    "Họ, chữ đệm và tên khai sinh / Full name:", "Ngày sinh / Date of birth:", "Sinh ngày:",
    "Ngày, tháng, năm sinh / Date of birth:", "Giới tính / Sex:", "Quốc tịch / Nationality:",
    "Quê quán / Place of origin:", "Nơi thường trú / Place of residence:", "Quê quán:",
    "Họ và tên:",
    "Nơi cư trú / Place of residence:", "Nơi đăng ký khai sinh / Place of birth:", "Nguyên quán:",
    "Nơi cư trú / Address:", "Nơi sinh / Place of birth:", "Hạng / Class:", "Nơi thường trú:",
    "Có giá trị đến:", "Có giá trị đến / Expires:", "Date of expiry:",
    "Ngày cấp / Date of issue:",
    "Ngày hết hạn / Date of expiry:", "Nơi cấp / Place of issue:", "Nơi ĐKHK thường trú:",
    "Dân tộc:",
    "Tôn giáo:", "Giới tính:", "Quốc tịch:", "Beginning date:", "Họ / Surname:", "Loại / Type:",
    "Chữ đệm và tên / Given names:", "Mã số / Code:", "Số hộ chiếu / Passport No.:",
    "Số GCMND / ID card No.:", "Ngón trỏ trái", "Ngón trỏ phải", "GIÁM ĐỐC CÔNG AN",
    "Không thời hạn",
)  # fmt: skip
_BEFORE: Final = (
    *("Xã", "Phường", "Thị trấn", "Huyện", "Quận", "Thị xã", "Thành phố", "Tỉnh", "TP."),
    *("Thôn", "Ấp", "Xóm", "Bản", "Tổ", "Khu phố", "Làng", "Buôn", "Khóm", "Đội", "Khối"),
)


def syllable(chance: Chance) -> str:
    """Onset, vowel, end and a tone on one of the vowels; most sound Vietnamese, some cannot."""
    vowel = _pick(chance, _VOWELS)
    marked = [at for at, sign in enumerate(vowel) if sign in "ăâêôơư"]
    at = marked[-1] if marked else int(chance.integers(len(vowel)))
    toned = vowel[:at] + _TONED[vowel[at]][int(chance.integers(6))] + vowel[at + 1 :]
    return _pick(chance, _ONSETS) + toned + _pick(chance, _ENDS)


def line(chance: Chance) -> list[str]:
    """One line: sometimes a label, then a value; the parts are printed in different ways."""
    kind = chance.random()
    if kind < 0.16:
        return [_pick(chance, _LABELS)]
    if kind < 0.4:
        return [_pick(chance, _LABELS), _value(chance)]
    return [_value(chance)]


def _value(chance: Chance) -> str:
    return _pick(chance, _VALUES)(chance)


def _name(chance: Chance) -> str:
    given = [_word(chance).capitalize() for _ in range(int(chance.integers(1, 4)))]
    name = " ".join([_pick(chance, _SURNAMES), *given])
    return name.upper() if chance.random() < 0.75 else name


def _word(chance: Chance) -> str:
    if chance.random() < 0.5:
        return syllable(chance)
    return _pick(chance, _pick(chance, _places()).replace(",", "").split())


@cache
def _places() -> list[str]:
    return sorted(gazetteer.units().names)


def _place(chance: Chance) -> str:
    words = " ".join(syllable(chance).capitalize() for _ in range(int(chance.integers(1, 4))))
    name = words if chance.random() < 0.4 else _pick(chance, _places())
    return f"{_pick(chance, _BEFORE)} {name}" if chance.random() < 0.4 else name


def _address(chance: Chance) -> str:
    parts = [_place(chance) for _ in range(int(chance.integers(1, 4)))]
    start = chance.random()
    number = str(chance.integers(1, 999)) + (f"/{chance.integers(1, 99)}" * (start < 0.3))
    number += _pick(chance, ("", "", "", "A", "B"))
    if start < 0.3:
        parts.insert(
            0, f"Số {number} Đường {_word(chance).capitalize()} {_word(chance).capitalize()}"
        )
    elif start < 0.5:
        parts.insert(
            0, f"{_pick(chance, ('Tổ', 'Thôn', 'Ấp', 'Đội', 'Khu', 'Xóm', 'Số'))} {number}"
        )
    end = _pick(chance, ("", "", "", ",", "."))
    return ", ".join(parts) + end


def _date(chance: Chance) -> str:
    day, month = chance.integers(1, 32), chance.integers(1, 13)
    year = chance.integers(1900, 2060)
    if chance.random() < 0.12:
        return f"Ngày {day:02} tháng {month:02} năm {year}"
    between = _pick(chance, ("/", "/", "/", "/", "-", ".", " / "))
    return f"{day:02}{between}{month:02}{between}{year}"


def _digits(chance: Chance) -> str:
    """Never twelve: such a number could be somebody's."""
    length = int(chance.choice([3, 5, 7, 8, 9, 10, 11, 13, 14]))
    digits = "".join(map(str, chance.integers(0, 10, length)))
    start = _pick(chance, ("", "", "", "B", "C", "N", "XA"))
    return start + (
        digits if chance.random() < 0.8 else f"{digits[:3]} {digits[3:6]} {digits[6:]}".strip()
    )


def _short(chance: Chance) -> str:
    return _pick(
        chance,
        (
            *("Nam", "Nữ", "Việt Nam", "VIỆT NAM", "Nam", "Nữ", "Kinh", "Không", "Không thời hạn"),
            *("VIỆT NAM / VIETNAMESE", "Nam / M", "Nữ / F", "A1", "B1", "B2", "B", "C1", "D2E"),
            *("KHÔNG THỜI HẠN", "P", "VNM", "NAM", "NỮ", "BE", "CE", "FC", "A2", "A4", "Tày"),
        ),
    )


def _mark(chance: Chance) -> str:
    start = _pick(chance, ("Nốt ruồi", "Sẹo chấm", "Sẹo lồi", "Sẹo thẳng"))
    size = f"{chance.integers(0, 3)},{chance.integers(1, 10)}cm"
    after = _pick(chance, ("trên sau", "dưới trước", "dưới sau", "trên trước"))
    return f"{start} C: {size} {after} {_pick(chance, ('đuôi mắt', 'cánh mũi', 'mép', 'khóe mắt'))}"


def _strange(chance: Chance) -> str:
    """Letters by chance, each with any mark and tone."""
    words = []
    for _ in range(int(chance.integers(1, 5))):
        letters = MARKED + "bcdđghklmnpqrstvx" * 2 + "fjwz" if chance.random() < 0.7 else MARKED
        word = "".join(chance.choice(list(letters), int(chance.integers(1, 7))))
        words.append((word, word.upper(), word.capitalize())[int(chance.integers(3))])
    return _pick(chance, (" ", " ", ", ", "-", ". ", " (")).join(words)


_VALUES: Final[tuple[Callable[[Chance], str], ...]] = (
    *(_name, _name, _address, _address, _address, _date, _digits, _short, _strange, _mark),
)


def _pick(chance: Chance, of: Sequence[Thing]) -> Thing:
    return of[int(chance.integers(len(of)))]
