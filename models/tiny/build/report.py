"""Measures the retrieval model as a reward: does it find the picture, does it see what is wrong with a caption?"""
import random

import numpy as np
import torch

from captions import (BRIEF, FULL, RICH, TRUE_BRIEF, add_false_object, break_grammar, caption, is_worse, swap_between_objects,
                      swap_one_fact)
from oracle import score
from world import BACKGROUNDS, COLOURS, RELATIONS, SHAPES, SIZE_OF_WORD, Sampler, main_relation

KINDS = {"colour": COLOURS, "shape": SHAPES, "size": list(SIZE_OF_WORD), "background": BACKGROUNDS, "relation": RELATIONS}


@torch.no_grad()
def retrieval_quality(retrieval, count=1000):
    sampler = Sampler(903)
    rng = random.Random(5)
    scenes = sampler.scenes(count)
    pictures = sampler.pictures(scenes)
    image = torch.cat([retrieval.pictures(pictures[i:i + 100]) for i in range(0, count, 100)])
    found = {"R@1 of %d" % count: {}, "mean cosine": {}, "wrong caption scores lower": {}}

    def cosines(texts, rows=None):
        return (image[rows if rows is not None else slice(None)] * retrieval.texts(texts)).sum(1)

    full = [caption(s, FULL, rng) for s in scenes]
    rich = [caption(s, RICH, rng) for s in scenes]
    brief = [caption(s, TRUE_BRIEF, rng) for s in scenes]
    for name, texts in (("full", full), ("rich", rich), ("brief", brief), ("brief with slips", [caption(s, BRIEF, rng) for s in scenes])):
        features = retrieval.texts(texts)
        scores = image @ features.t()
        found["R@1 of %d" % count][name] = round(float((scores.argmax(1) == torch.arange(count)).float().mean()), 4)
        found["mean cosine"][name] = round(float(scores.diagonal().mean()), 4)
    alike = [sum(facts_of(s) == facts_of(other) for other in scenes) for s in scenes]
    name = "expected of a perfect model, as some scenes are described alike"
    found["R@1 of %d" % count][name] = round(float(np.mean([1 / n for n in alike])), 4)
    found["mean cosine"]["full, of another scene"] = round(float(cosines(full[1:] + full[:1]).mean()), 4)
    found["fuller caption scores higher"] = {
        "full over rich": share(says_more(full, rich, scenes), cosines(full) > cosines(rich)),
        "rich over brief": share(says_more(rich, brief, scenes), cosines(rich) > cosines(brief)),
    }

    def compare(name, change, originals):
        changed = [" ".join(change(t.split(), s)) for t, s in zip(originals, scenes)]
        valid = [is_worse(b, a, s) for a, b, s in zip(originals, changed, scenes)]
        found["wrong caption scores lower"][name] = share(valid, cosines(originals) > cosines(changed))

    for name, kind in KINDS.items():
        compare(name, lambda words, s, kind=kind: swap_one_fact(words, rng, (kind,)), full)
    compare("colour, rich captions", lambda words, s: swap_one_fact(words, rng, (COLOURS,)), rich)
    compare("shape, brief captions", lambda words, s: swap_one_fact(words, rng, (SHAPES,)), brief)
    compare("attributes exchanged between the objects", lambda words, s: swap_between_objects(words, rng), full)
    compare("an object too many or another one", lambda words, s: add_false_object(words, s, rng), full)
    compare("an object too many, brief captions", lambda words, s: add_false_object(words, s, rng), brief)
    compare("broken grammar", lambda words, s: break_grammar(words, rng), full)
    compare("broken grammar, brief captions", lambda words, s: break_grammar(words, rng), brief)
    return found


def facts_of(scene):
    """All that a full caption can tell."""
    objects = sorted(scene.objects, key=lambda o: o.x + o.y)
    layout = main_relation(*objects) if len(objects) == 2 else None
    return scene.background, layout, [(o.shape, o.colour, o.size) for o in objects]


def says_more(texts, others, scenes):
    return [score(a, s).recall > score(b, s).recall for a, b, s in zip(texts, others, scenes)]


def share(valid, held):
    chosen = [bool(h) for v, h in zip(valid, held.tolist()) if v]
    return round(float(np.mean(chosen)), 4) if chosen else None
