"""Questions in the documents' language and in another one: found if they are answered, else not."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.library import Library
from index.model.encoder import Encoder
from index.settings import IndexSettings
from index.text import negation
from index.types import Outcome

TEXTS = {
    "tides.md": "# Tides of Lindmouth\n\nThe tide at Lindmouth rises by seven metres in spring. "
    "Boats leave the harbour two hours before high water.\n",
    "bees.md": "# Keeping bees\n\nA hive needs twenty kilograms of honey to survive the winter. "
    "The beekeeper opens the hive on warm days only.\n",
    "bridge.md": "# The iron bridge\n\nThe iron bridge over the Sorrel was designed by Ada Brandt. "
    "It was painted green in 1911 and is closed to lorries.\n",
    "bread.md": "# Rye bread\n\nThe dough of rye bread rests for twelve hours in a cool cellar. "
    "It is baked in a stone oven for fifty minutes.\n",
}


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Library:
    folder: Path = tmp_path_factory.mktemp("english")
    (folder / "knowledge").mkdir()
    for name, text in TEXTS.items():
        (folder / "knowledge" / name).write_text(text, encoding="utf-8")
    settings = IndexSettings.model_construct(knowledge=folder / "knowledge", data=folder / "data")
    library = Library(knowledge=settings.knowledge, data=settings.data, model=encoder)
    library.desk.index.build()
    return library


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("How much honey does a hive need for the winter?", "bees.md"),
        ("Сколько мёда нужно улью, чтобы пережить зиму?", "bees.md"),
        ("Кто спроектировал железный мост?", "bridge.md"),
        ("Wie lange ruht der Teig von Roggenbrot?", "bread.md"),
        ("¿Cuántos metros sube la marea en primavera?", "tides.md"),
    ],
)
def test_a_question_in_another_language_is_answered(
    english: Library, question: str, source: str
) -> None:
    answer = english.ask(question)
    assert answer.outcome is not Outcome.NOTHING
    assert answer.hits[0].passage.source.id == source


@pytest.mark.parametrize(
    "question",
    [
        "Which team won the world cup in football?",
        "How do I install a printer driver?",
        "Какая команда выиграла чемпионат мира по футболу?",
        "Как установить драйвер принтера?",
        "Wer hat die Fußballweltmeisterschaft gewonnen?",
    ],
)
def test_a_question_about_something_else_is_never_found(english: Library, question: str) -> None:
    assert english.ask(question).outcome is Outcome.NOTHING


def test_a_score_is_the_same_however_many_passages_are_shown(english: Library) -> None:
    question = "Кто спроектировал железный мост?"
    few, many = english.ask(question, top=1), english.ask(question, top=40)
    assert few.hits[0].score == many.hits[0].score


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Library:
    """Documents in English, Russian and German."""
    folder: Path = tmp_path_factory.mktemp("mixed")
    (folder / "knowledge").mkdir()
    for name, text in {
        "gym.md": "# Rules of the gym\n\nDogs are not allowed, except guide dogs. Do not film "
        "other people.\n\n## Lockers\n\nBring your own padlock. Lockers are emptied every night.\n",
        "аренда.md": "# Договор аренды\n\nДержать домашних животных можно только с письменного "
        "согласия арендодателя. Курить в квартире запрещено.\n\n## Плата\n\nАрендная плата "
        "составляет 38 000 сомов в месяц и вносится до 5 числа каждого месяца.\n",
        "preise.md": "# Preise\n\nIm Preis sind Frühstück, Handtücher und Parkplatz enthalten. "
        "Getränke aus der Minibar sind nicht enthalten. Die Betten werden täglich gemacht.\n",
        "prices.md": "# Prices\n\nThe price includes breakfast, towels and parking. Drinks from "
        "the minibar are not included. Bed linen is changed every third day.\n",
    }.items():
        (folder / "knowledge" / name).write_text(text, encoding="utf-8")
    library = Library(knowledge=folder / "knowledge", data=folder / "data", model=encoder)
    library.desk.index.build()
    return library


def test_a_passage_in_the_questions_language_comes_before_one_that_is_near_in_another(
    mixed: Library,
) -> None:
    first = {
        question: mixed.ask(question).hits[0].passage.source.id
        for question in ("can I bring my dog", "можно ли с котом?", "how much is the rent a month?")
    }
    assert first == {
        "can I bring my dog": "gym.md",
        "можно ли с котом?": "аренда.md",
        # what only a passage in another language says is still found there
        "how much is the rent a month?": "аренда.md",
    }


def test_the_words_of_another_language_are_not_misspelt(english: Library) -> None:
    """“Ofen” is not a misspelt “oven”."""
    answer = english.ask("Wie heißt der Bader, der im Ofen Brott backen wollte?")
    assert answer.taken_for is None


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("mozhno li kurit v kvartire?", "Курить в квартире запрещено."),
        ("kakaya arendnaya plata", "38 000 сомов"),
        ("domashnih zhivotnyh mozhno?", "письменного"),
    ],
)
def test_a_russian_question_in_latin_letters_is_answered(
    mixed: Library, question: str, words: str
) -> None:
    answer = mixed.ask(question)
    [best] = answer.hits[:1]
    assert any(words in best.passage.quote(span) for span in best.highlights)
    assert answer.taken_for
    assert not answer.taken_for.isascii()


@pytest.mark.parametrize(
    "question", ["can I bring my dog", "padlock", "Wo ist das Schließfach?", "lockers when emptied"]
)
def test_a_question_in_another_language_stays_in_its_letters(mixed: Library, question: str) -> None:
    assert mixed.ask(question).taken_for is None


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What is not included in the price?", "are not included"),
        ("Was ist im Preis nicht enthalten?", "nicht enthalten"),
        ("What is included in the price?", "price includes"),
    ],
)
def test_what_is_not_so_is_marked_if_that_is_asked(
    mixed: Library, question: str, words: str
) -> None:
    [best] = mixed.ask(question).hits[:1]
    assert any(words in best.passage.quote(span) for span in best.highlights)


@pytest.mark.parametrize(
    ("language", "asks", "tells", "another"),
    [
        ("en", "What is not included?", "The sauna is excluded.", "Is the sauna not included?"),
        ("ru", "Что не входит в цену?", "Сауна не входит.", "Входит ли сауна?"),
        ("es", "¿Qué no está incluido?", "No se admiten perros.", "¿No hay sauna?"),
        ("pt", "o que nao esta incluido", "Cães não são permitidos.", "Não tem sauna?"),
        ("id", "Apa yang tidak termasuk?", "Anjing dilarang masuk.", "Tidak ada sauna?"),
        ("fa", "چه چیزی شامل نمی‌شود؟", "ورود سگ ممنوع است.", "سونا هست؟"),
        ("ar", "ما الذي لا يشمله السعر؟", "الساونا غير مشمولة.", "هل السعر يشمل الساونا؟"),
        ("hi", "क्या शामिल नहीं है?", "सौना बंद है।", "क्या सौना है?"),
        ("tr", "Neler dahil değil?", "Köpekler giremez.", "Sauna dahil mi?"),
        ("uz", "Narxga nima kirmaydi?", "Itlar mumkin emas.", "Sauna kiradimi?"),
        ("de", "Wohin liefern Sie nicht?", "Montags geschlossen.", "Ist die Sauna nicht dabei?"),
        ("fr", "Qu'est-ce qui n'est pas compris ?", "Fermé le lundi.", "Le sauna est compris ?"),
        ("it", "Cosa non è compreso?", "Chiuso il lunedì.", "Non c'è la sauna?"),
        ("uk", "Що не входить?", "Сауна зачинена.", "Сауна входить?"),
        ("kk", "Бағаға не кірмейді?", "Сауна кірмейді.", "Сауна кіреді ме?"),
        ("ky", "Баасына эмне кирбейт?", "Сауна кирбейт.", "Сауна киреби?"),
    ],
)
def test_words_for_not_are_known_in_many_languages(
    language: str, asks: str, tells: str, another: str
) -> None:
    assert negation.asks_what_is_not(asks, language)
    assert negation.negates(tells, language)
    assert not negation.asks_what_is_not(another, language)
