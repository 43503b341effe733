"""HTML to plain text: paragraphs, lists, tables, quotes, broken markup."""

import pytest

from tests.mailbox.sample_messages import read_html

OUTLOOK = (
    "<p class=MsoNormal>One</p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
    "<p class=MsoNormal>Two</p><p class=MsoNormal>three<o:p></o:p></p>"
)
GMAIL = (
    '<div dir="ltr">On trams</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
    'On Tue, 3 Mar 2026 at 10:00, Desk &lt;<a href="mailto:d@example.org">d@example.org</a>&gt; wrote:'
    '<br></div><blockquote class="gmail_quote" style="margin:0">On buses<div>and trains</div></blockquote>'
    "</div>"
)


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ("<div>One</div><div><br></div><div>Two</div><div>three</div>", "One\n\nTwo\nthree"),
        ("One\n  two <b>th</b>ree&nbsp;&amp; f&ouml;ur &#8211; &lt;5&gt;", "One two three & föur – <5>"),
        ("<ul><li>One</li><li>Two</li></ul>Three<ol><li>Four</ol>", "One\nTwo\n\nThree\n\nFour"),
        ("<h1>One</h1>Two<hr>Three", "One\n\nTwo\n\nThree"),
        ("<table><tr><td>One</td><td>two</td></tr><tr><td>Three</td></tr></table>", "One two\nThree"),
        ("<pre>One\n  two\nthree</pre>four", "One\ntwo\nthree\n\nfour"),
        ("<title>No</title><style>p {}</style><script>if (a < b) { '</p>' }</script>One", "One"),
        ("One<style>never ends", "One"),
        ("One<!-- two --> three <!--[if mso]><p>No</p><![endif]-->four", "One three four"),
        ("One <!-- never ends", "One"),
        ("<!DOCTYPE html><?xml?><![CDATA[x]]>One", "One"),
        ("1 < 2, 3 > 2, <3, a<b, <jane@example.com>", "1 < 2, 3 > 2, <3, a<b, <jane@example.com>"),
        ('<img alt="a > b">One<a title="<b>" href=x>two</a>', "Onetwo"),
        (OUTLOOK, "One\n\nTwo\nthree"),
        ('<p style="margin:0">One</p><p style="margin: 0px">two</p>', "One\ntwo"),
        ("&#" + "9" * 5000 + ";One&#x110000;", "\ufffdOne\ufffd"),
        ("<P>ONE</P >two<p/>three", "ONE\n\ntwo\n\nthree"),
        ("", ""),
    ],
)  # fmt: skip
def test_the_text_of_a_page(page: str, text: str) -> None:
    assert read_html(page).body == text


def test_a_quoted_message_is_left_out() -> None:
    quoted = '<blockquote type="cite">On buses</blockquote>'
    assert read_html(f"<p>On trams</p>{quoted}").body == "On trams"
    assert read_html(GMAIL).body == "On trams"


def test_a_blockquote_by_the_writer_is_kept() -> None:
    page = "<p>You wrote:</p><blockquote>The tram is slow.</blockquote><p>It is not.</p>"
    assert read_html(page).body == "You wrote:\n\nThe tram is slow.\n\nIt is not."


def test_particulars_in_lines_of_a_page() -> None:
    page = (
        "<div>On trams.</div><div><br></div><div>Yours sincerely,</div><div>Jane Lee</div>"
        "<div>Flat 3, 1 Main Street</div><div>Tel: <a href='tel:1'>2123&nbsp;4567</a></div>"
    )
    submission = read_html(page)
    assert (submission.body, submission.address) == ("On trams.", "Flat 3, 1 Main Street")
    assert submission.phone == "2123 4567"
