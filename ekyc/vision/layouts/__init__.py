"""Where each kind of document prints what: one table a side, one module a family.

Of a passport's page there is none: its rows are found (`passport.rows`).
"""

from collections.abc import Mapping, Sequence
from typing import Final

from ekyc.domain.document import Kind, Side
from ekyc.vision.layouts import chip_card, identity_card, licence, older_cards
from ekyc.vision.layouts.row import Row

LAYOUTS: Final[Mapping[tuple[Kind, Side], Sequence[Row]]] = {
    (Kind.CCCD_2021, Side.FRONT): chip_card.FRONT,
    (Kind.CCCD_2021, Side.BACK): chip_card.BACK,
    (Kind.CAN_CUOC_2024, Side.FRONT): identity_card.FRONT,
    (Kind.CAN_CUOC_2024, Side.BACK): identity_card.BACK,
    (Kind.CCCD_2016, Side.FRONT): older_cards.BARCODE_FRONT,
    (Kind.CCCD_2016, Side.BACK): older_cards.BARCODE_BACK,
    (Kind.CMND, Side.FRONT): older_cards.CMND_FRONT,
    (Kind.CMND, Side.BACK): older_cards.CMND_BACK,
    (Kind.GPLX, Side.FRONT): licence.FRONT,
    (Kind.GPLX, Side.BACK): licence.BACK,
}
