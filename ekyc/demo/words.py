"""Words that invented people are put together from: names, places, marks.

Common Vietnamese words by chance, so that every letter with its marks turns up.
"""

from typing import Final


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
COMMUNES: Final = _listed(
    "Xã Bình Hòa, Huyện Giồng Trôm, Bến Tre;Phường 5, Thành phố Đông Hà, Quảng Trị"
    ";Xã Đại Phú, Huyện Sơn Dương, Tuyên Quang;Xã Bắc Việt, Huyện Văn Lãng, Lạng Sơn"
    ";Xã Phú Lộc, Huyện Hậu Lộc, Thanh Hóa;Xã Thạch Hòa, Huyện Thạch Thất, Hà Nội"
    ";Xã Thạnh Đông, Huyện Tân Hiệp, Kiên Giang;Thị trấn Cao Thượng, Huyện Tân Yên, Bắc Giang"
    ";Phường Minh Khai, Quận Bắc Từ Liêm, Hà Nội;Xã Tịnh Kỳ, Thành phố Quảng Ngãi, Quảng Ngãi"
    ";Xã Châu Kim, Huyện Quế Phong, Nghệ An;Xã Khánh Nam, Huyện Khánh Vĩnh, Khánh Hòa"
    ";Xã Chiềng Chung, Thị xã Mộc Châu, Sơn La;Xã Long Định, Huyện Cần Đước, Long An",
    ";",
)
"""Communes, districts and provinces that were one another's until July 2025."""

MERGED: Final = _listed(
    "Xã Xuân Đài, Phú Thọ;Xã Thanh Sơn, Ninh Bình;Xã Hưng Hà, Hưng Yên;Xã Tịnh Khê, Quảng Ngãi"
    ";Xã Hòa Minh, Vĩnh Long;Xã Dliê Ya, Đắk Lắk;Xã Thạch Bình, Thanh Hóa;Xã Thuận Hòa, Cần Thơ"
    ";Xã Mỹ Hiệp, Đồng Tháp;Phường Ba Đình, Hà Nội;Phường Trung Thành, Thái Nguyên"
    ";Xã Phú Sơn Lâm Hà, Lâm Đồng",
    ";",
)
"""Communes and provinces since."""

UTOPIAN: Final = (
    _listed("ERIKSSON OKORO MARTINEZ SCHMIDT TANAKA LINDQVIST ROSSI NOVAK ZIELINSKI HASSAN"),
    _listed("ANNA|MARIA ELENA|JON|PETER PAUL|KEIKO|LARS|FATIMA|CARLOS|NINA SOFIA|YUSUF", "|"),
)
"""Surnames and given names for ICAO's Utopia (9303-3, code UTO)."""
