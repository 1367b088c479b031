"""Trains the U-Net, and the text encoder with it for the first 30% of the time. Stops by the clock; --resume goes on after a crash.

The loss is the square error of v, four times as heavy on objects. Half of the timesteps are the eight that drawing
uses, the others mostly of mid and high noise. A head on the map at 8x8 must say what lies in each cell: at high noise
only the text can tell, so it teaches the cross-attention which words belong to which place. It is thrown away.
"""
import argparse
import copy
import math
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from ddim import STEPS, noisy, timesteps
from examiner import Examiner, Painter
from fast_linear import channels_last
from scene_facts import PLACE_CLASSES, ToldScenes
from text_encoder import TextEncoder
from train_text import TextHeads
from training import WORK, Log, set_rate, start
from unet import MIDDLE, UNet
from vae import Decoder, norm

BATCH, PEAK, TEXT_PEAK = 32, 1.5e-3, 2e-4
OBJECT_WEIGHT, CELL_WEIGHT, TEXT_WEIGHT = 4, .05, .02
NOTHING_WEIGHT = torch.tensor([.2] + [1.] * 8)
SHIPPED = torch.tensor(timesteps(STEPS))


class Model(nn.Module):
    """What is averaged and shipped."""

    def __init__(self, vocabulary: int):
        super().__init__()
        self.text, self.unet = TextEncoder(vocabulary), UNet()


class Heads(nn.Module):
    """What is thrown away."""

    def __init__(self):
        super().__init__()
        self.text = TextHeads()
        self.cells = nn.Sequential(norm(MIDDLE), nn.Conv2d(MIDDLE, sum(PLACE_CLASSES), 1))


class Data:
    def __init__(self):
        kept = torch.load(WORK / "latents.pt")
        self.scenes, self.latents, self.masks, self.cells = (kept[name] for name in ("scenes", "latents", "masks", "cells"))
        self.by_count = [torch.tensor([i for i, scene in enumerate(self.scenes) if len(scene.objects) == n]) for n in (1, 2)]

    def choose(self, single: float):
        ones = int((torch.rand(BATCH) < single).sum())
        return torch.cat([rows[torch.randint(len(rows), (n,))] for rows, n in zip(self.by_count, (ones, BATCH - ones))])


def some_timesteps():
    others = torch.where(torch.rand(BATCH) < .15, torch.randint(0, 125, (BATCH,)), torch.randint(125, 1000, (BATCH,)))
    return torch.where(torch.rand(BATCH) < .5, SHIPPED[torch.randint(len(SHIPPED), (BATCH,))], others)


def losses(model: Model, heads: Heads, data: Data, told: ToldScenes, single: float, text_learns: bool):
    rows = data.choose(single)
    ids, *targets = told.batch([data.scenes[i] for i in rows.tolist()])
    with torch.set_grad_enabled(text_learns):
        text = model.text(ids)
    at, clean = some_timesteps(), data.latents[rows].float()
    sample, wanted = noisy(clean, torch.randn_like(clean), at)
    last, seen = model.unet.features(sample.contiguous(memory_format=torch.channels_last), at, text)
    weight = 1 + (OBJECT_WEIGHT - 1) * data.masks[rows].float()
    error = (model.unet.output(last) - wanted).pow(2)
    cells = heads.cells(seen).flatten(2)
    there = data.cells[rows].long()
    cell = sum(F.cross_entropy(part, there[:, k], weight=NOTHING_WEIGHT[:part.shape[1]])
               for k, part in enumerate(cells.split(PLACE_CLASSES, 1)))
    understood = sum(heads.text.losses(text, *targets)) if text_learns else torch.zeros(())
    total = (error * weight).mean() / weight.mean() + CELL_WEIGHT * cell + TEXT_WEIGHT * understood
    return total, [error.mean().item(), cell.item(), understood.item()]


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


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--minutes", type=float, default=42)
    arguments.add_argument("--resume", action="store_true")
    options = arguments.parse_args()
    start(71)
    log, told, data, examiner = Log("unet"), ToldScenes(72), Data(), Examiner(100)
    model, heads = Model(len(told.tokenizer)), Heads()
    trained = torch.load(WORK / "text.pt")
    model.text.load_state_dict(trained["encoder"])
    heads.text.load_state_dict(trained["heads"])
    channels_last(model), channels_last(heads)
    mean = copy.deepcopy(model).eval()
    painter = Painter(mean.text, mean.unet, *trained_decoder())
    groups = [{"params": list(model.unet.parameters()) + list(heads.parameters()), "peak": PEAK},
              {"params": list(model.text.parameters()), "peak": TEXT_PEAK}]
    optimiser = torch.optim.AdamW(groups, lr=0, weight_decay=.01, betas=(.9, .99))
    state = {"model": model, "heads": heads, "mean": mean, "optimiser": optimiser}
    step, before, recent = 0, 0., []
    if options.resume:
        saved = torch.load(WORK / "unet.pt")
        for name, part in state.items():
            part.load_state_dict(saved[name])
        step, before = saved["step"], saved["seconds"]
        torch.manual_seed(71 + step)
        told.rng.seed(72 + step)
    began, examined = time.time(), before
    done = before / (60 * options.minutes)
    while done < 1:
        for group in optimiser.param_groups:
            set_rate(group, group["peak"] * min(1, (step + 1) / 200) * max(.02, min(1, .5 * (1 + math.cos(math.pi * max(0, done - .3) / .7)))))
        text_learns = done < .3
        loss, parts = losses(model, heads, data, told, .5 if done < .25 else .35, text_learns)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_([p for group in groups for p in group["params"]], 1.)
        optimiser.step()
        average(mean, model, step)
        step += 1
        recent.append(parts)
        seconds = before + time.time() - began
        done = seconds / (60 * options.minutes)
        if seconds - examined > 200 or done >= 1:
            examined = seconds
            torch.save({**{name: part.state_dict() for name, part in state.items()}, "step": step, "samples": step * BATCH, "seconds": seconds},
                       WORK / "unet.pt")
            log(step, "samples", step * BATCH, "error/cells/text", np.mean(recent, 0).round(4).tolist())
            for guidance in (1., 1.5):
                found = examiner.examine(painter, guidance)
                log("   guidance", guidance, found["asked scene"], "wrong:", found["wrong scene"]["shape + colour"])
            recent = []


if __name__ == "__main__":
    main()
