"""What the training scripts share: seeds, the learning rate's course, where intermediate files lie."""
import math
import os
import random
import time
from pathlib import Path

import numpy as np
import torch

WORK = Path(__file__).resolve().parent / ".work"
PACK = Path(__file__).resolve().parent.parent


def start(seed: int):
    WORK.mkdir(exist_ok=True)
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    torch.manual_seed(seed)
    random.seed(seed)
    np.random.seed(seed)


def learning_rate(peak: float, step: int, steps: int, warm_up: int) -> float:
    """Linear warm-up, then half a cosine down to 3%."""
    return peak * min(1, (step + 1) / warm_up) * max(.03, .5 * (1 + math.cos(math.pi * step / steps)))


def set_rate(group, rate: float):
    group["lr"] = rate


def to_input(pictures: np.ndarray) -> torch.Tensor:
    """[B, 64, 64, 3] bytes to [B, 3, 64, 64] in -1..1, the ViT's preprocessing."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1


class Log:
    def __init__(self, name: str):
        self.name, self.began = name, time.time()

    def seconds(self) -> float:
        return time.time() - self.began

    def __call__(self, *words):
        print(f"[{self.name} {time.time() - self.began:6.0f}s]", *words, flush=True)
