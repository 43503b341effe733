"""Contact: a paper that asks for one of several particulars, and for one of several verifications."""

import pytest

from tests.rules.papers import refusals_of
from tests.rules.policy.mistakes import VALID_POLICY, mistakes_in_addition
from tests.samples import TODAY, letter
from webapp.rules.check import check
from webapp.rules.policy import Policy
from webapp.rules.policy.loading import parse_policy
from webapp.rules.policy.sections.correspondence import VerificationMethod

CALL, EMAIL = VerificationMethod.CALL, VerificationMethod.EMAIL


def policy(addition: str) -> Policy:
    """Return a valid policy with an addition."""
    return parse_policy(VALID_POLICY + addition)


ADDRESS_OR_EMAIL = policy('[particulars]\nphone = "off"\none_of = ["address", "email"]\n')


@pytest.mark.parametrize("left_out", ["address", "email"])
def test_either_of_two_particulars_is_enough(left_out: str) -> None:
    assert check(letter(**{left_out: ""}), ADDRESS_OR_EMAIL, TODAY).accepted


def test_none_of_them_is_refused_once() -> None:
    verdict = check(letter(address=" ", email=""), ADDRESS_OR_EMAIL, TODAY)
    assert refusals_of(verdict) == [("email.one_of", {"fields": "email address"})]


def test_one_that_cannot_be_read_is_refused_for_that_alone() -> None:
    verdict = check(letter(address="", email="ann"), ADDRESS_OR_EMAIL, TODAY)
    assert [code for code, _ in refusals_of(verdict)] == ["email.invalid"]


def test_the_first_of_them_has_the_refusal() -> None:
    phone_or_address = policy('[particulars]\nemail = "optional"\none_of = ["address", "phone"]\n')
    verdict = check(letter(address="", phone=""), phone_or_address, TODAY)
    assert refusals_of(verdict) == [("phone.one_of", {"fields": "phone address"})]


def test_mistakes_in_alternatives() -> None:
    assert mistakes_in_addition("""\
[particulars]
one_of = ["email"]
email = "required"
[verification]
before_print = ["call"]
one_is_enough = true
""") == [
        "2: particulars.one_of: has to list more than one; make a single one “required”",
        "3: particulars.email: can't be “required”: “one_of” makes it one of several",
        "6: verification.one_is_enough: needs more than one method in “before_print”",
    ]


@pytest.mark.parametrize("done", [{CALL}, {EMAIL}, {CALL, EMAIL}])
def test_one_verification_replaces_the_other(done: set[VerificationMethod]) -> None:
    either = policy('[verification]\nbefore_print = ["call", "email"]\none_is_enough = true\n')
    assert either.missing_verification(frozenset(done)) == frozenset()
    assert either.missing_verification(frozenset()) == {CALL, EMAIL}


def test_both_are_needed_where_nothing_else_is_said() -> None:
    both = policy('[verification]\nbefore_print = ["call", "email"]\n')
    assert both.missing_verification(frozenset({CALL})) == {EMAIL}
