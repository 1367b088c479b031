"""The tiny world: scenes of one or two coloured shapes, and how they are drawn.

A scene has a background and one or two objects on fixed places with a little jitter: a single object in
the middle, two of them left and right of the middle or above and below it.
"""
import math
import random
from dataclasses import dataclass
from typing import List

import numpy as np
from PIL import Image, ImageDraw

SHAPES = ["circle", "square", "triangle", "star", "heart", "cross"]
COLOURS = ["red", "green", "blue", "yellow", "purple", "orange", "pink", "cyan"]
SIZES = ["small", "large"]
BACKGROUNDS = ["white", "black", "gray", "brown"]
RELATIONS = ["left", "right", "above", "below"]
OPPOSITE = {"left": "right", "right": "left", "above": "below", "below": "above"}
SIZE_WORDS = {"small": ["small", "little"], "large": ["large", "big"]}
SIZE_OF_WORD = {word: size for size, words in SIZE_WORDS.items() for word in words}

RGB = {
    "red": (215, 40, 40), "green": (40, 165, 60), "blue": (40, 70, 215), "yellow": (235, 215, 50),
    "purple": (125, 45, 160), "orange": (240, 140, 30), "pink": (245, 140, 190), "cyan": (60, 205, 220),
    "white": (238, 238, 238), "black": (28, 28, 28), "gray": (128, 128, 128), "brown": (110, 72, 45),
}

SIDE = 64                # pixels
SUPERSAMPLING = 3        # drawn three times as large, then averaged: anti-aliasing
PLACE_OFFSET = 15        # of two objects, from the middle
RELATION_MARGIN = 6      # pixels between the centres before "left of" and the like are true
NOISE = 2.0              # standard deviation of the pixel noise; more makes the PNG files larger


@dataclass(frozen=True)
class Thing:
    shape: str
    colour: str
    size: str
    x: float
    y: float
    radius: float
    rotation: float


@dataclass(frozen=True)
class Scene:
    background: str
    objects: List[Thing]

    def as_json(self):
        return {
            "background": self.background,
            "objects": [
                {"shape": o.shape, "colour": o.colour, "size": o.size,
                 "x": round(o.x, 2), "y": round(o.y, 2), "radius": round(o.radius, 2)}
                for o in self.objects
            ],
        }


def sample_scene(rng: random.Random) -> Scene:
    """A scene with one object (35%) or two, never two of the same shape and colour."""
    middle = SIDE / 2
    if rng.random() < 0.35:
        places, jitter = [(middle, middle)], 2.0
    else:
        first, second = rng.choice([(-PLACE_OFFSET, PLACE_OFFSET), (PLACE_OFFSET, -PLACE_OFFSET)])
        horizontal = rng.random() < 0.5
        places = [(middle + d, middle) if horizontal else (middle, middle + d) for d in (first, second)]
        jitter = 1.5
    while True:
        objects = [sample_thing(rng, x + rng.uniform(-jitter, jitter), y + rng.uniform(-jitter, jitter)) for x, y in places]
        if len({(o.shape, o.colour) for o in objects}) == len(objects):
            return Scene(rng.choice(BACKGROUNDS), objects)


def sample_thing(rng: random.Random, x: float, y: float) -> Thing:
    size = rng.choice(SIZES)
    radius = rng.uniform(7.3, 7.8) if size == "small" else rng.uniform(12, 13)
    return Thing(rng.choice(SHAPES), rng.choice(COLOURS), size, x, y, radius, rng.uniform(-6, 6))


def true_relations(a: Thing, b: Thing):
    """Every relation that holds from a to b: where a lies, seen from b."""
    found = set()
    if a.x < b.x - RELATION_MARGIN:
        found.add("left")
    if a.x > b.x + RELATION_MARGIN:
        found.add("right")
    if a.y < b.y - RELATION_MARGIN:
        found.add("above")
    if a.y > b.y + RELATION_MARGIN:
        found.add("below")
    return found


