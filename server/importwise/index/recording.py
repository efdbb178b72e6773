"""What each answer depends on, so that a change finds the answers, and the files, that it may alter.

Everything that a resolver reads has a **place**, a string:

- the path of a file: what the file contains; with ``?`` and a word behind it, what is read of it only for those who ask;
- ``folder/part``, without an ending: which entries of the folder could be the module ``part`` (``folder/__init__`` too);
- ``folder/``: all that the folder holds;
- a word and a name, ``registered:``, ``name:x``, ``module:x``: what all files of the project together say.

A **question** is a key of a table of answers. While it is answered, a frame collects the places that are looked at, and the
questions that are asked in turn. If a change alters none of its places, the answer stands; if it does, it is asked again,
and only if the answer is another now are those affected who asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Generic, NamedTuple, TypeVar

from importwise.index.filled import Filled

Value = TypeVar("Value")


ROOM = 1_000
"""Questions that may be answered, besides an eighth of those known, before it is looked after what nobody asks any more."""


class Question:
    """A question that was answered."""

    __slots__ = ("askers", "places", "table", "value")

    def __init__(self, table: Recorded[Any], value: Any, places: frozenset[str]) -> None:
        self.table = table
        self.value = value
        self.places = places
        self.askers: dict[str, None] | str | None = None
        """The files that asked; one alone, as with most questions, takes no dictionary."""


class Asked(NamedTuple):
    """All that one file's verdicts depend on."""

    questions: tuple[Question, ...]
    places: frozenset[str]
    """What was looked at besides."""


class Recorder:
    """Collects what is looked at. There is one for each project that is kept up to date."""

    def __init__(self) -> None:
        self.frame: set[str | Question] | None = None
        """What the question at hand has looked at so far; None while nothing is recorded."""
        self.asked: dict[str, Asked] = {}
        """What the verdicts on each file depend on."""
        self._sets: dict[frozenset[str], dict[Question, Any]] = {}
        """The questions, with their keys, by the places they depend on: many share them."""
        self._at: dict[str, dict[frozenset[str], None]] = {}
        """Those sets of places, by each place in them."""
        self._files_at: dict[str, dict[str, None]] = {}
        """The files by what they looked at besides their questions."""
        self._count = 0
        self._enough = 0
        """With how many questions it is time to look for those that nobody asks any more."""

    def note(self, place: str) -> None:
        """The question at hand looks at ``place``."""
        if self.frame is not None:
            self.frame.add(place)

    @contextmanager
    def collect(self) -> Iterator[set[str | Question]]:
        """A frame of its own for what happens inside."""
        outer, self.frame = self.frame, set()
        try:
            yield self.frame
        finally:
            self.frame = outer

    def answer(self, table: Recorded[Value], key: Any, ask: Callable[[Any], Value]) -> Question:
        """Answer a question, and remember what the answer depends on."""
        outer, self.frame = self.frame, set()
        try:
            value = ask(key)
            inner = self.frame
        finally:
            self.frame = outer
        self._count += 1
        places = frozenset(flat(inner))
        question = Question(table, value, places)
        same = self._sets.get(places)
        if same is None:
            self._sets[places] = {question: key}
            for place in places:
                self._at.setdefault(place, {})[places] = None
        else:
            question.places = next(iter(same)).places
            same[question] = key
        return question

    def places(self, beginnings: tuple[str, ...]) -> set[str]:
        """The places of those beginnings on which some answer, or some file, depends."""
        return {place for table in (self._at, self._files_at) for place in table if place.startswith(beginnings)}

    def keep(self, file: str, frame: set[str | Question]) -> None:
        """The verdicts on ``file`` depend on what ``frame`` holds, and on nothing else."""
        old = self.asked.get(file)
        before: set[str | Question] = {*old.questions, *old.places} if old is not None else set()
        # Most often it is the same as before.
        for item in before - frame:
            self._unlink(item, file)
        for item in frame - before:
            self._link(item, file)
        self.asked[file] = Asked(
            tuple([item for item in frame if type(item) is Question]),
            frozenset([item for item in frame if type(item) is str]),
        )

    def drop(self, file: str) -> None:
        """There are no verdicts on ``file`` any more."""
        old = self.asked.pop(file, None)
        if old is not None:
            for question in old.questions:
                self._unlink(question, file)
            for place in old.places:
                self._unlink(place, file)

    def _link(self, item: str | Question, file: str) -> None:
        if isinstance(item, str):
            self._files_at.setdefault(item, {})[file] = None
        elif item.askers is None:
            item.askers = file
        elif isinstance(item.askers, dict):
            item.askers[file] = None
        elif item.askers != file:
            item.askers = {item.askers: None, file: None}

    def _unlink(self, item: str | Question, file: str) -> None:
        if isinstance(item, str):
            _take_out(self._files_at, item, file)
        elif isinstance(item.askers, dict):
            item.askers.pop(file, None)
        elif item.askers == file:
            item.askers = None

    def concerned(self, places: Iterable[str], altered: Iterable[Question]) -> set[str]:
        """The files that depend on ``places``, or on the answers to questions that were ``altered``."""
        files = {file for place in places for file in self._files_at.get(place, ())}
        for question in altered:
            askers = question.askers
            files.update((askers,) if isinstance(askers, str) else askers or ())
        return files

    def alter(self, places: set[str]) -> set[Question]:
        """Ask again what depends on ``places``, which have changed; returns the questions whose answers are others now.

        They are out of their tables: who asks again gets a new question.
        """
        stale: list[tuple[Question, Any]] = []
        for depended in {depended: None for place in sorted(places) for depended in self._at.get(place, ())}:
            stale += self._forget(depended).items()
        self._count -= len(stale)
        for question, key in stale:
            question.table.forget(key)
        altered: set[Question] = set()
        for question, key in stale:
            again = question.table.question(key)
            if again.value == question.value:
                # Those who asked hold the old question: it stays, with what the answer depends on now.
                question.places = again.places
                same = self._sets[again.places]
                del same[again]
                same[question] = key
                question.table.put(key, question)
            else:
                altered.add(question)
        self._tidy()
        return altered

    def _forget(self, depended: frozenset[str]) -> dict[Question, Any]:
        for place in depended:
            _take_out(self._at, place, depended)
        return self._sets.pop(depended)

    def _tidy(self) -> None:
        """Give up answers that no file has asked for itself, once there are many new ones: who needs them asks again."""
        if not self._enough:
            self._enough = self._count * 9 // 8 + ROOM
        if self._count < self._enough:
            return
        for depended in list(self._sets):
            questions = self._sets[depended]
            for question in [question for question in questions if not question.askers]:
                question.table.forget(questions.pop(question))
            if not questions:
                self._forget(depended)
        self._count = sum(map(len, self._sets.values()))
        self._enough = self._count * 9 // 8 + ROOM


