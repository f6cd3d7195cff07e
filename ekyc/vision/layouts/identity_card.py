"""The identity card of 2024, by Circular 16/2024/TT-BCA: values stand below their labels.

Positions to the millimetre are not published; these are those of our drawings.
"""

from typing import Final

from ekyc.vision.layouts import parsing as p
from ekyc.vision.layouts.row import Row

FRONT: Final = (
    Row(box=(530, 424, 1400, 514), parse=p.number, fields=("number",)),
    Row(box=(530, 562, 1690, 632), parse=p.name, fields=("full_name",)),
    Row(box=(530, 680, 1130, 744), parse=p.birth, fields=("birth_date",)),
    Row(box=(1160, 680, 1500, 744), parse=p.sex, fields=("sex",)),
    Row(box=(530, 800, 1150, 864), parse=p.nationality, fields=("nationality",)),
)
BACK: Final = (
    Row(box=(50, 30, 1272, 182), parse=p.place("residence"), fields=("residence",)),
    Row(box=(50, 182, 1272, 336), parse=p.place("birth_place"), fields=("birth_place",)),
    Row(box=(530, 378, 1000, 444), parse=p.issue, fields=("issue_date",)),
    Row(box=(530, 478, 1000, 544), parse=p.expiry, fields=("expiry_date",)),
)
