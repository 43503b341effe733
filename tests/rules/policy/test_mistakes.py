"""Mistakes in policy files: each is reported with its file, line, key and what is expected."""

from pathlib import Path

import pytest

from tests.rules.policy.mistakes import VALID_POLICY, mistakes_in, mistakes_in_addition
from webapp.rules.policy.loading import PolicyError, load_policies, load_policy, parse_policy

LONG_SLUG = "x" * 61
WEEKDAYS = "“monday”, “tuesday”, “wednesday”, “thursday”, “friday”, “saturday” or “sunday”"


def mistake_in_table(table: str, line: str) -> str:
    """Return the mistake reported for one line in a table, without its line and key."""
    (mistake,) = mistakes_in_addition(f"[{table}]\n{line}\n")
    place = f"2: {table}.{line.partition('=')[0].strip()}: "
    assert mistake.startswith(place)
    return mistake.removeprefix(place)


def test_the_policy_that_the_tests_change_is_valid() -> None:
    assert parse_policy(VALID_POLICY).paper.slug == "courier"


@pytest.mark.parametrize(
    ("table", "line", "reason"),
    [
        ("particulars", 'email = "no"', "has to be “required”, “optional” or “off”, not “no”"),
        ("particulars", "phone = true", "has to be “required”, “optional” or “off”, not true"),
        ("particulars", 'name_withheld = "yes"', "has to be true or false without quotes, not “yes”"),
        ("declarations", "consent = 1", "has to be “required”, “optional” or “off”, not 1"),
        ("article", 'asked = ["required"]', "has to be “required”, “optional” or “off”, not a list"),
        ("article", 'link = "Required"', "has to be “required”, “optional” or “off”, not “Required”"),
        ("article", "within_days = 0", "has to be from 1 to 3660, not 0"),
        ("article", "within_days = 7.5", "has to be a whole number from 1 to 3660, not 7.5"),
        ("article", "within_days = true", "has to be a whole number from 1 to 3660, not true"),
        ("article", 'sites = "example.com"', "has to be a list of texts in quotes, not “example.com”"),
        ("article", "sites = []", "lists nothing; list something, or leave the key out"),
        ("article", 'sites = ["https://a.example"]', "has to list hosts like “example.com”, not “https://a.example”"),
        ("content", 'links = "no"', "has to be true or false without quotes, not “no”"),
        ("content", "attachments = 0", "has to be true or false without quotes, not 0"),
        ("content", "signatures_maximum = 0", "has to be from 1 to 100, not 0"),
        ("content", "thanked_people_maximum = 101", "has to be from 1 to 100, not 101"),
        ("content", 'thanked_businesses_maximum = "10"', "has to be a whole number from 1 to 100, not “10”"),
        (
            "content",
            'not_taken = ["verse", "poems"]',
            "has to list “verse”, “open_letter”, “thank_you”, “form_letter” or “endorsement”, not “poems”",
        ),
        ("content", "not_taken = [3]", "has to list texts in quotes that aren't empty, not 3"),
        ("content", 'not_taken = [" "]', "has to list texts in quotes that aren't empty, not “ ”"),
        ("verification", 'before_print = "call"', "has to be a list of texts in quotes, not “call”"),
        ("verification", 'before_print = ["fax"]', "has to list “call” or “email”, not “fax”"),
        ("verification", "before_print = []", "lists nothing; list something, or leave the key out"),
        ("verification", "lapse_hours = 0", "has to be from 1 to 720, not 0"),
        ("verification", 'before_queue = "yes"', "has to be true or false without quotes, not “yes”"),
        ("message_delays", "receipt = 1441", "has to be from 0 to 1440, not 1441"),
        ("approval", "hours = 0", "has to be from 1 to 720, not 0"),
        ("retention", "declined = 0", "has to be from 1 to 3660, not 0"),
        ("retention", 'declined = "90 days"', "has to be a whole number from 1 to 3660, not “90 days”"),
        ("retention", "received = -1", "has to be from 1 to 3660, not -1"),
    ],
)  # fmt: skip
def test_a_wrong_value(table: str, line: str, reason: str) -> None:
    assert mistake_in_table(table, line) == reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('issue_days = ["monday", "Tuesday"]', f"has to list {WEEKDAYS}, not “Tuesday”"),
        ("issue_days = []", "lists nothing; list something, or leave the key out"),
        ('issue_days = "daily"', "has to be a list of texts in quotes, not “daily”"),
        ("email = 3", "has to be a text in quotes that isn't empty, not 3"),
        ('telephone = " "', "has to be a text in quotes that isn't empty, not “ ”"),
        (f'house_text = "{"x" * 2001}"', "has 2001 characters; the limit is 2000"),
        ("language = []", "has to be a text in quotes that isn't empty, not a list"),
    ],
)
def test_a_wrong_value_about_the_paper(line: str, reason: str) -> None:
    text = VALID_POLICY.replace("[words]", f"{line}\n[words]")
    assert mistakes_in(text) == [f"6: paper.{line.partition(' ')[0]}: {reason}"]