def _take_out(table: dict[str, dict[Any, None]], key: str, item: Any) -> None:
    rest = table[key]
    del rest[item]
    if not rest:
        del table[key]


def flat(frame: Iterable[str | Question]) -> Iterator[str]:
    """The places of a frame, those of its questions included."""
    for item in frame:
        if type(item) is str:
            yield item
        else:
            yield from item.places  # type: ignore[union-attr]


class Recorded(Generic[Value]):
    """A table of answers that remembers what they depend on; to whoever asks, the same as a `Filled`."""

    def __init__(self, ask: Callable[[Any], Value], recorder: Recorder) -> None:
        self.ask = ask
        self.recorder = recorder
        self._questions: dict[Any, Question] = {}

    def __getitem__(self, key: Any) -> Value:
        value: Value = self.question(key).value
        return value

    def __contains__(self, key: object) -> bool:
        return key in self._questions

    def get(self, key: Any) -> Value | None:
        """The answer if it is known."""
        return self[key] if key in self._questions else None

    def question(self, key: Any) -> Question:
        """The question with its answer; the question at hand depends on it from now on."""
        question = self._questions.get(key)
        if question is None:
            question = self._questions[key] = self.recorder.answer(self, key, self.ask)
        if self.recorder.frame is not None:
            self.recorder.frame.add(question)
        return question

    def put(self, key: Any, question: Question) -> None:
        """Take a question back in."""
        self._questions[key] = question

    def forget(self, key: Any) -> None:
        """The answer does not hold any more."""
        del self._questions[key]

    def items(self) -> Iterator[tuple[Any, Question]]:
        """All questions with their keys."""
        return iter(self._questions.items())


class RecordedFiles(Filled[Value], Generic[Value]):
    """What files contain, by path: whoever looks at it depends on the file."""

    def __init__(
        self, fill: Callable[[str], Value], recorder: Recorder, known: Mapping[str, Value], word: str = ""
    ) -> None:
        """``word`` tells the places of this table from those of others: who asks for one of them depends on that alone."""
        super().__init__(fill, known)
        self.recorder = recorder
        self.word = word

    def __getitem__(self, path: str) -> Value:
        if self.recorder.frame is not None:
            self.recorder.frame.add(path + self.word)
        return super().__getitem__(path)


def table(ask: Callable[[Any], Value], recorder: Recorder | None) -> Filled[Value] | Recorded[Value]:
    """A table of answers that asks for what it does not know; with a recorder one that says what they depend on."""
    return Filled(ask) if recorder is None else Recorded(ask, recorder)
