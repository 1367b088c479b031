"""Teaches the captioner's ViT to see, with a target for every patch.

For each patch: which shape, colour and size covers it, the object's mask inside it, the way to its centre;
for the whole picture: the background. The heads for these targets are thrown away afterwards. It starts
with many single large objects, and for the first 60% computes only the 32 patches nearest to objects.
"""
import argparse

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from initial_values import convolution_like
from training import WORK, Log, learning_rate, set_rate, start, to_input
from vit import PATCH, TOKENS, WIDTH, ViT
from world import BACKGROUNDS, COLOURS, SHAPES, SIZES, Sampler, coverage

CLASSES = [len(SHAPES) + 1, len(COLOURS) + 1, len(SIZES) + 1]      # class 0: no object here
CENTRE_Y, CENTRE_X = [axis.ravel() for axis in np.mgrid[0:8, 0:8] * float(PATCH) + PATCH / 2]
BATCH, PEAK, KEPT = 32, 1.0e-3, 32


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.classes = nn.Linear(WIDTH, sum(CLASSES))
        self.to_centre = nn.Linear(WIDTH, 3)
        self.background = nn.Linear(WIDTH, len(BACKGROUNDS))
        self.mask_norm, self.mask = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, PATCH * PATCH)
        self.early_norm, self.early_classes, self.early_to_centre = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, sum(CLASSES)), nn.Linear(WIDTH, 3)


def covers(thing):
    """The patches that count as this object's."""
    distance = np.hypot(CENTRE_X - thing.x, CENTRE_Y - thing.y)
    return distance, distance < max(thing.radius * .75, 5.7)


def patch_targets(scene):
    classes = np.zeros((3, TOKENS), np.int64)
    to_centre = np.zeros((TOKENS, 3), np.float32)
    nearest = np.full(TOKENS, 1e9)
    for thing in scene.objects:
        distance, touched = covers(thing)
        outside = distance - thing.radius
        mine = touched & (outside < nearest)
        nearest = np.minimum(nearest, outside)
        classes[0][mine] = SHAPES.index(thing.shape) + 1
        classes[1][mine] = COLOURS.index(thing.colour) + 1
        classes[2][mine] = SIZES.index(thing.size) + 1
        way = [(thing.x - CENTRE_X) / 8, (thing.y - CENTRE_Y) / 8, np.full(TOKENS, (thing.radius - 10) / 3)]
        to_centre[mine] = np.stack(way, 1)[mine]
    return classes, to_centre, nearest


class Batch:
    def __init__(self, sampler: Sampler, easy: float, kept: int):
        scenes = [one_scene(sampler, easy) for _ in range(BATCH)]
        self.pixels = to_input(sampler.pictures(scenes))
        targets = [patch_targets(scene) for scene in scenes]
        self.classes = torch.from_numpy(np.stack([t[0] for t in targets])).transpose(1, 2)
        self.to_centre = torch.from_numpy(np.stack([t[1] for t in targets]))
        self.background = torch.tensor([BACKGROUNDS.index(scene.background) for scene in scenes])
        covered = torch.from_numpy(np.stack([coverage(scene) for scene in scenes])).float()
        self.mask = covered.view(BATCH, 8, PATCH, 8, PATCH).permute(0, 1, 3, 2, 4).reshape(BATCH, TOKENS, PATCH * PATCH)
        self.keep = None
        if kept < TOKENS:
            near = np.stack([t[2] for t in targets]) + sampler.noise.uniform(0, 4, (BATCH, TOKENS))
            self.keep = torch.from_numpy(near).topk(kept, 1, largest=False)[1]
            for name in ("classes", "to_centre", "mask"):
                full = getattr(self, name)
                setattr(self, name, full.gather(1, self.keep[:, :, None].expand(-1, -1, full.shape[-1])))


def one_scene(sampler: Sampler, easy: float):
    if sampler.rng.random() >= easy:
        return sampler.scenes(1)[0]
    while True:
        scene = sampler.scenes(1)[0]
        if len(scene.objects) == 1 and scene.objects[0].size == "large":
            return scene


