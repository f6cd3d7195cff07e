"""A browser's subscription as it is kept: sealed under the server's key."""

import json

from ekyc.domain.push import DeskDevice, Device, Subscription
from ekyc.storage import tokens


def sealed(secret: bytes, subscription: Subscription) -> str:
    """As it is kept: whoever reads the database can post to nobody."""
    kept = [subscription.endpoint, subscription.public.hex(), subscription.auth.hex()]
    return tokens.seal(secret, json.dumps(kept))


def opened(secret: bytes, device: Device | DeskDevice) -> Subscription:
    """What a kept row holds."""
    endpoint, public, auth = json.loads(tokens.unseal(secret, device.sealed))
    return Subscription(endpoint=endpoint, public=bytes.fromhex(public), auth=bytes.fromhex(auth))
