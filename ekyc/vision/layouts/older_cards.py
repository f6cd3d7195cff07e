"""The cards in Vietnamese alone: the citizen card with a bar code of 2016 (Circular 61/2015/TT-BCA)
and the old identity card, CMND (Decree 05/1999/NĐ-CP, Circular 27/2012/TT-BCA).

Fields and their order are the circulars'; positions are those of our drawings.
"""

from typing import Final

from ekyc.vision.layouts import parsing as p
from ekyc.vision.layouts.row import Row

BARCODE_FRONT: Final = (
    Row(box=(660, 262, 1400, 352), parse=p.number, fields=("number",)),
    Row(box=(510, 364, 1690, 434), parse=p.name, fields=("full_name",)),
    Row(box=(510, 444, 1690, 512), parse=p.birth, fields=("birth_date",)),
    Row(box=(510, 524, 1690, 594), parse=p.sex_and_nationality, fields=("sex", "nationality")),
    Row(box=(510, 600, 1690, 734), parse=p.place("origin"), fields=("origin",)),
    Row(box=(510, 734, 1690, 905), parse=p.place("residence"), fields=("residence",)),
    Row(box=(50, 940, 640, 1002), parse=p.expiry, fields=("expiry_date",)),
)
BARCODE_BACK: Final = (Row(box=(660, 466, 1440, 546), parse=p.issue, fields=("issue_date",)),)

CMND_FRONT: Final = (
    Row(box=(780, 236, 1400, 322), parse=p.old_number, fields=("number",)),
    Row(box=(510, 342, 1690, 412), parse=p.name, fields=("full_name",)),
    Row(box=(510, 442, 1690, 512), parse=p.birth, fields=("birth_date",)),
    Row(box=(510, 540, 1690, 730), parse=p.place("origin"), fields=("origin",)),
    Row(box=(510, 730, 1690, 905), parse=p.place("residence"), fields=("residence",)),
)
CMND_BACK: Final = (Row(box=(660, 408, 1480, 484), parse=p.issue, fields=("issue_date",)),)
