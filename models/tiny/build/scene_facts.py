"""A scene as class numbers: what lies at each of the world's five places, and which words of a caption name which object."""
import random

import torch

from captions import FULL, RICH, TRUE_BRIEF, describe
from clip_tokenizer import LENGTH, ClipTokenizer
from world import BACKGROUNDS, COLOURS, SHAPES, SIDE, SIZES, Scene

PLACES = ["centre", "left", "right", "top", "bottom"]
IGNORED = -100                                                  # what cross entropy leaves out
PLACE_CLASSES = [len(SHAPES) + 1, len(COLOURS) + 1, len(SIZES) + 1]      # class 0: no object here
TOKEN_CLASSES = [len(SHAPES), len(COLOURS), len(SIZES), len(PLACES)]


def place_of(thing) -> int:
    dx, dy = thing.x - SIDE / 2, thing.y - SIDE / 2
    if max(abs(dx), abs(dy)) < 8:
        return 0
    return (1 if dx < 0 else 2) if abs(dx) > abs(dy) else (3 if dy < 0 else 4)


def facts(thing):
    return [SHAPES.index(thing.shape), COLOURS.index(thing.colour), SIZES.index(thing.size)]


def place_targets(scene: Scene):
    """[5][3] class numbers."""
    rows = [[0, 0, 0] for _ in PLACES]
    for thing in scene.objects:
        rows[place_of(thing)] = [n + 1 for n in facts(thing)]
    return rows


def whole_targets(scene: Scene):
    return [BACKGROUNDS.index(scene.background), len(scene.objects) - 1]


class ToldScenes:
    """Scenes with captions of every style, as token ids and as targets."""

    def __init__(self, seed: int, full: float = .55, empty: float = .05):
        self.rng, self.tokenizer = random.Random(seed), ClipTokenizer()
        self.full, self.empty = full, empty

    def tell(self, scene: Scene):
        """Token ids, and for every token the facts of the object it belongs to."""
        choice = self.rng.random()
        nothing = [[IGNORED] * 4 for _ in range(LENGTH)]
        if choice < self.empty:
            return self.tokenizer.encode(""), nothing
        style = FULL if choice < self.empty + self.full else self.rng.choice([RICH, TRUE_BRIEF, TRUE_BRIEF])
        objects = list(scene.objects)
        self.rng.shuffle(objects)
        words = describe(objects, scene.background, style, self.rng).split()
        owner = 0
        for i, word in enumerate(words):
            if owner < len(objects):
                nothing[i + 1] = facts(objects[owner]) + [place_of(objects[owner])]
            owner += word in SHAPES
        return self.tokenizer.encode(" ".join(words)), nothing

    def batch(self, scenes):
        told = [self.tell(scene) for scene in scenes]
        return (torch.tensor([ids for ids, _ in told]), torch.tensor([targets for _, targets in told]),
                torch.tensor([place_targets(scene) for scene in scenes]), torch.tensor([whole_targets(scene) for scene in scenes]))
