"""Trains the U-Net, and the text encoder with it for the first 30% of the time.

It stops by the clock, so what comes out depends on the machine a little; --resume goes on from the last checkpoint.
"""
import argparse
import copy
import math
import time

import numpy as np
import torch
from torch import nn

from diffusion_losses import BATCH, Data, Diffusion, Heads, losses
from examiner import Examiner, Painter
from fast_linear import channels_last
from scene_facts import ToldScenes
from training import WORK, Log, set_rate, start
from vae import Decoder

PEAK, TEXT_PEAK = 1.5e-3, 2e-4
CHECKPOINT_SECONDS = 200
TEXT_LEARNS_UNTIL, MORE_SINGLES_UNTIL = .3, .25     # shares of the time


def trained_decoder():
    """And what its latents are multiplied by before the U-Net sees them."""
    trained, decoder = torch.load(WORK / "vae.pt"), Decoder()
    decoder.load_state_dict(trained["decoder"])
    return decoder.eval(), trained["scaling factor"]


@torch.no_grad()
def average(mean: nn.Module, model: nn.Module, step: int):
    decay = min(.999, (step + 1) / (step + 20))
    for a, b in zip(mean.parameters(), model.parameters()):
        a.lerp_(b, 1 - decay)


def rate(peak: float, step: int, done: float) -> float:
    """Warm-up, full for 30% of the time, then half a cosine down to 2%."""
    return peak * min(1, (step + 1) / 200) * max(.02, .5 * (1 + math.cos(math.pi * max(0, done - .3) / .7)))


class Training:
    def __init__(self):
        self.told, self.data = ToldScenes(72), Data()
        self.model, self.heads = channels_last(Diffusion(len(self.told.tokenizer))), channels_last(Heads())
        trained = torch.load(WORK / "text.pt")
        self.model.text.load_state_dict(trained["encoder"])
        self.heads.text.load_state_dict(trained["heads"])
        self.mean = copy.deepcopy(self.model).eval()
        self.groups = [{"params": list(self.model.unet.parameters()) + list(self.heads.parameters()), "peak": PEAK},
                       {"params": list(self.model.text.parameters()), "peak": TEXT_PEAK}]
        self.optimiser = torch.optim.AdamW(self.groups, lr=0, weight_decay=.01, betas=(.9, .99))
        self.step = 0

    def parts(self):
        return {"model": self.model, "heads": self.heads, "mean": self.mean, "optimiser": self.optimiser}

    def save(self, seconds: float):
        torch.save({**{name: part.state_dict() for name, part in self.parts().items()}, "step": self.step,
                    "samples": self.step * BATCH, "seconds": seconds}, WORK / "unet.pt")

    def resume(self) -> float:
        saved = torch.load(WORK / "unet.pt")
        for name, part in self.parts().items():
            part.load_state_dict(saved[name])
        self.step = saved["step"]
        torch.manual_seed(71 + self.step)
        self.told.rng.seed(72 + self.step)
        return saved["seconds"]

    def learn(self, done: float):
        """One step, done being the share of the time that has passed."""
        for group in self.optimiser.param_groups:
            set_rate(group, rate(group["peak"], self.step, done))
        single = .5 if done < MORE_SINGLES_UNTIL else .35
        loss, parts = losses(self.model, self.heads, self.data, self.told, single, done < TEXT_LEARNS_UNTIL)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_([p for group in self.groups for p in group["params"]], 1.)
        self.optimiser.step()
        average(self.mean, self.model, self.step)
        self.step += 1
        return parts


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--minutes", type=float, default=42)
    arguments.add_argument("--resume", action="store_true")
    options = arguments.parse_args()
    start(71)
    log, training, examiner = Log("unet"), Training(), Examiner(100)
    painter = Painter(training.mean.text, training.mean.unet, *trained_decoder())
    seconds = training.resume() if options.resume else 0.
    began, saved, recent = time.time() - seconds, seconds, []
    done = seconds / (60 * options.minutes)
    while done < 1:
        recent.append(training.learn(done))
        seconds = time.time() - began
        done = seconds / (60 * options.minutes)
        if seconds - saved > CHECKPOINT_SECONDS or done >= 1:
            saved = seconds
            training.save(seconds)
            log(training.step, "samples", training.step * BATCH, "error/cells/text", np.mean(recent, 0).round(4).tolist())
            for guidance in (1., 1.5):
                found = examiner.examine(painter, guidance)
                log("   guidance", guidance, found["asked scene"], "wrong:", found["wrong scene"]["shape + colour"])
            recent = []


if __name__ == "__main__":
    main()