def main_relation(a: Thing, b: Thing) -> str:
    """The relation that a person would name."""
    dx, dy = a.x - b.x, a.y - b.y
    if abs(dx) > abs(dy):
        return "left" if dx < 0 else "right"
    return "above" if dy < 0 else "below"


def outline(shape: str):
    """The polygon of a shape with radius 1 around the origin; None for a circle."""
    if shape == "circle":
        return None
    if shape == "square":
        return [(-.85, -.85), (.85, -.85), (.85, .85), (-.85, .85)]
    if shape == "triangle":
        return [(0, -1), (.95, .8), (-.95, .8)]
    if shape == "star":
        corners = [(1.05 if i % 2 == 0 else .42, -math.pi / 2 + i * math.pi / 5) for i in range(10)]
        return [(r * math.cos(t), r * math.sin(t)) for r, t in corners]
    if shape == "cross":
        w = .33
        return [(-w, -1), (w, -1), (w, -w), (1, -w), (1, w), (w, w), (w, 1), (-w, 1), (-w, w), (-1, w), (-1, -w), (-w, -w)]
    if shape == "heart":
        angles = [2 * math.pi * i / 40 for i in range(40)]
        return [(16 * math.sin(t) ** 3 / 16.5,
                 -(13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)) / 16.5) for t in angles]
    raise ValueError("unknown shape " + shape)


OUTLINES = {shape: outline(shape) for shape in SHAPES}


def draw_thing(canvas: ImageDraw.ImageDraw, thing: Thing, fill, scale: int = 1):
    x, y, radius = thing.x * scale, thing.y * scale, thing.radius * scale
    if thing.shape == "circle":
        r = radius * .95
        canvas.ellipse([x - r, y - r, x + r, y + r], fill=fill)
        return
    angle = math.radians(thing.rotation)
    c, s = math.cos(angle), math.sin(angle)
    canvas.polygon([(x + radius * (px * c - py * s), y + radius * (px * s + py * c)) for px, py in OUTLINES[thing.shape]], fill=fill)


def render(scene: Scene, rng: random.Random, noise: np.random.RandomState) -> np.ndarray:
    """The scene as [64, 64, 3] bytes: colours off by a little, a soft gradient, a little noise."""
    def near(name, k):
        return tuple(int(min(255, max(0, v + rng.uniform(-k, k)))) for v in RGB[name])

    side = SIDE * SUPERSAMPLING
    image = Image.new("RGB", (side, side), near(scene.background, 10))
    canvas = ImageDraw.Draw(image)
    for thing in scene.objects:
        draw_thing(canvas, thing, near(thing.colour, 14), SUPERSAMPLING)
    pixels = np.asarray(image.resize((SIDE, SIDE), Image.BOX), dtype=np.float32)
    ramp = np.linspace(-1, 1, SIDE, dtype=np.float32)
    gradient = ramp[:, None, None] * rng.uniform(-6, 6) + ramp[None, :, None] * rng.uniform(-6, 6)
    grain = noise.normal(0, NOISE, (SIDE, SIDE, 1)).astype(np.float32)
    return np.clip(np.round(pixels + gradient + grain), 0, 255).astype(np.uint8)


def coverage(scene: Scene) -> np.ndarray:
    """[64, 64] of 0 and 1: the pixels that belong to an object."""
    image = Image.new("L", (SIDE, SIDE))
    canvas = ImageDraw.Draw(image)
    for thing in scene.objects:
        shifted = Thing(thing.shape, thing.colour, thing.size, thing.x - .5, thing.y - .5, thing.radius, thing.rotation)
        draw_thing(canvas, shifted, 1)
    return np.asarray(image)


class Sampler:
    """An endless, seeded source of scenes and their pictures."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)
        self.noise = np.random.RandomState(seed)

    def scenes(self, count: int):
        return [sample_scene(self.rng) for _ in range(count)]

    def pictures(self, scenes) -> np.ndarray:
        return np.stack([render(scene, self.rng, self.noise) for scene in scenes])
