"""What the writer takes from the messages of a request."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from sandbox.spec import Limits
from solversmith import prompts
from solversmith.contract.model import Message
from solversmith.contract.problem import Case, Problem
from solversmith.models.offline_writer.reading import Round, program_in, read_messages
from solversmith.records.score import Score
from solversmith.records.verdict import Verdict

STATEMENT = """Solve it.

```text
no program
```

```python
def solver(u0):  # template
    ...
```
"""
SHOWN = """program id=c0001 loss=0.25 verdict=ok
```python
A = 1
```
program id=c0002 loss=none verdict=non_finite
```python
A = 2
```

program id=c0003 loss=0.125 verdict=ok

````python
TICKS = '''
```
'''
````
"""


class Stated:
    """As much of a problem as prompts need."""

    name = "toy"
    statement = STATEMENT
    template = "def solver(u0):\n    return u0\n"
    entry_point = "solver"
    packages = ("numpy",)

    def cases(self, split: str) -> Sequence[Case]:
        return (Case("one", split, "0"),)

    def limits(self, case: Case) -> Limits:
        return Limits(wall_s=1.0)

    def feedback(self, score: Score) -> str:
        return "it crashed\nverdict: ok"


def user(text: str) -> Message:
    return Message("user", text)


class TestReadMessages:
    def test_programs_best_first_and_templates_apart(self) -> None:
        messages = [
            Message("system", "You write solvers."),
            user(STATEMENT + SHOWN + "\ntask: refine problem=burgers"),
        ]
        reading = read_messages(messages)
        assert (reading.task, reading.problem) == ("refine", "burgers")
        assert [(s.id, s.loss, s.verdict) for s in reading.shown] == [
            ("c0003", 0.125, "ok"),
            ("c0001", 0.25, "ok"),
            ("c0002", math.inf, "non_finite"),
        ]
        assert reading.shown[0].source == "TICKS = '''\n```\n'''\n"
        assert reading.templates == ("def solver(u0):  # template\n    ...\n",)
        assert reading.verdict is None
        assert reading.rounds == ()

    def test_a_conversation_is_read_round_by_round(self) -> None:
        messages = [
            user("task: draft problem=tsp"),
            Message("assistant", "A draft.\n```python\nA = 1\n```"),
            user("feedback:\nverdict: time_limit\nstopped\n\ntask: debug problem=tsp"),
            Message("assistant", "nothing"),
            user("feedback: \nverdict: no_code\n\ntask: debug problem=tsp"),
        ]
        reading = read_messages(messages)
        assert reading.rounds == (Round("A = 1\n", "time_limit"), Round(None, "no_code"))
        assert reading.verdict == "no_code"
        assert reading.task == "debug"

    def test_the_verdict_comes_from_the_feedback_alone(self) -> None:
        messages = [user("program id=c1 loss=none verdict=crash\n```python\nA = 1\n```\n\nverdict: crash\n")]
        assert read_messages(messages).verdict is None

    def test_only_the_last_feedback_counts(self) -> None:
        messages = [
            user("feedback:\nverdict: crash\n"),
            Message("assistant", "```python\nA = 1\n```"),
            user("Go on.\ntask: debug problem=tsp"),
        ]
        assert read_messages(messages).verdict is None

    def test_without_a_task_line_it_is_a_draft(self) -> None:
        assert read_messages([user("task: refine problem=tsp\nHello")]).task == "draft"
        assert read_messages([]).task == "draft"

    def test_a_template_that_is_called_so_is_the_only_one(self) -> None:
        text = STATEMENT + "template:\n```python\nT = 1\n```\ntask: draft problem=tsp"
        assert read_messages([user(text)]).templates == ("T = 1\n",)

    def test_what_the_prompts_say_is_read(self) -> None:
        problem = cast(Problem, Stated())
        first = prompts.first_messages(
            problem, "refine", "Be bold.", [prompts.Shown("c1", 0.5, "ok", "A = 1")]
        )
        reading = read_messages(first)
        assert (reading.task, reading.problem) == ("refine", "toy")
        assert [(s.id, s.loss, s.source) for s in reading.shown] == [("c1", 0.5, "A = 1\n")]
        assert reading.templates == (problem.template,)
        feedback = prompts.feedback_text(problem, Score(Verdict.CRASH, None, ()))
        again = prompts.debug_messages(problem, "```python\nA = 2\n```", feedback)
        reading = read_messages([*first, *again])
        assert (reading.task, reading.verdict) == ("debug", "crash")
        assert reading.rounds == (Round("A = 2\n", "crash"),)
        blind = prompts.debug_messages(problem, "```python\nA = 2\n```", None)
        assert read_messages([*first, *blind]).verdict is None

    def test_a_program_shown_twice_is_one(self) -> None:
        assert len(read_messages([user(SHOWN), user(SHOWN)]).shown) == 3

    @given(st.lists(st.builds(Message, st.sampled_from(["system", "user", "assistant"]), st.text())))
    def test_any_messages_can_be_read(self, messages: list[Message]) -> None:
        assert len(read_messages(messages).rounds) == sum(m.role == "assistant" for m in messages)


class TestProgramIn:
    def test_the_longest_fence_counts(self) -> None:
        assert program_in("```python\na\n```\n```py\nlonger\n```\n```\nlongest of all\n```") == "longer\n"

    def test_a_fence_that_is_never_closed_ends_with_the_text(self) -> None:
        assert program_in("So:\n```python\nA = 1") == "A = 1"

    def test_no_fence_is_no_program(self) -> None:
        assert program_in("def solver(): ...") is None
