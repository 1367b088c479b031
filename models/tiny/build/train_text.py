"""Teaches the diffusion model's text encoder to understand captions, from text alone.

Every token of a phrase must tell its object's shape, colour, size and place; each register what lies at its place;
the last token the background and how many objects there are. What a caption leaves unsaid the heads can only guess.
The heads go on as additional losses while the U-Net trains, and are thrown away then.
"""
import argparse

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from scene_facts import IGNORED, PLACE_CLASSES, TOKEN_CLASSES, ToldScenes
from text_encoder import REGISTERS, WIDTH, TextEncoder
from training import WORK, Log, learning_rate, set_rate, start
from world import BACKGROUNDS, Sampler

BATCH, PEAK = 64, 1.5e-3


class TextHeads(nn.Module):
    def __init__(self):
        super().__init__()
        self.token = nn.Linear(WIDTH, sum(TOKEN_CLASSES))
        self.place = nn.Linear(WIDTH, sum(PLACE_CLASSES))
        self.whole = nn.Linear(WIDTH, len(BACKGROUNDS) + 2)

    def losses(self, hidden, tokens, places, whole):
        """tokens: [B, T, 4], places: [B, 5, 3], whole: [B, 2] class numbers."""
        return [entropies(self.token(hidden), tokens, TOKEN_CLASSES),
                entropies(self.place(hidden[:, REGISTERS]), places, PLACE_CLASSES),
                entropies(self.whole(hidden[:, -1]), whole, [len(BACKGROUNDS), 2])]


def entropies(scores, targets, sizes):
    return sum(F.cross_entropy(part.reshape(-1, part.shape[-1]), targets[..., k].flatten(), ignore_index=IGNORED)
               for k, part in enumerate(scores.split(sizes, -1)))


@torch.no_grad()
def understanding(encoder, heads, count=400):
    """Shares of full captions of unseen scenes that are understood."""
    sampler = Sampler(910)
    scenes = sampler.scenes(count)
    ids, tokens, places, whole = ToldScenes(911, full=1, empty=0).batch(scenes)
    hidden = encoder(ids)
    said = tokens[..., 0] != IGNORED
    words = torch.stack([part.argmax(-1) for part in heads.token(hidden).split(TOKEN_CLASSES, -1)], -1) == tokens
    there = torch.stack([part.argmax(-1) for part in heads.place(hidden[:, REGISTERS]).split(PLACE_CLASSES, -1)], -1) == places
    scene = torch.stack([part.argmax(-1) for part in heads.whole(hidden[:, -1]).split([len(BACKGROUNDS), 2], -1)], -1) == whole
    shares = {"object of each word": words[said].all(-1), "all five places": there.flatten(1).all(-1),
              "background and count": scene.all(-1)}
    return {name: round(float(held.float().mean()), 4) for name, held in shares.items()}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--steps", type=int, default=500)
    steps = arguments.parse_args().steps
    start(31)
    log = Log("text")
    told, sampler = ToldScenes(32), Sampler(33)
    encoder, heads = TextEncoder(len(told.tokenizer)), TextHeads()
    parameters = list(encoder.parameters()) + list(heads.parameters())
    optimiser = torch.optim.AdamW(parameters, lr=PEAK, weight_decay=.01, betas=(.9, .98))
    recent = []
    for step in range(steps):
        set_rate(optimiser.param_groups[0], learning_rate(PEAK, step, steps, 100))
        ids, *targets = told.batch(sampler.scenes(BATCH))
        losses = heads.losses(encoder(ids), *targets)
        optimiser.zero_grad()
        sum(losses).backward()
        nn.utils.clip_grad_norm_(parameters, 1.)
        optimiser.step()
        recent.append([loss.item() for loss in losses])
        if (step + 1) % 100 == 0:
            found = understanding(encoder, heads)
            log(step + 1, "tokens/places/whole", np.mean(recent, 0).round(3).tolist(), found)
            recent = []
            torch.save({"encoder": encoder.state_dict(), "heads": heads.state_dict(), "understanding": found,
                        "seconds": log.seconds()}, WORK / "text.pt")


if __name__ == "__main__":
    main()
