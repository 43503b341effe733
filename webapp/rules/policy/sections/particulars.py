"""The tables [particulars] and [declarations]: what is required of a writer; their readers."""

from dataclasses import dataclass

from webapp.rules.enums import Requirement
from webapp.rules.policy.toml_table import TomlTable


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticularsRequirements:
    """Which particulars are required of the writer; the name always is.

    Attributes:
        name_withheld: Whether a writer may ask for the name to be left out in print. If ``None``, it can't be
            asked for either, and the rules over the form don't mention it.
    """

    email: Requirement = Requirement.REQUIRED
    phone: Requirement = Requirement.REQUIRED
    address: Requirement = Requirement.REQUIRED
    district: Requirement = Requirement.OPTIONAL
    name_withheld: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationRequirements:
    """Which declarations are required of the writer; an optional box left empty still gives an advisory."""

    exclusive: Requirement = Requirement.OPTIONAL
    interest: Requirement = Requirement.OPTIONAL
    ai_use: Requirement = Requirement.OPTIONAL
    consent: Requirement = Requirement.OPTIONAL


def read_particulars(table: TomlTable) -> ParticularsRequirements:
    """Read [particulars]."""
    defaults = ParticularsRequirements()
    particulars = ParticularsRequirements(
        email=table.choice("email", defaults.email),
        phone=table.choice("phone", defaults.phone),
        address=table.choice("address", defaults.address),
        district=table.choice("district", defaults.district),
        name_withheld=table.optional_flag("name_withheld"),
    )
    table.finish()
    return particulars


def read_declarations(table: TomlTable) -> DeclarationRequirements:
    """Read [declarations]."""
    defaults = DeclarationRequirements()
    declarations = DeclarationRequirements(
        exclusive=table.choice("exclusive", defaults.exclusive),
        interest=table.choice("interest", defaults.interest),
        ai_use=table.choice("ai_use", defaults.ai_use),
        consent=table.choice("consent", defaults.consent),
    )
    table.finish()
    return declarations
