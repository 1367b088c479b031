"""Measures how the VGG's pooled features order pictures: what the diffusion reward will think of right and wrong drawings."""
import random
from dataclasses import replace

import torch
from torch.nn import functional as F

from captions import another
from training import to_input
from world import BACKGROUNDS, COLOURS, PLACE_OFFSET, SHAPES, SIDE, SIZES, Sampler, Scene, sample_thing

RADIUS = {"small": (7.3, 7.8), "large": (12, 13)}


def moved(scene: Scene, rng: random.Random, turn: bool) -> Scene:
    """The same facts drawn anew; turned, each object lies on another place."""
    objects = []
    for thing in scene.objects:
        dx, dy = thing.x - SIDE / 2, thing.y - SIDE / 2
        if abs(dx) > 8 or abs(dy) > 8:
            dx, dy = [PLACE_OFFSET * round(d / PLACE_OFFSET) for d in ((dy, dx) if turn else (dx, dy))]
        else:
            dx = dy = 0
        fresh = sample_thing(rng, SIDE / 2 + dx + rng.uniform(-1.5, 1.5), SIDE / 2 + dy + rng.uniform(-1.5, 1.5))
        objects.append(replace(thing, x=fresh.x, y=fresh.y, radius=rng.uniform(*RADIUS[thing.size]), rotation=fresh.rotation))
    return Scene(scene.background, objects)


def changed(scene: Scene, kind: str, rng: random.Random) -> Scene:
    first, second = scene.objects
    if kind == "wrong background":
        return Scene(another(BACKGROUNDS, scene.background, rng), scene.objects)
    if kind == "missing object":
        return Scene(scene.background, [second])
    if kind == "colours exchanged":
        return Scene(scene.background, [replace(first, colour=second.colour), replace(second, colour=first.colour)])
    field, options = {"wrong colour": ("colour", COLOURS), "wrong shape": ("shape", SHAPES), "wrong size": ("size", SIZES)}[kind]
    return Scene(scene.background, [replace(first, **{field: another(options, getattr(first, field), rng)}), second])


CHANGES = ["wrong size", "wrong colour", "wrong shape", "wrong background", "missing object", "colours exchanged"]


@torch.no_grad()
def ordering(features, centre, count=300):
    """Mean cosine of pooled, centred features between pictures of two objects and variants, and how often a variant is lower."""
    sampler = Sampler(950)
    rng = sampler.rng
    scenes = []
    while len(scenes) < count:
        scenes += [s for s in sampler.scenes(1) if len(s.objects) == 2 and len({o.colour for o in s.objects}) == 2]

    def embed(made):
        pictures = to_input(sampler.pictures(made))
        return F.normalize(torch.cat([features(part) for part in pictures.split(100)]).mean((2, 3)) - centre, dim=-1)

    drawn = embed(scenes)
    again = (drawn * embed([moved(s, rng, False) for s in scenes])).sum(1)
    elsewhere = (drawn * embed([moved(s, rng, True) for s in scenes])).sum(1)
    found = {"same facts, drawn anew": {"mean": round(again.mean().item(), 3)},
             "same facts in other places": {"mean": round(elsewhere.mean().item(), 3)}}
    variants = {kind: [moved(changed(s, kind, rng), rng, False) for s in scenes] for kind in CHANGES}
    variants["another scene"] = sampler.scenes(count)
    for kind, made in variants.items():
        cosine = (drawn * embed(made)).sum(1)
        found[kind] = {"mean": round(cosine.mean().item(), 3), "lower than drawn anew": round((cosine < again).float().mean().item(), 3)}
    return found
