"""What a file is sealed with."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """A key made for one call or one photograph; it opens nothing else of the customer."""

    customer_key: str
    """Id of the customer's key, by which this one is wrapped."""
    key: bytes = field(repr=False)
    wrapped: bytes
    """The same key under the customer's (AES-KW), as it stands in a file's header."""

    def to_json(self) -> dict[str, str]:
        """As a worker process is told it: it can seal with it, and open nothing else."""
        return {
            "customer_key": self.customer_key,
            "key": self.key.hex(),
            "wrapped": self.wrapped.hex(),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, str]) -> "DataKey":
        """What `to_json` says."""
        return cls(
            customer_key=told["customer_key"],
            key=bytes.fromhex(told["key"]),
            wrapped=bytes.fromhex(told["wrapped"]),
        )
