"""`lettersdesk paper new`: a starter policy that is valid, named after its file, and overwrites no file."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.rules.policy.mistakes import VALID_POLICY
from webapp.cli import main
from webapp.cli.policy_notices import unit_notice
from webapp.rules.policy.loading import load_policy


@pytest.mark.parametrize(
    ("name", "slug", "title"),
    [
        ("our-paper.toml", "our-paper", "Our Paper"),
        ("The Ferrytown Weekly.toml", "the-ferrytown-weekly", "The Ferrytown Weekly"),
        ("晚報.toml", "our-paper", "Our Paper"),
        ("desk.toml", "our-paper", "Our Paper"),
        (f"{'long-' * 13}.toml", "our-paper", "Our Paper"),
    ],
)
def test_a_new_policy_is_valid_and_named_after_its_file(
    empty_folder: Path, name: str, slug: str, title: str
) -> None:
    file = empty_folder / name
    result = CliRunner().invoke(main, ["paper", "new", str(file)])
    assert result.exit_code == 0, result.output
    policy = load_policy(file)
    assert (policy.paper.slug, policy.paper.title) == (slug, title)
    checked = CliRunner().invoke(main, ["paper", "check", str(file)])
    assert checked.exit_code == 0


def test_no_file_is_written_over(empty_folder: Path) -> None:
    file = empty_folder / "ours.toml"
    file.write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(main, ["paper", "new", str(file)])
    assert result.exit_code == 2
    assert "is there already" in result.output
    assert file.read_text(encoding="utf-8") == "mine"


def test_a_folder_of_policies_is_checked_as_the_setting_takes_it(empty_folder: Path) -> None:
    for name in ("courier", "argus"):
        CliRunner().invoke(main, ["paper", "new", str(empty_folder / f"{name}.toml")])
    checked = CliRunner().invoke(main, ["paper", "check", str(empty_folder)])
    assert checked.exit_code == 0, checked.output
    assert [f"the policy of {title} is sound" in checked.stdout for title in ("Argus", "Courier")] == [
        True
    ] * 2


def test_each_mistake_in_a_folder_of_policies_is_named(empty_folder: Path) -> None:
    for name in ("argus", "bugle", "courier"):
        CliRunner().invoke(main, ["paper", "new", str(empty_folder / f"{name}.toml")])
    for name in ("argus", "courier"):
        file = empty_folder / f"{name}.toml"
        file.write_text(file.read_text(encoding="utf-8") + "\n[nonsense]\n", encoding="utf-8")
    checked = CliRunner().invoke(main, ["paper", "check", str(empty_folder)])
    assert checked.exit_code == 1
    assert "the policy of Bugle is sound" in checked.stdout
    assert [line.split(":")[0] for line in checked.stderr.splitlines()] == [
        str(empty_folder / "argus.toml"),
        str(empty_folder / "courier.toml"),
    ]


def test_a_folder_without_a_policy_is_told(empty_folder: Path) -> None:
    checked = CliRunner().invoke(main, ["paper", "check", str(empty_folder)])
    assert checked.exit_code == 1
    assert "no policy file" in checked.stderr


def test_a_folder_that_is_not_there_is_told(empty_folder: Path) -> None:
    result = CliRunner().invoke(main, ["paper", "new", str(empty_folder / "nowhere" / "ours.toml")])
    assert result.exit_code == 2
    assert "can’t be written" in result.output


def check_in_language(folder: Path, tag: str) -> Result:
    """Return the outcome of checking a new policy whose language is changed."""
    file = folder / "ours.toml"
    CliRunner().invoke(main, ["paper", "new", str(file)])
    file.write_text(file.read_text(encoding="utf-8").replace('"en" ', f'"{tag}" '), encoding="utf-8")
    return CliRunner().invoke(main, ["paper", "check", str(file)])


@pytest.mark.parametrize("tag", ["zh-HK", "en-AU", "en-US", "zh-Hant"])
def test_any_variety_of_a_language_that_is_there_will_do(empty_folder: Path, tag: str) -> None:
    result = check_in_language(empty_folder, tag)
    assert result.exit_code == 0, result.output
    assert [each.name for each in empty_folder.iterdir()] == ["ours.toml"], "nothing is created"


@pytest.mark.parametrize(("tag", "name"), [("cy", "is Welsh;"), ("xx", "is no language that is known;")])
def test_a_language_that_is_not_there_is_refused_and_those_that_are_named(
    empty_folder: Path, tag: str, name: str
) -> None:
    result = check_in_language(empty_folder, tag)
    assert result.exit_code == 1
    assert f"paper.language: language “{tag}” {name}" in result.stderr
    assert "The languages are en (English), " in result.stderr
    assert "zh-Hant (繁體中文)" in result.stderr
    assert "is sound" not in result.stdout


def test_what_a_paper_of_two_languages_does_not_say_in_both_is_told(empty_folder: Path) -> None:
    file = empty_folder / "ours.toml"
    file.write_text(
        VALID_POLICY.replace('country = "GB"', 'country = "HK"\nlanguage = "zh-Hant"\nhouse_text = "Write!"')
        + """
