"""The state of a training run on disk: enough to go on from the very step. The last three are kept."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

KEPT = 3


@dataclass(frozen=True, slots=True)
class Progress:
    """`pass_number` and `batch`: the next batch to be learned from. `cpu_s`: of all sittings together."""

    pass_number: int = 0
    batch: int = 0
    steps: int = 0
    windows: int = 0
    tokens: int = 0
    cpu_s: float = 0.0
    wall_s: float = 0.0


def save(
    folder: Path, progress: Progress, model: torch.nn.Module, average: dict[str, torch.Tensor], optimizer: Any
) -> Path:
    """Written beside and moved to its place, so that a kill leaves the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"step-{progress.steps:07d}.pt"
    beside = path.with_suffix(".part")
    state = {
        "progress": asdict(progress),
        "model": learned(model),
        "average": average,
        "optimizer": optimizer.state_dict(),
    }
    torch.save(state, beside)
    os.replace(beside, path)
    for old in sorted(folder.glob("step-*.pt"))[:-KEPT]:
        old.unlink()
    return path


def newest(folder: Path) -> Path | None:
    return max(folder.glob("step-*.pt"), default=None)


def load(path: Path) -> tuple[Progress, dict[str, Any]]:
    state = torch.load(path, weights_only=True)
    return Progress(**state["progress"]), state


def learned(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """What training changes; the frozen embeddings are the base model's."""
    return {name: value.detach().clone() for name, value in model.named_parameters() if value.requires_grad}
