"""Which new passwords are taken, and that one that was taken once is neither cut nor refused later."""

import pytest
from argon2 import PasswordHasher

from tests.samples import HERALD, NOON, PASSWORD
from webapp.accounts import passwords
from webapp.accounts.accounts import EditorRefusedError
from webapp.accounts.administration import add_editor
from webapp.accounts.password_strength import WINDOW, PasswordWeakness, find_weakness
from webapp.accounts.passwords import (
    LONGEST_PASSWORD,
    WeakPasswordError,
    hash_new_password,
    hash_password,
    password_matches,
)
from webapp.accounts.sign_ins import SignInRefusedError, check_password
from webapp.store.database import Database
from webapp.store.models import Role

KNOWN = ("Noor van Dijk", "n.vandijk@daily-courier.example", HERALD.paper.title, HERALD.paper.slug)
"""What others know of an account."""


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("password1234", PasswordWeakness.COMMON),
        ("PassWord1234", PasswordWeakness.COMMON),
        ("qwertyuiop", PasswordWeakness.COMMON),
        ("P@ssw0rd2024", PasswordWeakness.COMMON),
        ("noorvandijk", PasswordWeakness.PERSONAL),
        ("Noor van Dijk 1", PasswordWeakness.PERSONAL),
        ("n.vandijk@daily-courier.example", PasswordWeakness.PERSONAL),
        ("vandijk2026", PasswordWeakness.PERSONAL),
        ("HarbourHerald1", PasswordWeakness.PERSONAL),
        ("harbour-herald", PasswordWeakness.PERSONAL),
        ("H4rb0urH3rald!", PasswordWeakness.PERSONAL),
        ("abcabcabcabc", PasswordWeakness.PREDICTABLE),
        ("x" * LONGEST_PASSWORD, PasswordWeakness.PREDICTABLE),
    ],
)
def test_a_password_that_is_soon_guessed_is_refused_with_the_reason(
    password: str, weakness: PasswordWeakness
) -> None:
    with pytest.raises(WeakPasswordError) as refusal:
        hash_new_password(password, KNOWN)
    assert refusal.value.weakness is weakness


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "another good password",
        "x9Kq2mVw4T",
        "Noor hates wet tram seats",
        "雨天電車遲到不要緊啊",
        "x" * WINDOW + "x9Kq2mVw4T",
    ],
)
def test_what_is_hard_to_guess_is_taken(password: str) -> None:
    assert password_matches(password, hash_new_password(password, KNOWN))


def test_what_is_known_makes_the_difference() -> None:
    assert find_weakness("noorvandijk") is None
    assert find_weakness("noorvandijk", KNOWN) is PasswordWeakness.PERSONAL


@pytest.mark.parametrize("length", [9, LONGEST_PASSWORD + 1])
def test_a_password_of_another_length_is_refused(length: int) -> None:
    password = ("x9Kq2mVw4T" * 101)[:length]
    with pytest.raises(EditorRefusedError, match=f"from 10 to 1000 characters; this one has {length}"):
        hash_new_password(password, KNOWN)


def test_all_of_a_password_is_compared() -> None:
    longest = ("x9Kq2mVw4T" * 100)[:LONGEST_PASSWORD]
    kept = hash_password(longest)
    assert password_matches(longest, kept)
    assert not password_matches(longest + "y", kept)
    assert not password_matches(longest[:-1], kept)


def test_an_old_hash_is_renewed_whatever_the_rules_are_now(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_editor(store, email="dana@example.com", name="Dana", role=Role.EDITOR, password=PASSWORD, now=NOON)
    monkeypatch.setattr(passwords, "SHORTEST_PASSWORD", 99)
    monkeypatch.setattr(
        passwords, "_hasher", lambda: PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    )
    check_password(store, email="dana@example.com", password=PASSWORD, now=NOON)
    with pytest.raises(SignInRefusedError):
        check_password(store, email="dana@example.com", password=PASSWORD * 99, now=NOON)


@pytest.mark.parametrize("password", ["mira-bell-1", "islandpost1", "mira@example.com"])
def test_a_new_account_s_own_words_are_no_password(store: Database, password: str) -> None:
    with pytest.raises(WeakPasswordError) as refusal:
        add_editor(
            store,
            email="mira@example.com",
            name="Mira Bell",
            role=Role.EDITOR,
            password=password,
            now=NOON,
            associated=["The Island Post"],
        )
    assert refusal.value.weakness is PasswordWeakness.PERSONAL
