"""The driving licence on PET (GPLX), by Circular 12/2025/TT-BCA; positions are our drawings'."""

from typing import Final

from ekyc.vision.layouts import parsing as p
from ekyc.vision.layouts.row import Row

FRONT: Final = (
    Row(box=(750, 202, 1440, 282), parse=p.number, fields=("number",)),
    Row(box=(510, 302, 1690, 370), parse=p.name, fields=("full_name",)),
    Row(box=(510, 382, 1690, 450), parse=p.birth, fields=("birth_date",)),
    Row(box=(510, 462, 1690, 530), parse=p.nationality, fields=("nationality",)),
    Row(box=(510, 542, 1690, 682), parse=p.place("residence"), fields=("residence",)),
    Row(box=(700, 684, 1690, 744), parse=p.issue, fields=("issue_date",)),
    Row(box=(60, 854, 560, 940), parse=p.licence_class, fields=("licence_class",)),
    Row(box=(60, 962, 800, 1028), parse=p.expiry, fields=("expiry_date",)),
)
BACK: Final = (Row(box=(66, 222, 396, 308), parse=p.licence_class, fields=("licence_class",)),)
