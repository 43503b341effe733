"""How often: strangers' questions and wrong keys by their address, letters by their mailbox."""

import pytest
from flask import Flask

from tests.api.program import COMPLETE, Program, letters_in, new_key, problem
from tests.pages import Visitor
from tests.samples import BODY
from tests.web.conftest import FORM
from tests.web.test_limits import counters
from webapp.app import create_app
from webapp.installation.settings import Settings
from webapp.reader import proof_of_work as proof_of_work_check
from webapp.store.database import Database

WRONG = "lettersdesk_" + "x" * 43


@pytest.fixture
def counted(counting: Settings, sqlite: Database) -> Flask:
    """The application, with limits."""
    return create_app(counting, sqlite)


def test_one_address_asks_so_often_without_a_key(counted: Flask, sqlite: Database) -> None:
    stranger, program = Program(counted), Program(counted, new_key(sqlite))
    assert {stranger.check({}).status_code for _ in range(150)} == {200}
    stopped = stranger.check({})
    assert problem(stopped) == (429, "too_often")
    assert 0 < int(stopped.headers["Retry-After"]) <= 600
    assert {program.check({}).status_code for _ in range(5)} == {200}
    assert program.send(COMPLETE).status_code == 201


def test_wrong_keys_are_counted_and_keep_right_ones_out_of_nothing(counted: Flask, sqlite: Database) -> None:
    guesser, program = Program(counted, WRONG), Program(counted, new_key(sqlite))
    assert {problem(guesser.send(COMPLETE))[0] for _ in range(15)} == {401}
    assert {problem(guesser.check(COMPLETE))[0] for _ in range(15)} == {401}
    for stopped in (guesser.send(COMPLETE), guesser.check(COMPLETE)):
        assert problem(stopped) == (429, "too_often")
        assert int(stopped.headers["Retry-After"]) > 0
    assert program.send(COMPLETE).status_code == 201
    assert Program(counted).check(COMPLETE).status_code == 200


def test_a_mailbox_has_one_share_of_letters_for_all_doors_together(
    counted: Flask, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_of_work_check.ProofOfWork, "bits", lambda _self: 0)
    program, visitor = Program(counted, new_key(sqlite)), Visitor(counted)
    for number in range(39):
        assert program.send({**COMPLETE, "body": f"{BODY} {number}"}).status_code == 201
    visitor.open(FORM)
    by_form = {name: value for name, value in COMPLETE.items() if isinstance(value, str)}
    assert visitor.send(by_form, follow=False).status == 303
    stopped = program.send({**COMPLETE, "body": "One more."}, "a-key")
    assert problem(stopped) == (429, "mailbox_full")
    assert 0 < int(stopped.headers["Retry-After"]) <= 24 * 60 * 60
    visitor.open(FORM)
    given_back = visitor.send({**by_form, "body": "One more."}, follow=False)
    assert given_back.status == 429
    assert int(given_back.response.headers["Retry-After"]) > 0
    assert letters_in(sqlite) == 40
    # What was stored already is answered as ever, and takes no more of the share.
    assert program.send({**COMPLETE, "body": f"{BODY} 0"}).status_code == 201
    assert program.send({**COMPLETE, "email": "eli@example.com"}).status_code == 201


def test_what_counts_holds_no_key(counted: Flask, sqlite: Database) -> None:
    program = Program(counted, new_key(sqlite))
    program.send(COMPLETE)
    program.check(COMPLETE)
    Program(counted, WRONG).check(COMPLETE)
    kept = " ".join(map(str, counters(counted).storage))
    assert "wrong API keys" in kept
    for private in (program.key, WRONG, "tai-man", "127.0.0.1"):
        assert private not in kept
