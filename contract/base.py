"""Settings shared by every model of the contract."""

from pydantic import BaseModel, ConfigDict


class ContractModel(BaseModel):
    """Immutable, and strict about unknown keys: both sides ship together."""

    model_config = ConfigDict(extra="forbid", frozen=True)