@pytest.mark.parametrize(
    ("place", "hint"),
    [
        ("2: paper.hous_text", "did you mean “house_text”?"),
        ("7: words.minimun", "did you mean “minimum”?"),
        ("7: words.fewest", "known here: maximum, minimum, preferred"),
    ],
)
def test_an_unknown_key_in_the_first_tables(place: str, hint: str) -> None:
    table, _, key = place.partition(" ")[2].partition(".")
    text = VALID_POLICY.replace(f"[{table}]", f"[{table}]\n{key} = 3")
    assert mistakes_in(text) == [f"{place}: is not a key that a policy has; {hint}"]


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("[retentoin]\n", "retention"),
        ("[[election]]\n", "elections"),
        ("[contents]\n", "content"),
        ("[[frequencies]]\n", "frequency"),
        ("frequncy = 3\n", "frequency"),
    ],
)
def test_an_unknown_table(line: str, meant: str) -> None:
    name = line.strip("[]\n").partition(" ")[0]
    assert mistakes_in(line + VALID_POLICY) == [
        f"1: {name}: is not a key that a policy has; did you mean “{meant}”?"
    ]


@pytest.mark.parametrize(
    ("addition", "mistake"),
    [
        (
            '[particulars]\naddress = "off"\npo_box = false\n',
            "2: particulars.address: can't be “off”: “particulars.po_box” needs it",
        ),
        (
            (
                '[categories.reply]\ntitle = "Reply"\nright_of_reply = true\n'
                '[[frequency]]\ndays = 7\ncategories = ["reply"]\n'
            ),
            "6: frequency[0].categories: lists only rights of reply, to which no frequency rule applies",
        ),
    ],
)
def test_a_setting_that_could_never_apply(addition: str, mistake: str) -> None:
    assert mistakes_in_addition(addition) == [mistake]


@pytest.mark.parametrize(
    ("table", "key", "meant"),
    [
        ("particulars", "adress", "address"),
        ("declarations", "ai-use", "ai_use"),
        ("article", "within_day", "within_days"),
        ("content", "signature_maximum", "signatures_maximum"),
        ("content", "not-taken", "not_taken"),
        ("verification", "before_printing", "before_print"),
        ("message_delays", "reciept", "receipt"),
        ("retention", "decline", "declined"),
    ],
)
def test_an_unknown_key(table: str, key: str, meant: str) -> None:
    assert mistake_in_table(table, f"{key} = 3") == f"is not a key that a policy has; did you mean “{meant}”?"


def test_a_mistake_is_told_in_one_short_line() -> None:
    text = 'slug = """the\ncourier"""'
    assert mistakes_in(VALID_POLICY.replace('slug = "courier"', text)) == [
        "2: paper.slug: has to be small letters, digits and single hyphens, not “the courier”"
    ]
    (mistake,) = mistakes_in(VALID_POLICY.replace("300", f'"{"x" * 1000}"'))
    assert mistake == f"7: words.maximum: has to be a whole number from 1 to 5000, not “{'x' * 59}…”"
    (mistake,) = mistakes_in_addition('[content]\n"not\\ntaken" = 3\n')
    assert mistake == "2: content.not taken: is not a key that a policy has; did you mean “not_taken”?"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[paper]\nslug = 'a'\nslug = 'b'\n", "3: this is not TOML: Cannot overwrite a value"),
        ("[[elections]]\nbegins = 2026-02-30\n", "2: this is not TOML: Invalid date or datetime"),
        ("[paper\n", "1: this is not TOML: Expected ']' at the end of a table declaration"),
    ],
)
def test_what_is_not_toml(text: str, said: str) -> None:
    assert mistakes_in(text) == [said]


@pytest.mark.parametrize("text", ["number = " + "1" * 5000, "nested = " + "[" * 100_000])
def test_what_the_reader_of_toml_gives_up_on(text: str) -> None:
    (mistake,) = mistakes_in(text)
    assert mistake.startswith(" this is not TOML: ")


def test_a_file_as_windows_saves_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "courier.toml"
    file.write_bytes(b"\xef\xbb\xbf" + VALID_POLICY.replace("\n", "\r\n").encode())
    assert load_policy(file).paper.slug == "courier"


