"""What the diffusion model learns from: noised latents with captions, and the losses.

The loss is the square error of v, four times as heavy on objects. Half of the timesteps are the eight that drawing
uses, the others mostly of mid and high noise. A head on the map at 8x8 must say what lies in each cell: at high noise
only the text can tell, so it teaches the cross-attention which words belong to which place. It is thrown away.
"""
import torch
from torch import nn
from torch.nn import functional as F

from ddim import STEPS, noisy, timesteps
from scene_facts import PLACE_CLASSES, ToldScenes
from text_encoder import TextEncoder
from train_text import TextHeads
from training import WORK
from unet import MIDDLE, UNet
from vae import norm

BATCH = 32
OBJECT_WEIGHT, CELL_WEIGHT, TEXT_WEIGHT = 4, .05, .02
NOTHING_WEIGHT = torch.tensor([.2] + [1.] * 8)
SHIPPED = torch.tensor(timesteps(STEPS))


class Diffusion(nn.Module):
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
        """Row numbers of a batch with this share of single objects."""
        ones = int((torch.rand(BATCH) < single).sum())
        return torch.cat([rows[torch.randint(len(rows), (n,))] for rows, n in zip(self.by_count, (ones, BATCH - ones))])


def some_timesteps():
    others = torch.where(torch.rand(BATCH) < .15, torch.randint(0, 125, (BATCH,)), torch.randint(125, 1000, (BATCH,)))
    return torch.where(torch.rand(BATCH) < .5, SHIPPED[torch.randint(len(SHIPPED), (BATCH,))], others)


def losses(model: Diffusion, heads: Heads, data: Data, told: ToldScenes, single: float, text_learns: bool):
    """The loss, and its parts to print: square error of v, cells, text."""
    rows = data.choose(single)
    ids, *targets = told.batch([data.scenes[i] for i in rows.tolist()])
    with torch.set_grad_enabled(text_learns):
        text = model.text(ids)
    at, clean = some_timesteps(), data.latents[rows].float()
    sample, wanted = noisy(clean, torch.randn_like(clean), at)
    last, seen = model.unet.features(sample.contiguous(memory_format=torch.channels_last), at, text)
    error = (model.unet.output(last) - wanted).pow(2)
    weight = 1 + (OBJECT_WEIGHT - 1) * data.masks[rows].float()
    there = data.cells[rows].long()
    cell = sum(F.cross_entropy(part, there[:, k], weight=NOTHING_WEIGHT[:part.shape[1]])
               for k, part in enumerate(heads.cells(seen).flatten(2).split(PLACE_CLASSES, 1)))
    understood = sum(heads.text.losses(text, *targets)) if text_learns else torch.zeros(())
    total = (error * weight).mean() / weight.mean() + CELL_WEIGHT * cell + TEXT_WEIGHT * understood
    return total, [error.mean().item(), cell.item(), understood.item()]
