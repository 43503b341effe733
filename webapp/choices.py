"""The options of a list to choose from."""

from collections.abc import Callable, Iterable
from typing import Any

# The stubs of WTForms are a version behind it and don't know this class.
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]


def select_choices(options: Callable[[], Iterable[tuple[str, object]]]) -> Callable[[], list[Any]]:
    """Return what a select field takes for the values and labels that ``options`` gives.

    The labels are asked for with each form, in the language of whoever sees it.
    """
    return lambda: [SelectChoice(value=value, label=str(label)) for value, label in options()]
