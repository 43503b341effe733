"""The time to check a submission, and to read a policy, grows with its length, whatever is repeated in it."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.linear_time import Repetition, assert_linear, repetitions
from tests.samples import HERALD, TODAY
from webapp.rules.advisories.content import content_advisories
from webapp.rules.check import check
from webapp.rules.policy.loading import PolicyError, parse_policy
from webapp.rules.submission import Field, Submission, is_boolean_field

BODIES = (
    "a", "A", "1", " ", "\t", ".", ",", ":", "-", "_", "(", "“", "'", "/", "@", "word ", "AA ", "ab.cd",
    "a.", "a@", "a'", "ab-", "thetramisslow", "WeShould", "a-a.a", "http://", "www.", "Jane Lee",
    "Jane Lee, ", "Dear ", "Dear Mr Lee,", "To the Editor of", "To the minister", "your paper, A ",
    "open letter", "and 14 others", "other", "thank ", "thank Mr. ", "thank “", "thanks to the following:",
    "a:", "Yours faithfully,", "cheers", "signed by", "9123 0045", "+852 9123 0045,", "4111 1111 1111 1112",
    "A123456(3)", "passport ", "110101199003070", "111.111", "the tram is slow\nAnd so we go", "a b c",
    "vote ", "I support A ", "We vote ", "I urge you ", "Vote for Ann. ", "wählen Sie ", "ich werde A ",
    "meine Stimme ", "Sehr geehrter ", "Señor alcalde ", "Monsieur ", "Mayor A ", "An den Minister ",
    "Caro ", "Beste A ", "you ", "danke ", "möchte danken ", "gracias a ", "obrigado ", "thank you for ",
    "但", "感謝您 ", "12 Mill ", "12 A Street, ", "calle A ", "Rua de ", "Gartenstr", "A-straße 1 ",
    "青山道", "青山道1號", "I live at 1 A Road ", "DE89 3704 ", "AD12", "account number ", "Konto 1234567 ",
    "帳戶 123-456", "a (at) ", "a@b.c ", "x [at] ", ", And ", "The a, ", " / ", "a, 一票", "謝", "陳大文、",
    "致", "公開信", "編輯", "か\u3099", "a\u0315\u0300", "İ", "\u200b", "ﷺ", "\U0001f600",
)  # fmt: skip
BODIES_WITH_SPACES = (
    Repetition("a:\n", before="hank\n\n"),
    Repetition("a:\n\n", before="We thank Mr. Lee.\n\n"),
    Repetition(" ", before="a short line of verse\n" * 600 + "cheers", after="x"),
    Repetition(" ", before="Yours,\n" + f"Jane Lee{' ' * 380}other\n" * 50, after="x"),
    Repetition(" ", before="Dear Editor\n\n“", after="x"),
    Repetition("\t", before="x", after="x\nYours\n"),
)
"""Bodies with runs of spaces between other words, and with lines that end with a colon."""
LINES = (
    "a", " ", ".", "@", "a@", "a.", "a-", "1 ", "+1 ", "(", "mailto:", "<", "<a ", "[", "/", "http://",
    "電", "か\u3099", "\ufdfa", "a\u0315\u0300", "N/A ", "asdf", "P.O. ", "Road ", "Hong Kong ", "%25", ",",
    "\x00",
)  # fmt: skip
POLICIES = (
    "a", "a.", "a . ", "'a'.", '"a".', "[", "[a]", "[[a]]\n", "[a.b]\n", "{", "{a=", '"', "'", "'''", '"""',
    '"\\', '"\\"', "#", "a = 1\n", "a = [", "1", "1.", "\n", '"\\n', "a = {b = 1}\n",
)  # fmt: skip


def advisories(body: str) -> object:
    """Return the content advisories on a body."""
    return content_advisories(body, body[:200], paper_title="The Harbour Herald", country="HK")


def test_bodies_are_examined_in_linear_time() -> None:
    assert_linear(advisories, (*repetitions(BODIES), *BODIES_WITH_SPACES))


def reading(field: Field) -> Callable[[str], object]:
    """Return a function that checks a submission with a given text in this field."""
    return lambda text: check(Submission.from_mapping({field.value: text}), HERALD, TODAY)


@pytest.mark.parametrize(
    "field", [field for field in Field if not is_boolean_field(field) and field is not Field.ANSWERS]
)
def test_fields_are_checked_in_linear_time(field: Field) -> None:
    assert_linear(reading(field), map(Repetition, LINES))


def test_policies_are_read_in_linear_time() -> None:
    def read(text: str) -> None:
        with suppress(PolicyError):
            parse_policy(text)

    patterns = (Repetition(fragment, before=before) for fragment in POLICIES for before in ("", "a = "))
    assert_linear(read, patterns)


def test_a_key_with_very_many_names_is_a_mistake_with_its_line() -> None:
    with pytest.raises(PolicyError) as refused:
        parse_policy("[paper]\n" + "a." * 50 + "a = 1\n")
    assert list(refused.value.lines()) == ["policy:2: a key has more than 50 names with dots between them"]


def test_a_text_with_very_many_dots_is_no_key() -> None:
    with pytest.raises(PolicyError) as refused:
        parse_policy('[paper]\ntitle = "The Herald' + "." * 100 + '"\n')
    assert "names with dots" not in str(refused.value)


def test_only_the_first_of_very_many_unknown_keys_are_reported() -> None:
    with pytest.raises(PolicyError) as refused:
        parse_policy("".join(f"key_{number} = 1\n" for number in range(1_000)))
    lines = [line for line in refused.value.lines() if "is not a key that a policy has" in line]
    assert len(lines) == 50
    assert lines[0].startswith("policy:1: key_0: ")