CLASS_WEIGHT = torch.tensor([.2] + [1.] * 8)


def class_losses(scores, classes):
    return [F.cross_entropy(part.flatten(0, 1), classes[:, :, k].flatten(), weight=CLASS_WEIGHT[:part.shape[-1]])
            for k, part in enumerate(scores.split(CLASSES, -1))]


def loss_of(vit: ViT, heads: Heads, batch: Batch):
    states, last = vit.hidden_states(batch.pixels, batch.keep)
    third = heads.early_norm(states[2][:, 1:])
    covered = (batch.classes[:, :, 0] > 0).float()
    shape, colour, size = class_losses(heads.classes(last[:, 1:]), batch.classes)
    early_shape = class_losses(heads.early_classes(third), batch.classes)[0]
    mask = F.binary_cross_entropy_with_logits(heads.mask(heads.mask_norm(states[1][:, 1:])), batch.mask)
    ways = sum(F.smooth_l1_loss(way, batch.to_centre, reduction="none").sum(-1)
               for way in (heads.to_centre(last[:, 1:]), heads.early_to_centre(third)))
    centre = (ways * covered).sum() / covered.sum()
    background = F.cross_entropy(heads.background(last[:, 0]), batch.background)
    total = 1.5 * shape + .5 * colour + .5 * size + .5 * early_shape + .2 * background + 2 * mask + .5 * centre
    return total, [p.item() for p in (shape, colour, size, mask, centre, background)]


@torch.no_grad()
def accuracy(vit: ViT, heads: Heads, scenes, pictures):
    """Per object, votes of its patches; and the background."""
    last = vit(to_input(pictures))
    votes = [part.log_softmax(-1) for part in heads.classes(last[:, 1:]).split(CLASSES, -1)]
    hits = {"shape": [], "colour": [], "size": []}
    for i, scene in enumerate(scenes):
        for thing in scene.objects:
            mine = torch.from_numpy(covers(thing)[1])
            named = [vote[i][mine][:, 1:].sum(0).argmax().item() for vote in votes]
            hits["shape"].append(SHAPES[named[0]] == thing.shape)
            hits["colour"].append(COLOURS[named[1]] == thing.colour)
            hits["size"].append(SIZES[named[2]] == thing.size)
    backgrounds = heads.background(last[:, 0]).argmax(-1).tolist()
    hits["background"] = [BACKGROUNDS[b] == scene.background for b, scene in zip(backgrounds, scenes)]
    return {name: round(float(np.mean(values)), 4) for name, values in hits.items()}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--steps", type=int, default=2400)
    steps = arguments.parse_args().steps
    start(11)
    log = Log("perception")
    vit, heads, sampler = ViT(4), Heads(), Sampler(5)
    convolution_like(vit)
    test = Sampler(900)
    scenes = test.scenes(300)
    pictures = test.pictures(scenes)
    parameters = [p for name, p in vit.named_parameters() if not name.startswith("pooler")] + list(heads.parameters())
    optimiser = torch.optim.AdamW(parameters, lr=PEAK, weight_decay=.02, betas=(.9, .98))
    recent = []
    for step in range(steps):
        set_rate(optimiser.param_groups[0], learning_rate(PEAK, step, steps, 150))
        done = step / steps
        batch = Batch(sampler, easy=.5 * max(0, 1 - done / .3), kept=KEPT if done < .6 else TOKENS)
        loss, parts = loss_of(vit, heads, batch)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.)
        optimiser.step()
        recent.append(parts)
        if (step + 1) % 100 == 0 or step + 1 == steps:
            log(step + 1, "shape/colour/size/mask/centre/background", np.mean(recent, 0).round(3).tolist(),
                accuracy(vit, heads, scenes, pictures) if (step + 1) % 200 == 0 else "")
            recent = []
    torch.save({"vit": vit.state_dict(), "accuracy": accuracy(vit, heads, scenes, pictures), "seconds": log.seconds()},
               WORK / "perception.pt")


if __name__ == "__main__":
    main()
