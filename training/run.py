"""The training loop: warm-up, a steady rate for as long as it may run, a linear decay to zero to finish.

It can be killed at any moment and goes on from its last checkpoint; with the same seed it learns the same.
"""

from __future__ import annotations

import json
import logging
import math
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from byline.models.reader import word_pieces
from byline.types import Span
from training import checkpoints
from training.batches import Batch, Example, batches, collated, example
from training.checkpoints import Progress
from training.network import Reader, build, loss
from training.windows import Window

logger = logging.getLogger("training")

LOGGED = 50
"""Steps between two lines of the log."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`decay_steps`: when not 0, the rate falls to zero over so many steps from `decay_from`, and the run ends."""

    rate: float = 1e-4
    head_rate: float = 1e-3
    warm_up: int = 200
    tokens: int = 1_536
    seed: int = 0
    average_half_life: int = 400
    save_minutes: float = 10.0
    max_minutes: float = math.inf
    threads: int = 2
    max_steps: int = 10**9
    decay_from: int = 0
    decay_steps: int = 0


def rate_at(plan: Plan, step: int) -> float:
    """As a share of the full rate."""
    if plan.decay_steps:
        return max(0.0, 1 - (step - plan.decay_from) / plan.decay_steps)
    return min(1.0, (step + 1) / plan.warm_up)


class Run:
    """`folder` gets the checkpoints; `passes` holds `pass-0.jsonl`, `pass-1.jsonl`…, learned from in turn."""

    def __init__(self, plan: Plan, base: Path, passes: Path, folder: Path, start: Path | None = None) -> None:
        torch.manual_seed(plan.seed)
        torch.set_num_threads(1)
        self.plan, self.folder, self.passes = plan, folder, passes
        self.tokenizer = word_pieces(base)
        self.model = build(base)
        self.optimizer = _optimizer(self.model, plan)
        self.progress, self.stopped = Progress(), False
        self.average = checkpoints.learned(self.model)
        if (found := checkpoints.newest(folder) or start) is not None:
            self.progress, state = checkpoints.load(found)
            self.model.load_state_dict(state["model"], strict=False)
            self.average = state["average"]
            self.optimizer.load_state_dict(state["optimizer"])
            logger.info("going on from %s", found.name)

    def stop(self) -> None:
        """After the step that is under way, which is saved."""
        self.stopped = True

    def go(self) -> None:
        began, saved = time.monotonic(), time.monotonic()
        cpu, before = time.process_time(), self.progress
        recent = None
        self.model.train()
        for pass_number, batch, examples in self._batches():
            missed = self._step(collated(examples))
            recent = missed if recent is None else 0.98 * recent + 0.02 * missed
            self.progress = replace(
                self.progress,
                pass_number=pass_number,
                batch=batch + 1,
                steps=self.progress.steps + 1,
                windows=self.progress.windows + len(examples),
                tokens=self.progress.tokens + sum(one.read.tokens for one in examples),
                cpu_s=before.cpu_s + time.process_time() - cpu,
                wall_s=before.wall_s + time.monotonic() - began,
            )
            if self.progress.steps % LOGGED == 0:
                self._share_cores()
                p = self.progress
                rate = (p.windows - before.windows) / max(1e-9, p.cpu_s - before.cpu_s)
                logger.info(
                    "step %d pass %d batch %d loss %.3f windows %d cpu %.0f s wall %.0f s, %.1f windows per CPU-s",
                    p.steps, p.pass_number, p.batch, recent, p.windows, p.cpu_s, p.wall_s, rate,
                )  # fmt: skip
            if time.monotonic() - saved > 60 * self.plan.save_minutes:
                self.save()
                saved = time.monotonic()
            if self._over(began):
                break
        self.save()

    def save(self) -> None:
        path = checkpoints.save(self.folder, self.progress, self.model, self.average, self.optimizer)
        logger.info("saved %s", path.name)

    def _share_cores(self) -> None:
        """On cores that others use, threads wait for one another: measured at a load of 8, two were a fifth of one."""
        free = self.plan.threads + 0.5 - os.getloadavg()[0] + torch.get_num_threads()
        torch.set_num_threads(max(1, min(self.plan.threads, int(free))))

    def _over(self, began: float) -> bool:
        steps = self.progress.steps
        decayed = self.plan.decay_steps and steps >= self.plan.decay_from + self.plan.decay_steps
        late = time.monotonic() - began > 60 * self.plan.max_minutes
        return self.stopped or bool(decayed) or late or steps >= self.plan.max_steps

    def _batches(self) -> Iterator[tuple[int, int, list[Example]]]:
        """From the next batch on, without end: after the last pass come the same again in other orders."""
        number, start = self.progress.pass_number, self.progress.batch
        while True:
            examples = self._examples(number)
            order = batches(examples, self.plan.tokens, self.plan.seed * 1_000 + number)
            for at in range(start, len(order)):
                yield number, at, [examples[one] for one in order[at]]
            number, start = number + 1, 0

    def _examples(self, number: int) -> list[Example]:
        files = sorted(self.passes.glob("pass-*.jsonl"))
        path = self.passes / f"pass-{number}.jsonl"
        path = path if path.exists() else files[number % len(files)]
        made = [example(self.tokenizer, window) for window in read_windows(path)]
        examples = [one for one in made if one is not None]
        logger.info("pass %d of %s: %d windows", number, path.name, len(examples))
        return examples

    def _step(self, batch: Batch) -> float:
        share = rate_at(self.plan, self.progress.steps)
        for group in self.optimizer.param_groups:
            group["lr"] = share * group["full"]
        ids, mask, types, first, last = (
            torch.from_numpy(part) for part in (batch.ids, batch.mask, batch.types, batch.first, batch.last)
        )
        begins, ends = self.model(ids, mask, types)
        weights = torch.from_numpy(batch.weights)
        missed = (loss(begins, ends, mask, first, last) * weights).sum() / weights.sum()
        self.optimizer.zero_grad()
        missed.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_([p for p in self.model.parameters() if p.requires_grad], 1.0)
        self.optimizer.step()
        kept = 0.5 ** (1 / min(self.plan.average_half_life, 1 + self.progress.steps / 4))
        with torch.no_grad():
            for name, value in self.model.named_parameters():
                if value.requires_grad:
                    self.average[name].lerp_(value, 1 - kept)
        return float(missed.detach())


def _optimizer(model: Reader, plan: Plan) -> torch.optim.AdamW:
    """Weight decay on matrices only; the new layer learns faster. `full`: a group's rate when it is steady."""
    matrices = [p for p in model.encoder.parameters() if p.requires_grad and p.ndim > 1]
    vectors = [p for p in model.encoder.parameters() if p.requires_grad and p.ndim == 1]
    return torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": 0.01, "full": plan.rate},
            {"params": vectors, "weight_decay": 0.0, "full": plan.rate},
            {"params": list(model.head.parameters()), "weight_decay": 0.0, "full": plan.head_rate},
        ],
        lr=plan.rate,
        fused=True,
    )


def write_windows(windows: Sequence[Window], path: Path) -> None:
    with path.open("w", encoding="utf-8") as lines:
        for w in windows:
            spans = [(a.start, a.end) for a in w.answers]
            lines.write(json.dumps([w.row, w.question, w.header, w.text, spans, w.kind], ensure_ascii=False) + "\n")


def read_windows(path: Path) -> list[Window]:
    with path.open(encoding="utf-8") as lines:
        return [
            Window(row, question, header, text, tuple(Span(*span) for span in spans), kind)
            for row, question, header, text, spans, kind in map(json.loads, lines)
        ]
