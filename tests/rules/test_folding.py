"""`fold()`: the fast path for ASCII gives the same result as the general one."""

from hypothesis import given, strategies as st

from webapp.rules.text_folding import fold


@given(st.text(st.characters(codec="ascii")))
def test_plain_text_is_folded_as_it_is_beside_other_letters(text: str) -> None:
    assert f"{fold(text)} 電".strip() == fold(f"{text} 電")
