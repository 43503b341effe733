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
        po_box: Whether a PO box without a street or building is enough as an address.
        one_of: Particulars of which one at least is required, in the form's order; none or more than one.
            Each of them is optional by itself.
    """

    email: Requirement = Requirement.REQUIRED
    phone: Requirement = Requirement.REQUIRED
    address: Requirement = Requirement.REQUIRED
    district: Requirement = Requirement.OPTIONAL
    name_withheld: bool | None = None
    po_box: bool = True
    one_of: tuple[str, ...] = ()


ALTERNATIVE_PARTICULARS = ("email", "phone", "address")
"""The particulars that can stand in ``one_of``, in the order of the form."""


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
    named = table.words("one_of", ALTERNATIVE_PARTICULARS)
    one_of = tuple(name for name in ALTERNATIVE_PARTICULARS if name in named)
    if len(one_of) == 1:
        table.add_mistake("one_of", "has to list more than one; make a single one “required”")
    particulars = ParticularsRequirements(
        email=_read_requirement(table, "email", defaults.email, one_of),
        phone=_read_requirement(table, "phone", defaults.phone, one_of),
        address=_read_requirement(table, "address", defaults.address, one_of),
        district=table.choice("district", defaults.district),
        name_withheld=table.optional_flag("name_withheld"),
        po_box=table.flag("po_box", default=True),
        one_of=one_of,
    )
    table.finish()
    return particulars


def _read_requirement(
    table: TomlTable, key: str, default: Requirement, one_of: tuple[str, ...]
) -> Requirement:
    """Read whether a particular is required; one that stands in ``one_of`` can only be optional."""
    if key not in one_of:
        return table.choice(key, default)
    requirement = table.choice(key, Requirement.OPTIONAL)
    if requirement is not Requirement.OPTIONAL:
        table.add_mistake(key, f"can't be “{requirement}”: “one_of” makes it one of several")
    return Requirement.OPTIONAL


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
