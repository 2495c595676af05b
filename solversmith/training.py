"""Runs as training data: chats with what they were worth, preference pairs, what was solved with a hint only.

Only what a model saw and wrote on dev is here: no case, loss or verdict of the test split.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from solversmith.contract.running import RunStore
from solversmith.floors import stated_error
from solversmith.records.run import ProposalRecord
from solversmith.records.verdict import Verdict
from solversmith.story import RoundStory, stories_of
from solversmith.summary import Summary

DRAFT: Final = "draft"
_MOST_PAIRS: Final = 4  # in which one completion takes part: else a pool of n gives n² / 2 pairs of the same
Message = Mapping[str, str]


@dataclass(frozen=True)
class Sample:
    """A completion with its prompt, and what became of the program in it on dev."""

    run: str
    problem: str
    proposal: str
    round: int
    what: str  # draft, debug, refine, ...
    model: str
    messages: tuple[Message, ...]
    completion: str
    program: str | None
    verdict: Verdict
    loss: float | None
    failed: int
    floor: float | None
    hints: tuple[str, ...]  # what its prompt showed beyond the problem: feedback, candidates

    @property
    def key(self) -> tuple[int, float]:
        """Ranking key: (failed cases, loss), lower first."""
        return (self.failed, float("inf") if self.loss is None else self.loss)


def samples(store: RunStore, summary: Summary) -> list[Sample]:
    """Every completion of a program that was scored, by proposal; those whose texts are gone are left out."""
    proposals = [one for one in store.records() if isinstance(one, ProposalRecord) and one.what == "program"]
    stories = stories_of(store, [proposal.id for proposal in proposals])
    error = stated_error(summary.around("reference", {}))
    best = summary.best
    floor = error if best is None or best.floor is None else best.floor
    return [
        sample
        for proposal in sorted(proposals, key=lambda one: one.number)
        for story in stories.get(proposal.id, ())
        if (sample := _sample(summary, proposal, story, floor)) is not None
    ]


def chats(found: Iterable[Sample]) -> Iterator[dict[str, Any]]:
    """One object for each completion: `messages` with it at their end, and what it was worth."""
    for sample in found:
        yield {
            "messages": [*sample.messages, {"role": "assistant", "content": sample.completion}],
            **_about(sample),
            "program": sample.program,
            "hints": list(sample.hints),
        }


def preferences(found: Sequence[Sample]) -> Iterator[dict[str, Any]]:
    """Pairs of completions of one prompt in which one was better: `prompt`, `chosen`, `rejected`.

    Fewer failed cases first, then the loss by more than the reference's error; equals make no pair, and no
    completion is in more than a few.
    """
    prompts: dict[str, list[Sample]] = {}
    for sample in found:
        prompts.setdefault(json.dumps(sample.messages, sort_keys=True), []).append(sample)
    for alike in prompts.values():
        used = [0] * len(alike)
        # The most different first: the best with the worst.
        order = sorted(range(len(alike)), key=lambda index: alike[index].key)
        widest = sorted(combinations(range(len(order)), 2), key=lambda pair: pair[0] - pair[1])
        for better, worse in ((order[first], order[second]) for first, second in widest):
            if max(used[better], used[worse]) < _MOST_PAIRS and _clearly(alike[better], alike[worse]):
                used[better] += 1
                used[worse] += 1
                yield _pair(alike[better], alike[worse])


def guided(
    found: Sequence[Sample], *, most_pass: float = 0.5, most_overlap: float = 0.5
) -> Iterator[dict[str, Any]]:
    """Programs written with a hint where a model rarely succeeds without one, under the prompt without it.

    A hint is feedback on a failed program, or a candidate that was shown. Its lines may make at most
    `most_overlap` of the program's own, so that what is learned is not what was shown. Drafts without a hint
    tell how often the model succeeds alone: where in more than `most_pass` of them, nothing is given.

    In the manner of reference-guided fine-tuning (arXiv 2603.01223, `unverified`), with the search's own
    hints in the place of a partial reference.
    """
    by_problem: dict[tuple[str, str], list[Sample]] = {}
    for sample in found:
        by_problem.setdefault((sample.problem, sample.model), []).append(sample)
    for own in by_problem.values():
        drafts = [sample for sample in own if not sample.hints]
        passed = sum(sample.verdict is Verdict.OK for sample in drafts)
        if not drafts or passed > most_pass * len(drafts):
            continue
        for sample in own:
            if sample.hints and sample.verdict is Verdict.OK and sample.program is not None:
                overlap = overlap_of(sample.program, sample.messages)
                if overlap <= most_overlap:
                    yield {
                        "messages": [
                            *drafts[0].messages,
                            {"role": "assistant", "content": sample.completion},
                        ],
                        **_about(sample),
                        "program": sample.program,
                        "hints": list(sample.hints),
                        "overlap": round(overlap, 4),
                        "pass_rate_without": passed / len(drafts),
                    }


def overlap_of(program: str, messages: Sequence[Message]) -> float:
    """The share of a program's lines that stand in its prompt, blank ones and comments left out."""
    shown = {line.strip() for message in messages for line in message["content"].splitlines()}
    lines = [line.strip() for line in program.splitlines()]
    own = [line for line in lines if line and not line.startswith("#")]
    return sum(line in shown for line in own) / len(own) if own else 0.0


def _sample(
    summary: Summary, proposal: ProposalRecord, story: RoundStory, floor: float | None
) -> Sample | None:
    record = story.record
    if story.completion is None or story.request is None or record.verdict is Verdict.INTERNAL_ERROR:
        return None
    try:
        messages = tuple(json.loads(story.request)["messages"])
    except (ValueError, KeyError, TypeError):
        return None
    hints = [*proposal.context, *(["feedback"] if record.round else [])]
    return Sample(
        run=summary.name,
        problem=str(summary.setting("problem", "")),
        proposal=proposal.id,
        round=record.round,
        what=record.what,
        model=proposal.model or str(summary.setting("model", "")),
        messages=messages,
        completion=story.completion,
        program=story.program,
        verdict=record.verdict,
        loss=record.loss,
        failed=record.failed,
        floor=floor,
        hints=tuple(hints),
    )


def _about(sample: Sample) -> dict[str, Any]:
    return {
        "run": sample.run,
        "problem": sample.problem,
        "id": f"{sample.proposal}.r{sample.round}",
        "task": sample.what,
        "model": sample.model,
        "verdict": str(sample.verdict),
        "dev_loss": sample.loss,
        "failed_cases": sample.failed,
    }


def _clearly(better: Sample, worse: Sample) -> bool:
    """Better by a success, by fewer failed cases, or by a loss that the reference can tell apart."""
    if better.verdict is not Verdict.OK:
        return False
    if worse.verdict is not Verdict.OK:
        return True
    if better.loss is None or worse.loss is None:
        return False
    return worse.loss - better.loss > (better.floor or 0.0)


def _pair(better: Sample, worse: Sample) -> dict[str, Any]:
    about = _about(better)
    return {
        "prompt": list(better.messages),
        "chosen": [{"role": "assistant", "content": better.completion}],
        "rejected": [{"role": "assistant", "content": worse.completion}],
        **{key: about[key] for key in ("run", "problem", "task", "model")},
        "chosen_about": _about(better),
        "rejected_about": _about(worse),
    }
