"""Model of the register of seal keys: the names of the keys with which values in the store are sealed."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from webapp.store.models.base import Base
from webapp.store.seal import KEY_NAME_BYTES


class SealKey(Base):
    """A key with which values may be sealed: triggers refuse to insert a value of any other key.

    The row holds the name that each sealed value begins with, which tells nothing of the key itself.
    `webapp.store.seal_keys` says which keys are registered.
    """

    __tablename__ = "seal_keys"

    name: Mapped[bytes] = mapped_column(LargeBinary(KEY_NAME_BYTES), primary_key=True)
