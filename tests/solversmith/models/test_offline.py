"""The model `offline`: drafts that fail by nature, repairs by the verdict, and nothing else read."""

from __future__ import annotations

import ast
import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solversmith.contract.model import FREE, Message, Model, Request
from solversmith.errors import UsageError
from solversmith.models.offline import OfflineModel, build, simple_programs
from solversmith.models.offline_writer.knobs import Value, read, skeleton
from solversmith.models.offline_writer.reading import program_in

EULER = """SUBSTEPS = 4  # knob: log 1 256 safe=high fast=low
CFL = 0.4  # knob: log 0.05 6.0 safe=low fast=high


def solver(u0):
    return u0
"""
SPLIT = "CFL = 0.5  # knob: log 0.1 2.0 safe=low\nMIX = 0.5  # knob: linear 0 1\n\n\ndef solver(u0): ...\n"
PARTS = {"simple_programs": {"toy": (EULER,)}}
STATEMENT = "Solve it.\n\n```python\ndef solver(u0):\n    raise NotImplementedError\n```\n"


def request(*messages: tuple[str, str], seed: int = 0, sample: int = 0, cap: int = 4096) -> Request:
    return Request(tuple(Message(*message) for message in messages), cap, seed=seed, sample=sample)


def ask(text: str, seed: int = 0, sample: int = 0) -> Request:
    return request(("user", text), seed=seed, sample=sample)


def told(model: Model, asked: Request) -> str:
    return model.complete(asked, "p0001.r0.s0").text


def written(model: Model, asked: Request) -> str:
    program = program_in(told(model, asked))
    assert program is not None
    return program


def values(source: str) -> dict[str, Value]:
    return {knob.name: knob.value for knob in read(source)}


def shown(number: int, loss: float, source: str, verdict: str = "ok") -> str:
    return f"program id=c{number:04} loss={loss} verdict={verdict}\n```python\n{source}```\n"


def verdict_of(source: str) -> str:
    """A toy judge: unstable above CFL 1, too slow below CFL 0.2."""
    cfl = float(values(source)["CFL"])
    return "non_finite" if cfl > 1.0 else "time_limit" if cfl < 0.2 else "ok"


def attempt(model: Model, seed: int, *, feedback: bool = True, rounds: int = 4) -> list[str]:
    """Verdicts of a draft and of up to four debugging rounds, as a whole conversation."""
    messages = [("user", f"{STATEMENT}\ntask: draft problem=toy")]
    verdicts: list[str] = []
    for _ in range(1 + rounds):
        text = told(model, request(*messages, seed=seed))
        verdicts.append(verdict_of(program_in(text) or ""))
        if verdicts[-1] == "ok":
            break
        lines = f"feedback:\nverdict: {verdicts[-1]}\n\n" if feedback else ""
        messages += [("assistant", text), ("user", f"{lines}task: debug problem=toy")]
    return verdicts


class TestBuild:
    def test_is_a_model_that_costs_nothing(self) -> None:
        model = build("", {})
        assert isinstance(model, Model)
        assert (model.name, model.price) == ("offline", FREE)

    def test_an_argument_is_refused(self) -> None:
        with pytest.raises(UsageError, match="takes no argument"):
            build("gpt", {})

    def test_only_simple_programs_are_drafted_from(self) -> None:
        solvers = {"trivial": "T", "simple": "S", "expert": "E", "simple_upwind": "U", "simpler": "X"}
        assert simple_programs(solvers) == ("S", "U")


