"""The data page of a Vietnamese passport above its zone; positions are our drawings'.

Every country prints its own page: of a foreign one the zone alone is read.
"""

from typing import Final

from ekyc.vision.layouts import parsing as p
from ekyc.vision.layouts.row import Row

VIETNAMESE: Final = (
    Row(box=(1335, 234, 1690, 294), parse=p.passport_number, fields=("number",)),
    Row(box=(580, 318, 1690, 380), parse=p.name, fields=("full_name",)),
    Row(box=(580, 488, 1006, 546), parse=p.birth, fields=("birth_date",)),
    Row(box=(1006, 488, 1690, 546), parse=p.place("birth_place"), fields=("birth_place",)),
    Row(box=(1006, 570, 1440, 628), parse=p.personal_number, fields=("personal_number",)),
    Row(box=(580, 652, 1006, 712), parse=p.issue, fields=("issue_date",)),
    Row(box=(1006, 652, 1690, 712), parse=p.expiry, fields=("expiry_date",)),
)
