"""What a file is sealed with."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """A key made for one call or one photograph; it opens nothing else of the customer."""

    customer_key: str
    """Id of the customer's key, by which this one is wrapped."""
    key: bytes = field(repr=False)
    wrapped: bytes
    """The same key under the customer's (AES-KW), as it stands in a file's header."""
