"""The chip card of 2021, by Circular 06/2021/TT-BCA: lines begin with their bilingual label."""

from typing import Final

from ekyc.vision.layouts import parsing as p
from ekyc.vision.layouts.row import Row

FRONT: Final = (
    Row(box=(505, 338, 1350, 432), parse=p.number, fields=("number",)),
    Row(box=(505, 472, 1690, 538), parse=p.name, fields=("full_name",)),
    Row(box=(505, 538, 1690, 597), parse=p.birth, fields=("birth_date",)),
    Row(box=(505, 596, 1690, 657), parse=p.sex_and_nationality, fields=("sex", "nationality")),
    Row(box=(505, 656, 1700, 960), parse=p.places, fields=("origin", "residence")),
    Row(box=(256, 936, 530, 1020), parse=p.expiry, fields=("expiry_date",)),  # not its two labels
)
BACK: Final = (Row(box=(40, 126, 985, 200), parse=p.issue, fields=("issue_date",), elsewhere=True),)
