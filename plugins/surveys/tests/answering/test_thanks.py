"""The end of a survey shows its own words with their harmless HTML, and nothing that could act."""

from collections.abc import Callable

from plugins.surveys.tests.answering.making import ONE_PAGE, Browser

from guanxi_surveys.answering.definitions import Asked


def test_words_of_thanks_are_drawn_as_html_without_scripts(
    ask: Callable[..., Asked], browser: Callable[[str], Browser]
) -> None:
    ask({**ONE_PAGE, "completedHtml": "<p>Thank <b>you</b>.</p><script>alert(1)</script>"})
    somebody = browser("/surveys/p/open-sesame")
    somebody.open()

    end = somebody.send(q0="9")

    assert "<p>Thank <b>you</b>.</p>" in end.text
    assert "alert" not in end.text


def test_a_plain_option_of_thanks_stays_plain(
    ask: Callable[..., Asked], browser: Callable[[str], Browser]
) -> None:
    ask(options={"thanks": {"en": "Thanks <all>"}})
    somebody = browser("/surveys/p/open-sesame")
    somebody.open()

    assert "Thanks &lt;all&gt;" in somebody.send(q0="9").text
