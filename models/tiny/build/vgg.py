"""A small VGG: what the diffusion reward compares pictures with, and, with its heads, the judge of drawn scenes.

The heads say for each of 4x4 cells which shape, colour and size lies there, and for the whole the background and how
many objects there are. They are not shipped.
"""
import torch
from torch import nn

from scene_facts import PLACE_CLASSES
from world import BACKGROUNDS, COLOURS, SHAPES, SIZES

STAGES = [(16,), (32, 32), (64, 64), (96, 96), (128, 128)]
SEEN = .25      # the probability from which an object counts as drawn


def convolution(inputs: int, outputs: int, normalised: bool):
    return [nn.Conv2d(inputs, outputs, 3, padding=1)] + ([nn.BatchNorm2d(outputs)] if normalised else []) + [nn.ReLU()]


class Features(nn.Sequential):
    """[B, 3, 64, 64] in -1..1 to [B, 128, 4, 4]; the shipped form has its batch norms folded into the convolutions."""

    def __init__(self, normalised: bool = True):
        layers, inputs = [], 3
        for stage in STAGES:
            for outputs in stage:
                layers += convolution(inputs, outputs, normalised)
                inputs = outputs
            layers += [nn.MaxPool2d(2)] if stage is not STAGES[-1] else []
        super().__init__(*layers)


class Vgg(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = Features()
        self.cells = nn.Conv2d(128, sum(PLACE_CLASSES), 1)
        self.background = nn.Linear(128, len(BACKGROUNDS))
        self.count = nn.Sequential(nn.Flatten(), nn.Linear(128 * 16, 128), nn.ReLU(), nn.Linear(128, 2))

    def forward(self, pictures):
        seen = self.features(pictures)
        return self.cells(seen), self.background(seen.mean((2, 3))), self.count(seen)

    def objects(self, pictures):
        """The probability of each shape, colour and size together [B, 6, 8, 2], the background, the count."""
        cells, background, count = self(pictures)
        shape, colour, size = [part.flatten(2).softmax(1)[:, 1:] for part in cells.split(PLACE_CLASSES, 1)]
        together = shape[:, :, None, None] * colour[:, None, :, None] * size[:, None, None]
        return together.amax(-1), background.argmax(1), count.argmax(1) + 1


def folded(features: Features) -> Features:
    """The same function without batch norms."""
    plain = Features(normalised=False)
    convolutions = [layer for layer in plain if isinstance(layer, nn.Conv2d)]
    layers = list(features)
    for target, (conv, batch_norm) in zip(convolutions, [(a, b) for a, b in zip(layers, layers[1:]) if isinstance(b, nn.BatchNorm2d)]):
        factor = batch_norm.weight / (batch_norm.running_var + batch_norm.eps).sqrt()
        target.weight.data = conv.weight.data * factor.data[:, None, None, None]
        target.bias.data = ((conv.bias - batch_norm.running_mean) * factor + batch_norm.bias).data
    return plain.eval()


@torch.no_grad()
def judge(vgg: Vgg, pictures, scenes):
    """Shares of what was asked for and is seen in the pictures."""
    seen, background, count = [torch.cat(part) for part in zip(*(vgg.objects(chunk) for chunk in pictures.split(100)))]
    found = {name: [] for name in ("count", "background", "single object: shape", "colour", "shape + colour", "exact objects")}
    for i, scene in enumerate(scenes):
        mine = seen[i] > SEEN
        asked = [(SHAPES.index(o.shape), COLOURS.index(o.colour), SIZES.index(o.size)) for o in scene.objects]
        found["count"].append(count[i].item() == len(asked))
        found["background"].append(BACKGROUNDS[background[i]] == scene.background)
        found["colour"] += [mine[:, colour].any().item() for _, colour, _ in asked]
        found["shape + colour"] += [mine[shape, colour].any().item() for shape, colour, _ in asked]
        found["single object: shape"] += [mine[asked[0][0]].any().item()] if len(asked) == 1 else []
        best = {tuple(divmod(k // 2, 8)) + (k % 2,) for k in seen[i].flatten().topk(len(asked))[1].tolist()}
        found["exact objects"].append(best == set(asked) and all(mine[one].item() for one in asked))
    return {name: round(sum(values) / max(1, len(values)), 3) for name, values in found.items()}


def judge_with_control(vgg: Vgg, pictures, scenes):
    """And the same against the wrong scene, which shows what chance would reach."""
    return {"asked scene": judge(vgg, pictures, scenes), "wrong scene": judge(vgg, pictures, scenes[1:] + scenes[:1])}