@pytest.mark.parametrize("content", [b"\xff\xfe[\x00p\x00", b"title = '\xe9'"])
def test_a_file_that_is_not_utf_8_is_told_so(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "courier.toml"
    file.write_bytes(content)
    with pytest.raises(PolicyError, match=r"courier\.toml: the file can't be read: 'utf-8' codec"):
        load_policy(file)


@pytest.mark.parametrize(
    ("table", "key", "meant"),
    [
        ("retention", "rejected", "declined"),
        ("retention", "accepted", "shortlisted"),
        ("retention", "printed", "published"),
        ("message_delays", "refusal", "decision"),
        ("particulars", "telephone", "phone"),
        ("particulars", "tel", "phone"),
        ("particulars", "anonymous", "name_withheld"),
        ("declarations", "conflict_of_interest", "interest"),
    ],
)
def test_a_key_is_guessed_by_its_meaning(table: str, key: str, meant: str) -> None:
    assert mistake_in_table(table, f"{key} = 3") == f"is not a key that a policy has; did you mean “{meant}”?"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ('maximum = "250"\nminimum = 300', "has to be a whole number from 1 to 5000, not “250”"),
        ("maximum = 0\nminimum = 300", "has to be from 1 to 5000, not 0"),
        ("minimum = 300", "“maximum” is missing"),
    ],
)
@pytest.mark.parametrize("category", ["", '[categories.reply]\ntitle = "Reply"\nminimum = 20\n'])
def test_a_value_that_can_not_be_read_is_compared_with_nothing(words: str, line: str, category: str) -> None:
    (mistake,) = mistakes_in(VALID_POLICY.replace("maximum = 300", words) + category)
    assert mistake.endswith(line)


def test_a_category_without_a_readable_maximum_is_compared_with_nothing() -> None:
    addition = '[categories.reply]\ntitle = "Reply"\nmaximum = "90"\nminimum = 100\n'
    (mistake,) = mistakes_in_addition(addition)
    assert mistake == "3: categories.reply.maximum: has to be a whole number from 1 to 5000, not “90”"


def test_elections_miss_no_category_where_the_categories_can_not_be_read() -> None:
    election = '[[elections]]\nbegins = 2026-09-01\npolling_day = 2026-11-03\ncategories = ["reply"]\n'
    (mistake,) = mistakes_in('categories = ["reply"]\n' + VALID_POLICY + election)
    assert mistake == "1: categories: has to be a table, [categories], not a list"


@pytest.mark.parametrize("tag", ["klingon", "english", "e", "en-Lat", "en-ZZZ", "en-us-oxendict", "f r"])
def test_what_is_no_language_is_a_mistake(tag: str) -> None:
    (mistake,) = mistakes_in(VALID_POLICY.replace("[words]", f'language = "{tag}"\n[words]'))
    expected = "has to be a language's tag (BCP 47) like “en” or “zh-Hant”"
    assert mistake == f"6: paper.language: {expected}, not “{tag}”"


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("en", "en"),
        ("fr", "fr"),
        ("zh-Hant", "zh_Hant"),
        ("zh_hant", "zh_Hant"),
        ("zh-Hant-HK", "zh_Hant_HK"),
        ("pt-BR", "pt_BR"),
        ("es-419", "es_419"),
        ("EN-gb", "en_GB"),
    ],
)
def test_a_language_need_not_be_one_of_the_forms(tag: str, locale: str) -> None:
    policy = parse_policy(VALID_POLICY.replace("[words]", f'language = "{tag}"\n[words]'))
    assert policy.paper.language == locale


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ('["Old"]', "has to be small letters, digits and single hyphens, not “Old”"),
        ('["desk"]', "“desk” is an address that Letters Desk uses itself"),
        ('["courier"]', "“courier” is the paper's slug now"),
        ('["old", "old"]', "lists “old” twice"),
        ('"old"', "has to be a list of texts in quotes, not “old”"),
        (f'["{LONG_SLUG}"]', f"“{LONG_SLUG}” has 61 characters; the limit is 60"),
    ],
)
def test_a_former_slug_is_a_slug(value: str, reason: str) -> None:
    (mistake,) = mistakes_in(VALID_POLICY.replace("[words]", f"former_slugs = {value}\n[words]"))
    assert mistake == f"6: paper.former_slugs: {reason}"


def test_former_slugs_are_read() -> None:
    policy = parse_policy(VALID_POLICY.replace("[words]", 'former_slugs = ["old", "older"]\n[words]'))
    assert policy.paper.slugs == ("courier", "old", "older")


@pytest.mark.parametrize(("other", "key"), [("old", "paper.former_slugs"), ("courier", "paper.slug")])
def test_no_slug_is_two_papers(tmp_path: Path, other: str, key: str) -> None:
    (tmp_path / "a.toml").write_text(VALID_POLICY.replace('"courier"', f'"{other}"'), encoding="utf-8")
    renamed = VALID_POLICY.replace("[words]", 'former_slugs = ["old"]\n[words]')
    (tmp_path / "b.toml").write_text(renamed, encoding="utf-8")
    with pytest.raises(PolicyError) as refused:
        load_policies(tmp_path)
    (mistake,) = refused.value.mistakes
    assert (mistake.key, mistake.reason) == (
        key,
        f"another file in the folder, that of The Courier, has the slug “{other}” too",
    )
