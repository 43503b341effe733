"""Editing a letter at the desk: word count, versions, approval by the writer, edit conflicts, drafts."""

from playwright.sync_api import Page, expect

from tests.browser.steps import press, send_new_letter

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
