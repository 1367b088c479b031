"""Draws the U-Net's training scenes once and keeps their latents, with what lies in each cell."""
import argparse

import numpy as np
import torch
from torch.nn import functional as F

from fast_linear import channels_last
from train_perception import patch_targets
from training import WORK, Log, start, to_input
from vae import Encoder
from world import Sampler, coverage

CHUNK = 250


def object_mask(scenes):
    """[B, 1, 16, 16]: 1 where an object or its edge lies; the loss counts more there."""
    covered = torch.from_numpy(np.stack([coverage(scene) for scene in scenes])).float()[:, None]
    return F.max_pool2d(F.max_pool2d(covered, 4), 3, 1, 1)


@torch.no_grad()
def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=32000)
    count = arguments.parse_args().count
    start(61)
    log = Log("latents")
    trained = torch.load(WORK / "vae.pt")
    encoder, sampler = Encoder(), Sampler(61)
    encoder.load_state_dict(trained["encoder"])
    channels_last(encoder.eval())
    shift, scale = trained["decoder"]["shift"], trained["decoder"]["scale"] / trained["scaling factor"]
    kept = {"scenes": [], "latents": [], "masks": [], "cells": []}
    for begin in range(0, count, CHUNK):
        scenes = sampler.scenes(CHUNK)
        latents = (encoder(to_input(sampler.pictures(scenes)))[0] - shift) / scale
        kept["scenes"] += scenes
        kept["latents"].append(latents.contiguous().half())
        kept["masks"].append(object_mask(scenes).bool())
        kept["cells"].append(torch.from_numpy(np.stack([patch_targets(scene)[0] for scene in scenes])).to(torch.int8))
        if (begin + CHUNK) % 4000 == 0:
            log(begin + CHUNK, "mean and deviation", round(latents.mean().item(), 3), round(latents.std().item(), 3))
    torch.save({name: values if name == "scenes" else torch.cat(values) for name, values in kept.items()}, WORK / "latents.pt")


if __name__ == "__main__":
    main()