[categories.reply]
title = { en = "Reply", zh-Hant = "回應" }
[categories.thanks]
title = { en = "Thanks" }
[[elections]]
begins = 2026-01-01
polling_day = 2026-12-31
roles_barred = ["candidate", { zh-Hant = "競選團隊" }]
""",
        encoding="utf-8",
    )
    checked = CliRunner().invoke(main, ["paper", "check", str(file)])
    assert checked.exit_code == 0, checked.output
    assert checked.stdout.replace(f"{file}: ", "").splitlines()[1:] == [
        "paper.house_text: given once, while other texts are given by language (en, zh-Hant).",
        "categories.thanks.title: not given in zh-Hant: such readers see another language.",
        "elections[0].roles_barred[0]: given once, while other texts are given by language (en, zh-Hant).",
        "elections[0].roles_barred[1]: not given in en: such readers see another language.",
    ]


def test_a_paper_that_gives_each_text_once_is_told_of_no_language(empty_folder: Path) -> None:
    file = empty_folder / "ours.toml"
    file.write_text(f'{VALID_POLICY}[categories.reply]\ntitle = "Reply"\n', encoding="utf-8")
    checked = CliRunner().invoke(main, ["paper", "check", str(file)])
    assert checked.stdout.splitlines() == [f"{file}: the policy of The Courier is sound."]


BARE = VALID_POLICY.replace('"GB"', '"US"').replace("300", "3000")


def explained(folder: Path, text: str, *options: str) -> list[list[str]]:
    """Return the paragraphs of the explanation of a policy, after the one that says that it is sound."""
    file = folder / "ours.toml"
    file.write_text(text, encoding="utf-8")
    checked = CliRunner().invoke(main, ["paper", "check", str(file), "--explain", *options])
    assert checked.exit_code == 0, checked.output
    return [paragraph.splitlines() for paragraph in checked.stdout.split("\n\n")[1:]]


def test_a_policy_is_explained_as_a_reader_sees_it(empty_folder: Path) -> None:
    rules, defaults = explained(empty_folder, BARE)
    assert rules == [
        "The Courier: the rules over its form, in English",
        "  - At most 3,000 words.",
        "  - We need your full name, your address, your e-mail address, and a phone number for verification.",
    ]
    assert defaults[0] == "What the file doesn’t say, and what holds instead:"
    assert {'  particulars.phone = "required"', "  content.links = true", "  words.minimum = 1"} <= set(
        defaults
    )
    assert "  message_delays.decision = 10" in defaults
    assert not [line for line in defaults if "words.maximum" in line], "the file says it"
    assert "kept for good: received, " in defaults[-1]


def test_what_holds_by_default_can_be_written_into_the_file_and_changes_nothing(empty_folder: Path) -> None:
    rules, (_heading, *lines, _retention) = explained(empty_folder, BARE)
    whole = BARE
    for line in lines:
        table, _dot, setting = line.strip().partition(".")
        heading = f"[{table}]\n"
        whole = whole if heading in whole else whole + heading
        whole = whole.replace(heading, f"{heading}{setting}\n")
    written_out = explained(empty_folder, whole)
    assert written_out[0] == rules
    assert len(written_out[1]) == 2, "nothing but retention is left to defaults"


def test_a_policy_is_explained_in_each_of_its_languages_and_in_any_other(empty_folder: Path) -> None:
    text = BARE + '[categories.reply]\ntitle = { en = "Reply", zh-Hant = "回應", cy = "Ateb" }\n'
    english, chinese, _defaults = explained(empty_folder, text)
    assert english[-1] == "  Kind of letter: General letter / Reply"
    assert chinese[0].endswith("in 繁體中文")
    assert chinese[-1].endswith(" / 回應")
    german, _defaults = explained(empty_folder, text, "--language", "de-AT")
    assert german[1] == "  - Höchstens 3.000 Wörter."


def test_a_language_that_is_not_there_is_not_explained_in(empty_folder: Path) -> None:
    file = empty_folder / "ours.toml"
    file.write_text(BARE, encoding="utf-8")
    checked = CliRunner().invoke(main, ["paper", "check", str(file), "--explain", "--language", "cy"])
    assert checked.exit_code == 2
    assert "There is no form in “cy”" in checked.stderr


@pytest.mark.parametrize(
    ("length", "told"),
    [
        ("[words]\nmaximum = 300", "words"),
        ('[length]\nunit = "characters"\n[categories.a]\ntitle = "A"\nunit = "words"', "categories.a"),
        ('[length]\nunit = "lines"', ""),
    ],
)
def test_words_that_cannot_be_counted_are_told(empty_folder: Path, length: str, told: str) -> None:
    file = empty_folder / "ours.toml"
    paper, _words = VALID_POLICY.split("[words]")
    file.write_text(f'{paper}language = "th"\n{length}\n', encoding="utf-8")
    checked = CliRunner().invoke(main, ["paper", "check", str(file)])
    # There is no form in Thai yet.
    assert checked.exit_code == 1
    assert unit_notice(load_policy(file)).partition(":")[0] == told


def test_a_length_in_any_unit_is_counted(empty_folder: Path) -> None:
    (empty_folder / "letter").write_text("1234567890 12345\nThird --fourth", encoding="utf-8")
    counts = {
        unit: CliRunner().invoke(main, ["count", "letter", "--unit", unit, "--line-length", "10"]).stdout
        for unit in ("words", "characters", "characters_without_spaces", "lines")
    }
    assert counts == {
        "words": "5\n",
        "characters": "30\n",
        "characters_without_spaces": "28\n",
        "lines": "4\n",
    }


def test_the_sound_policies_of_a_folder_are_explained_beside_a_faulty_one(empty_folder: Path) -> None:
    (empty_folder / "ours.toml").write_text(BARE, encoding="utf-8")
    (empty_folder / "theirs.toml").write_text("[paper]", encoding="utf-8")
    checked = CliRunner().invoke(main, ["paper", "check", str(empty_folder), "--explain"])
    assert checked.exit_code == 1
    assert "  - At most 3,000 words." in checked.stdout
    assert '  particulars.phone = "required"' in checked.stdout