class TestComplete:
    @given(st.integers(0, 2**32), st.integers(0, 1000), st.text(max_size=50))
    def test_the_same_request_has_the_same_answer(self, seed: int, sample: int, text: str) -> None:
        asked = ask(f"{text}\ntask: draft problem=toy", seed, sample)
        assert build("", PARTS).complete(asked, "a") == build("", dict(PARTS)).complete(asked, "b")

    def test_seed_sample_and_messages_each_change_the_draft(self) -> None:
        model = build("", PARTS)
        texts = {
            told(model, ask("task: draft problem=toy")),
            told(model, ask("task: draft problem=toy", seed=1)),
            told(model, ask("task: draft problem=toy", sample=1)),
            told(model, ask("Hello\ntask: draft problem=toy")),
        }
        assert len(texts) == 4

    def test_usage_is_bytes_over_four(self) -> None:
        asked = request(("system", "ab"), ("user", "task: draft problem=é"))
        completion = build("", {}).complete(asked, "k")
        assert completion.usage.input_tokens == 1 + 6
        assert completion.usage.output_tokens == -(-len(completion.text.encode()) // 4)
        assert not completion.usage.measured
        assert completion.finish_reason == "stop"

    def test_the_output_cap_cuts(self) -> None:
        asked = request(("user", "task: draft problem=toy"), cap=10)
        completion = build("", PARTS).complete(asked, "k")
        assert completion.finish_reason == "length"
        assert completion.usage.output_tokens == 10
        assert told(build("", PARTS), dataclasses.replace(asked, max_output_tokens=4096)).startswith(
            completion.text
        )

    @given(
        st.lists(st.builds(Message, st.sampled_from(["user", "assistant"]), st.text()), max_size=4),
        st.sampled_from(["draft", "debug", "refine", "combine", "mutate", "text", "dance"]),
    )
    def test_anything_is_answered(self, messages: list[Message], task: str) -> None:
        asked = Request((*messages, Message("user", f"task: {task} problem=toy")), 4096)
        assert told(build("", PARTS), asked)
        assert told(build("", {}), asked)


class TestDraft:
    def test_is_a_sentence_and_a_whole_program(self) -> None:
        text = told(build("", PARTS), ask("task: draft problem=toy"))
        sentence, fence = text.split("\n\n", 1)
        assert sentence.endswith(".")
        assert "\n" not in sentence
        assert fence.startswith("```python\n")
        assert fence.endswith("```\n")
        program = written(build("", PARTS), ask("task: draft problem=toy"))
        ast.parse(program)
        assert skeleton(program) == skeleton(EULER)

    def test_parameters_behind_the_name_do_not_hide_the_programs(self) -> None:
        program = written(build("", PARTS), ask("task: draft problem=toy:nu=0.01"))
        assert skeleton(program) == skeleton(EULER)

    def test_every_simple_program_is_picked(self) -> None:
        model = build("", {"simple_programs": {"toy": (EULER, SPLIT)}})
        drafts = [written(model, ask("task: draft problem=toy", sample=k)) for k in range(20)]
        assert {skeleton(draft) for draft in drafts} == {skeleton(EULER), skeleton(SPLIT)}

    def test_a_fair_share_fails_by_nature(self) -> None:
        model = build("", PARTS)
        drafts = [written(model, ask("task: draft problem=toy", sample=k)) for k in range(100)]
        fine = sum(verdict_of(draft) == "ok" for draft in drafts)
        assert 15 <= fine <= 55  # log-uniform on 0.05 .. 6: 34 % lie between 0.2 and 1

    def test_without_parts_it_takes_a_shown_program(self) -> None:
        program = written(build("", {}), ask(shown(1, 0.5, EULER) + "task: draft problem=toy"))
        assert skeleton(program) == skeleton(EULER)

    def test_without_parts_or_programs_it_hands_back_the_template(self) -> None:
        program = written(build("", {}), ask(STATEMENT + "task: draft problem=toy"))
        assert program == "def solver(u0):\n    raise NotImplementedError\n"

    def test_with_nothing_at_all_it_says_so(self) -> None:
        text = told(build("", {}), ask("task: draft problem=toy"))
        assert "no program" in text
        assert program_in(text) is None

    def test_a_program_with_fences_inside_survives(self) -> None:
        part = EULER + 'NOTE = """\n```\n"""\n'
        model = build("", {"simple_programs": {"toy": (part,)}})
        assert skeleton(written(model, ask("task: draft problem=toy"))) == skeleton(part)


class TestDebug:
    def test_four_rounds_repair_every_draft_and_one_is_not_enough_for_all(self) -> None:
        model = build("", PARTS)
        attempts = [attempt(model, seed) for seed in range(60)]
        assert all(verdicts[-1] == "ok" for verdicts in attempts)
        assert any(len(verdicts) > 2 for verdicts in attempts)
        assert any(verdicts[0] == "time_limit" for verdicts in attempts)

    def test_without_the_feedback_the_same_seeds_are_not_repaired(self) -> None:
        model = build("", PARTS)
        broken = [seed for seed in range(60) if attempt(model, seed, rounds=0)[-1] != "ok"]
        blind = [attempt(model, seed, feedback=False)[-1] for seed in broken]
        assert sum(verdict == "ok" for verdict in blind) <= len(broken) // 10

    @pytest.mark.parametrize(
        "verdict", ["runtime_error", "crash", "protocol_error", "bad_output", "non_finite", "infeasible"]
    )
    def test_a_failure_moves_to_the_safe_end(self, verdict: str) -> None:
        after = values(self.repaired(verdict))
        assert float(after["CFL"]) < 0.2
        assert int(after["SUBSTEPS"]) > 20

    @pytest.mark.parametrize("verdict", ["time_limit", "memory_limit", "output_limit"])
    def test_an_exceeded_limit_moves_to_the_fast_end(self, verdict: str) -> None:
        after = values(self.repaired(verdict))
        assert float(after["CFL"]) > 1.0
        assert int(after["SUBSTEPS"]) < 4

    @pytest.mark.parametrize("verdict", ["no_code", "syntax_error", "import_error"])
    def test_an_unusable_program_is_replaced_by_a_simple_one(self, verdict: str) -> None:
        assert self.repaired(verdict) == EULER

    def test_a_program_at_its_safe_end_is_replaced(self) -> None:
        last = EULER.replace("= 4 ", "= 256 ").replace("0.4", "0.05")
        model = build("", {"simple_programs": {"toy": (EULER, SPLIT)}})
        assert self.repaired("crash", last, model) == SPLIT

    def test_the_verdict_of_a_shown_program_is_not_read(self) -> None:
        text = shown(1, 9.0, EULER, "crash") + "task: debug problem=toy"
        after = values(written(build("", PARTS), ask(text)))
        assert float(after["CFL"]) == pytest.approx(0.4, rel=0.15)

    def test_a_shown_program_is_repaired_where_nothing_was_written_before(self) -> None:
        text = shown(1, 9.0, EULER, "crash") + "\nfeedback:\nverdict: crash\n\ntask: debug problem=toy"
        assert float(values(written(build("", PARTS), ask(text)))["CFL"]) < 0.2

    def test_a_success_is_changed_a_little(self) -> None:
        program = self.repaired("ok")
        assert program != EULER
        assert skeleton(program) == skeleton(EULER)

    def repaired(self, verdict: str, last: str = EULER, model: OfflineModel | None = None) -> str:
        messages = [
            ("user", "task: draft problem=toy"),
            ("assistant", f"Here.\n\n```python\n{last}```\n"),
            ("user", f"feedback:\nverdict: {verdict}\nmore\n\ntask: debug problem=toy"),
        ]
        return written(model or build("", PARTS), request(*messages))


class TestSearchTasks:
    WORSE = EULER.replace("0.4", "3.0")

    @pytest.mark.parametrize("task", ["refine", "mutate"])
    def test_the_best_shown_program_is_changed(self, task: str) -> None:
        text = shown(1, 0.5, SPLIT) + shown(2, 0.1, EULER) + f"task: {task} problem=other"
        for sample in range(20):
            program = written(build("", {}), ask(text, sample=sample))
            assert skeleton(program) == skeleton(EULER)
            assert program != EULER

    @pytest.mark.parametrize("task", ["refine", "mutate", "combine"])
    def test_without_a_program_with_knobs_it_drafts(self, task: str) -> None:
        text = shown(1, 0.1, "def solver(u0): ...\n") + f"task: {task} problem=toy"
        assert skeleton(written(build("", PARTS), ask(text))) == skeleton(EULER)

    def test_combining_takes_values_of_both(self) -> None:
        far = EULER.replace("0.4", "3.0").replace("= 4 ", "= 100 ")
        text = shown(1, 0.5, EULER) + shown(2, 0.1, far) + "task: combine problem=toy"
        children = [values(written(build("", PARTS), ask(text, sample=k))) for k in range(40)]
        assert {"CFL": 3.0, "SUBSTEPS": 4} in children
        assert {"CFL": 0.4, "SUBSTEPS": 100} in children
        assert values(EULER) not in children
        assert values(far) not in children

    def test_combining_different_texts_keeps_one_of_them(self) -> None:
        text = shown(1, 0.5, EULER) + shown(2, 0.1, SPLIT) + "task: combine problem=toy"
        children = [written(build("", PARTS), ask(text, sample=k)) for k in range(40)]
        assert {skeleton(child) for child in children} == {skeleton(EULER), skeleton(SPLIT)}

    def test_combining_two_equal_programs_still_changes_something(self) -> None:
        text = shown(1, 0.5, EULER) + shown(2, 0.1, EULER) + "task: combine problem=toy"
        assert written(build("", PARTS), ask(text)) != EULER


class TestText:
    def test_the_better_programs_knobs_are_told(self) -> None:
        text = shown(1, 0.1, EULER) + shown(2, 0.2, SPLIT) + shown(3, 0.9, EULER) + "task: text problem=toy"
        answer = told(build("", PARTS), ask(text))
        assert answer == "The better 2 of 3 valid programs have CFL in 0.4, 0.5."
        assert answer == told(build("", PARTS), ask(text, seed=5, sample=9))

    def test_without_a_valid_program_it_says_so(self) -> None:
        text = shown(1, 0.1, EULER, "crash") + "task: text problem=toy"
        assert told(build("", PARTS), ask(text)).startswith("No shown program ended well")
