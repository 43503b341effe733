"""Editing a letter at the desk: word count, versions, approval by the writer, edit conflicts, drafts."""

import re

from playwright.sync_api import Page, expect
from sqlalchemy import update

from tests.browser.steps import heading, press, send_new_letter, sign_in
from webapp.store.database import Database
from webapp.store.models import SignIn

SHORT = "The tram is slow."


def open_to_edit(editor: Page, reader: Page) -> str:
    """Send a letter as the reader and open its edit page as the editor; return its path at the desk."""
    address = f"/desk/letters/{send_new_letter(reader).replace('-', '')}"
    editor.goto(f"{address}/edit")
    return address


def test_a_letter_is_edited_and_its_writer_approves(reader: Page, dana: Page) -> None:
    open_to_edit(dana, reader)
    dana.get_by_label("Text").fill(SHORT)
    expect(dana.locator("#count")).to_have_text("4 of 400 words, 396 left; 13 fewer than in the original")
    dana.get_by_label("Text").fill("word " * 412)
    expect(dana.locator("#count")).to_have_text(
        "412 of at most 400 words, 12 too many; 395 more than in the original"
    )
    dana.get_by_label("Text").fill(SHORT)
    press(dana, "Save as version 1")
    press(dana, "Send version 1 for approval")
    reader.reload()
    assert reader.locator(".asked .letter-body").first.inner_text() == SHORT
    assert "That is its use" in reader.locator(".asked del").last.inner_text()
    reader.get_by_label("Your comment").fill("Well cut.")
    press(reader, "I approve")
    assert "You approved it on" in reader.locator(".asked").inner_text()
    dana.reload()
    assert "The writer has approved version 1." in dana.locator(".side .approval").inner_text()
    assert "Well cut." in dana.locator(".history.events li").last.inner_text()


def test_of_two_editors_neither_loses_a_word(reader: Page, dana: Page, eli: Page) -> None:
    address = open_to_edit(dana, reader)
    eli.goto(f"{address}/edit")
    dana.get_by_label("Text").fill(SHORT)
    press(dana, "Save as version 1")
    eli.get_by_label("Text").fill("The tram is fast.")
    press(eli, "Save as version 1")
    expect(eli.locator("#summary")).to_be_focused()
    assert "Dana has saved version 1 in the meantime" in eli.locator("#summary").inner_text()
    assert eli.get_by_label("Text").input_value() == "The tram is fast."
    assert "slow" in eli.locator(".difference del").inner_text()
    press(eli, "Save after version 1")
    assert eli.locator(".letter-body").first.inner_text() == "The tram is fast."


def test_what_was_not_saved_comes_back_and_what_was_saved_does_not(reader: Page, dana: Page) -> None:
    address = open_to_edit(dana, reader)
    dana.get_by_label("Text").fill(SHORT)
    dana.goto(address)
    dana.goto(f"{address}/edit")
    assert dana.get_by_label("Text").input_value() == SHORT
    expect(dana.locator("#draft-note")).to_be_visible()
    press(dana, "Save as version 1")
    dana.goto(f"{address}/edit")
    assert dana.get_by_label("Text").input_value() == SHORT
    expect(dana.locator("#draft-note")).to_be_hidden()


def test_an_unsaved_text_that_was_overtaken_is_not_lost(reader: Page, dana: Page, eli: Page) -> None:
    address = open_to_edit(dana, reader)
    dana.get_by_label("Text").fill(SHORT)
    dana.goto(address)
    eli.goto(f"{address}/edit")
    eli.get_by_label("Text").fill("The tram is fast.")
    press(eli, "Save as version 1")
    dana.goto(f"{address}/edit")
    assert dana.get_by_label("Text").input_value() == SHORT
    press(dana, "Save as version 2")
    assert "Eli has saved version 1 in the meantime" in dana.locator("#summary").inner_text()
    assert dana.get_by_label("Text").input_value() == SHORT


def test_a_text_whose_saving_failed_comes_back(reader: Page, dana: Page, sqlite: Database) -> None:
    address = open_to_edit(dana, reader)
    dana.get_by_label("Text").fill(SHORT)
    dana.context.set_offline(offline=True)
    dana.get_by_role("button", name="Save as version 1").click()
    expect(dana).to_have_url(re.compile("chrome-error"))
    dana.context.set_offline(offline=False)
    dana.goto(f"{address}/edit")
    assert dana.get_by_label("Text").input_value() == SHORT
    with sqlite.transaction() as session:
        session.execute(update(SignIn).values(ended_at=SignIn.created_at))
    press(dana, "Save as version 1")
    assert heading(dana) == "Sign in"
    sign_in(dana, "Dana")
    dana.goto(f"{address}/edit")
    assert dana.get_by_label("Text").input_value() == SHORT


def test_a_note_is_kept_until_it_is_added(reader: Page, dana: Page) -> None:
    dana.goto(f"/desk/letters/{send_new_letter(reader).replace('-', '')}")
    address = dana.url
    dana.get_by_label("New note").fill("She rings back after six.")
    dana.goto("/desk/stories")
    dana.goto(address)
    assert dana.get_by_label("New note").input_value() == "She rings back after six."
    press(dana, "Add the note")
    assert dana.get_by_label("New note").input_value() == ""
    dana.reload()
    assert dana.get_by_label("New note").input_value() == ""
    expect(dana.locator(".notes .history li")).to_have_count(1)


def test_a_writers_reason_is_kept_until_the_letter_is_withdrawn(reader: Page) -> None:
    send_new_letter(reader)
    reader.locator("#withdraw summary").click()
    reader.get_by_label("Why you withdraw it").fill("It was printed elsewhere.")
    reader.reload()
    assert reader.get_by_label("Why you withdraw it").input_value() == "It was printed elsewhere."
    press(reader, "Withdraw the letter")
    keys = reader.evaluate("Object.keys(localStorage)")
    assert [key for key in keys if "withdraw" in key] == []
