"""Which syllables Vietnamese has, and which names are made of: a weak opinion about misread marks.

Onset, rime and tone decide whether a syllable can be; a rime that ends in a stop has but two of the
six tones (Thompson, A Vietnamese Reference Grammar, 1965, chapters 1 to 3).
"""

import unicodedata
from collections.abc import Collection, Sequence
from itertools import product
from math import log, prod
from typing import Final

from ekyc.domain.names import folded


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ONSETS: Final = (
    *("ngh", "ng", "nh", "gh", "gi", "kh", "ph", "qu", "th", "tr", "ch"),
    *("b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", ""),
)
_RIMES: Final = _listed(
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec "
    "em en eng eo ep et ê êch êm ên êng ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in "
    "inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe "
    "oen oeo oet oi om on ong oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng "
    "uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt up ut uơ uy uya uych uyên "
    "uyêt uynh uyt uyu ư ưa ưc ưi ưm ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y ych ym yn ynh "
    "yt yêm yên yêng yêt yêu"
)
_STOPS: Final = ("c", "ch", "p", "t")
_RISING_OR_HEAVY: Final = frozenset("\u0301\u0323")
_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")

SURNAMES: Final = _listed(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh mai trịnh lương "
    "tạ quách cao thái kiều thạch lò vàng giàng sùng triệu tô tống hà đào đoàn phùng vương "
    "trương lâm lưu tăng hứa từ khổng nghiêm châu chu thân tôn la lục ninh bạch ông mạc doãn đàm "
    "cù thẩm kim quan viên văn khúc lại tiêu ân âu ung hàn hoa phí phó tào trang ngụy thi cung "
    "biện chế cái danh đồng giáp mẫn ma hầu lều nông sầm lô vi vừ mùa thào hạng cứ"
)
"""The usual ones."""

NAMES: Final = SURNAMES | _listed(
    "thị an anh ánh ái ân bá bách bạch bảo bằng bắc bích biên bình bối bửu ca cang cảnh cẩm cần "
    "cầm chi chí chiến chinh chính chung chương cúc cường cử cương da dạ danh dân di dĩ dịu diễm "
    "diễn diện diệp diệu dinh doanh du duệ duy duyên dũng dung dương đa đại đan đàn đạo đạt đăng "
    "đắc điền điểm điệp đình định đoan đồng đông độ đức gấm gia giang giao giáp hà hạ hải hàm "
    "hạnh hảo hào hãn hằng hân hậu hiên hiền hiến hiển hiếu hiệp hiệu hòa hoa hoài hoan hoàn "
    "hoàng hoạch hồng hợp huân huấn huệ hùng huy huyên huyền huynh hưng hương hường hữu ích kha "
    "khả khải khang khánh khiêm khoa khoát khôi khuê khương kiên kiệt kiều kim kỳ kỷ lam lan "
    "lành lạc lài lâm lân lê lệ lễ liên liễu linh lĩnh loan long lộc lợi lụa luân luận luật "
    "lương lượng lưu ly lý mai mạnh mẫn mậu mến mi minh mơ mỹ my nam nga ngà ngân nghi nghĩa "
    "nghiêm ngọc ngoan ngộ nguyên nguyệt nhã nhàn nhan nhâm nhân nhất nhật nhi nhiên nhu nhung "
    "như nhường ninh nương oanh phát phấn phi phong phú phúc phụng phước phương phượng quan "
    "quang quân quế quốc quy quý quyên quyền quyết quỳnh sa san sang sáng sâm sinh sơn song "
    "sương tài tâm tân tấn tây thạch thái thảo thành thạnh thanh thao thắm thăng thắng thân thất "
    "thật thế thi thiện thiên thiết thìn thiệu thịnh thọ thoa thoại thời thơ thông thu thuần "
    "thuận thục thúy thùy thủy thụy thuyên thuyết thư thức thương thường thy tích tiên tiến tiếp "
    "tín tĩnh tình tính toán toàn toản tôn tố trà trai trang tráng trâm trầm trân trí trị triết "
    "triều triển trinh trình trọng trúc trung trường trực trước tú tuân tuấn tuất tuệ tùng tuyên "
    "tuyến tuyền tuyết tư tứ tường tưởng uy uyên ước vân vạn vĩ vi việt vinh vĩnh vịnh vọng vũ "
    "vương vượng vy xuân xuyến xuyên ý yên yến hợi tý sửu dần mão tỵ ngọ mùi dậu"
)

_COMMONEST: Final = {
    folded(name): name.upper()
    for name in _listed(
        "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh lương "
        "đào vương trương"
    )
}
"""Borne by nearly everybody whose surname has these letters, as `Giàng` is not beside `Giang`."""


def surname(word: str) -> str:
    """The one common surname with these letters, whatever their marks; any other word as it is."""
    return word if word.lower() in SURNAMES else _COMMONEST.get(folded(word), word)


UNLISTED: Final = 0.15
IMPOSSIBLE: Final = 0.02
"""How likely a syllable of no name and place is against one that is listed, and one that cannot be;
measured on drawn lines in hurried photographs."""

LEAST: Final = 0.02
"""What is less likely is no variant of a letter."""

MOST_WAYS: Final = 64
"""A word that may be spelled in more is left as it was read."""

Variants = Sequence[tuple[str, float]]
"""What one sign may be, differing in marks alone, each with its likelihood."""


def spelled(signs: Sequence[Variants], listed: Collection[str]) -> tuple[int, ...]:
    """Which variant of every sign makes the likeliest word; `listed`: syllables beside NAMES.

    The first of each sign's variants is what was read.
    """
    ways = [
        [at for at, (_, likely) in enumerate(variants) if at == 0 or likely > LEAST]
        for variants in signs
    ]
    read = (0,) * len(signs)
    if not 1 < prod(map(len, ways)) <= MOST_WAYS:
        return read

    def worth(way: tuple[int, ...]) -> float:
        chosen = [variants[at] for variants, at in zip(signs, way, strict=True)]
        word = "".join(sign for sign, _ in chosen)
        return sum(log(max(likely, 1e-9)) for _, likely in chosen) + log(_usual(word, listed))

    return max(product(*ways), key=worth)


def _usual(word: str, listed: Collection[str]) -> float:
    syllable = word.lower()
    if syllable in NAMES or syllable in listed:
        return 1.0
    return UNLISTED if is_possible(syllable) else IMPOSSIBLE


def _parts(syllable: str) -> tuple[str, str]:
    """Its letters without the tone, and the tones that stand on it."""
    apart = unicodedata.normalize("NFD", syllable)
    tones = "".join(sign for sign in apart if sign in _TONES)
    plain = "".join(sign for sign in apart if sign not in _TONES)
    return unicodedata.normalize("NFC", plain), tones


def is_possible(syllable: str) -> bool:
    """Whether Vietnamese could have this syllable, given in small letters."""
    plain, tones = _parts(syllable)
    if len(tones) > 1:
        return False
    for onset in _ONSETS:
        rime = plain.removeprefix(onset)
        if plain.startswith(onset) and rime in _RIMES:
            return not rime.endswith(_STOPS) or tones in _RISING_OR_HEAVY
    return plain == "gi"
