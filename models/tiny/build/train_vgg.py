"""Trains the VGG to say what lies where, and measures by what its pooled features order pictures."""
import argparse

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from fast_linear import channels_last
from scene_facts import PLACE_CLASSES, facts
from training import WORK, Log, learning_rate, set_rate, start, to_input
from vgg import Vgg, judge
from world import BACKGROUNDS, Sampler

BATCH, PEAK = 48, 2e-3
CENTRE_Y, CENTRE_X = [axis.ravel() for axis in np.mgrid[0:4, 0:4] * 16. + 8]
NOTHING_WEIGHT = torch.tensor([.3] + [1.] * 8)


def cell_targets(scene):
    """[3, 16] class numbers: a cell belongs to the nearest object within 12 pixels; each object has at least one."""
    classes, nearest = np.zeros((3, 16), np.int64), np.full(16, 1e9)
    for thing in scene.objects:
        distance = np.hypot(CENTRE_X - thing.x, CENTRE_Y - thing.y)
        mine = ((distance < 12) | (distance == distance.min())) & (distance < nearest)
        nearest[mine] = distance[mine]
        for k, n in enumerate(facts(thing)):
            classes[k][mine] = n + 1
    return classes


def loss_of(vgg: Vgg, scenes, pictures):
    cells, background, count = vgg(to_input(pictures))
    targets = torch.from_numpy(np.stack([cell_targets(scene) for scene in scenes]))
    losses = [F.cross_entropy(part.flatten(2), targets[:, k], weight=NOTHING_WEIGHT[:part.shape[1]])
              for k, part in enumerate(cells.split(PLACE_CLASSES, 1))]
    losses.append(.2 * F.cross_entropy(background, torch.tensor([BACKGROUNDS.index(s.background) for s in scenes])))
    losses.append(.2 * F.cross_entropy(count, torch.tensor([len(s.objects) - 1 for s in scenes])))
    return sum(losses)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--steps", type=int, default=800)
    steps = arguments.parse_args().steps
    start(51)
    log = Log("vgg")
    vgg, sampler, test = channels_last(Vgg()), Sampler(51), Sampler(930)
    scenes = test.scenes(1000)
    pictures = to_input(test.pictures(scenes))
    optimiser = torch.optim.AdamW(vgg.parameters(), lr=PEAK, weight_decay=.02)
    recent = []
    for step in range(steps):
        set_rate(optimiser.param_groups[0], learning_rate(PEAK, step, steps, 50))
        made = sampler.scenes(BATCH)
        loss = loss_of(vgg, made, sampler.pictures(made))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(vgg.parameters(), 5.)
        optimiser.step()
        recent.append(loss.item())
        if (step + 1) % 100 == 0:
            vgg.eval()
            log(step + 1, "loss", round(float(np.mean(recent)), 4), judge(vgg, pictures[:300], scenes[:300]))
            vgg.train()
            recent = []
    vgg.eval()
    torch.save({"vgg": vgg.state_dict(), "quality": judge(vgg, pictures, scenes), "seconds": log.seconds()}, WORK / "vgg.pt")
    log(judge(vgg, pictures, scenes))


if __name__ == "__main__":
    main()
