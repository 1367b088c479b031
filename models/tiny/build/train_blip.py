"""Trains the retrieval model whose similarity is the reward.

Every picture comes with a brief and a fuller caption (both true), and with wrong ones made from captions of
the same styles, so that only the facts and the grammar tell them apart. The losses: each true caption
against all others in the batch and the wrong ones; the caption that says more before the other; and, from both
towers' features, one small head that must say which objects lie where, so that relations and what belongs
to what are in the feature. That head is thrown away.
"""
import argparse

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from blip import PROJECTION, Blip, clip_input, neighbour_words, pad, vision_from_vit
from captions import FULL, RICH, TRUE_BRIEF, caption, wrong_caption
from initial_values import small_random
from oracle import score, words_of
from tokenizers import BertTokenizer
from training import WORK, Log, learning_rate, set_rate, start
from vit import ViT
from world import BACKGROUNDS, COLOURS, RELATIONS, SHAPES, SIZE_OF_WORD, SIZES, Sampler, main_relation

BATCH, PEAK, VISION_PEAK = 32, 1.0e-3, 4e-4
SLOT = [len(SHAPES), len(COLOURS), len(SIZES)]
UNSAID = -100                                     # cross_entropy's ignored target


class SceneHead(nn.Module):
    """From a feature: layout, background, and shape, colour, size of the left or upper and of the other object."""

    def __init__(self):
        super().__init__()
        self.outputs = [3, len(BACKGROUNDS)] + SLOT + SLOT
        self.layers = nn.Sequential(nn.Linear(PROJECTION, 256), nn.GELU(), nn.Linear(256, sum(self.outputs)))

    def loss(self, feature, targets):
        parts = self.layers(feature * PROJECTION ** .5).split(self.outputs, -1)
        losses = []
        for k, part in enumerate(parts):
            if (targets[:, k] != UNSAID).any():
                losses.append(F.cross_entropy(part, targets[:, k], ignore_index=UNSAID))
        return sum(losses) / len(self.outputs)


def in_order(scene):
    return sorted(scene.objects, key=lambda o: o.x + o.y)


def scene_targets(scene):
    objects = in_order(scene)
    layout = 0 if len(objects) == 1 else 1 if main_relation(*objects) in ("left", "right") else 2
    row = [layout, BACKGROUNDS.index(scene.background)]
    for thing in objects:
        row += [SHAPES.index(thing.shape), COLOURS.index(thing.colour), SIZES.index(thing.size)]
    return row + [UNSAID] * (8 - len(row))


def caption_targets(text, scene):
    """The same, but only what the caption says; nothing about objects whose places it leaves open."""
    words = words_of(text)
    target = scene_targets(scene)
    if "background" not in words:
        target[1] = UNSAID
    shapes = [i for i, w in enumerate(words) if w in SHAPES]
    relation = next((w for w in words if w in RELATIONS), None)
    if len(shapes) == 2 and relation is None or len(shapes) < len(scene.objects):
        return [UNSAID] + target[1:2] + [UNSAID] * 6
    slots = shapes if relation in (None, "left", "above") else shapes[::-1]
    begin = 0
    said = {}
    for i in shapes:
        phrase = words[begin:i]
        said[i] = (any(w in COLOURS for w in phrase), any(w in SIZE_OF_WORD for w in phrase))
        begin = i + 1
    for slot, i in enumerate(slots):
        if not said[i][0]:
            target[3 + 3 * slot] = UNSAID
        if not said[i][1]:
            target[4 + 3 * slot] = UNSAID
    return target


class Retrieval:
    """The model with its tokenizer, for texts and pictures as they are."""

    def __init__(self, blip: Blip, tokenizer: BertTokenizer):
        self.blip, self.tokenizer = blip, tokenizer

    def tokens(self, texts):
        return pad([self.tokenizer.encode(text) for text in texts], self.tokenizer.pad)

    def texts(self, texts):
        return self.blip.text_feature(*self.tokens(texts))

    def pictures(self, pictures):
        return self.blip.image_feature(clip_input(pictures))


def contrast(image, texts, scale):
    """texts: BATCH brief, BATCH fuller, then wrong ones. A picture's other true caption is no negative for it."""
    scores = scale * image @ texts.t()
    own = torch.arange(BATCH)
    loss = F.cross_entropy(scores[:, :2 * BATCH].t(), own.repeat(2))
    for which in (0, 1):
        others = scores.clone()
        others[own, own + (1 - which) * BATCH] = -1e4
        loss = loss + .5 * F.cross_entropy(others, own + which * BATCH)
    return loss


def own_captions(image, texts, scale, rounds, says_more):
    """Each true caption against the wrong ones made from it; and the one that says more of the scene against the other."""
    own = (image.repeat(rounds + 2, 1) * texts).sum(1).view(rounds + 2, BATCH) * scale
    brief, fuller, wrong = own[0], own[1], own[2:]
    loss = sum(F.softplus(wrong[k] - (fuller if k < rounds - 1 else brief)).mean() for k in range(rounds)) / rounds
    order = (F.softplus((brief - fuller) * says_more) * says_more.abs()).sum() / says_more.abs().sum().clamp(min=1)
    return loss, order


def train_similarity(retrieval: Retrieval, steps: int, log):
    sampler, head = Sampler(31), SceneHead()
    log_scale = nn.Parameter(torch.tensor(float(np.log(1 / .07))))
    blip, rounds = retrieval.blip, 3
    trained = {name: p for name, p in blip.named_parameters() if "crossattention" not in name and "itm_head" not in name}
    vision = [p for name, p in trained.items() if name.startswith("vision_model")]
    rest = [p for name, p in trained.items() if not name.startswith("vision_model")] + list(head.parameters()) + [log_scale]
    optimiser = torch.optim.AdamW([{"params": rest}, {"params": vision}], lr=PEAK, weight_decay=.02, betas=(.9, .98))
    recent = []
    for step in range(steps):
        set_rate(optimiser.param_groups[0], learning_rate(PEAK, step, steps, 100))
        set_rate(optimiser.param_groups[1], learning_rate(VISION_PEAK, step, steps, 100))
        rng = sampler.rng
        scenes = sampler.scenes(BATCH)
        brief = [caption(s, TRUE_BRIEF if rng.random() < .6 else RICH, rng) for s in scenes]
        fuller = [caption(s, RICH if rng.random() < .4 else FULL, rng) for s in scenes]
        wrong = [wrong_caption(t, s, rng) for _ in range(rounds - 1) for t, s in zip(fuller, scenes)]
        wrong += [wrong_caption(t, s, rng) for t, s in zip(brief, scenes)]
        image = retrieval.pictures(sampler.pictures(scenes))
        texts = retrieval.texts(brief + fuller + wrong)
        scale = log_scale.exp().clamp(max=50)
        contrastive = contrast(image, texts, scale)
        more = [score(f, s).recall - score(b, s).recall for f, b, s in zip(fuller, brief, scenes)]
        wrongs, order = own_captions(image, texts, scale, rounds, torch.tensor(more).sign())
        about = head.loss(image, torch.tensor([scene_targets(s) for s in scenes]))
        said = head.loss(texts[:2 * BATCH], torch.tensor([caption_targets(t, s) for t, s in zip(brief + fuller, scenes + scenes)]))
        loss = contrastive + wrongs + order + about + said
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(rest + vision, 1.)
        optimiser.step()
        recent.append([p.item() for p in (contrastive, wrongs, order, about, said, scale)])
        if (step + 1) % 100 == 0 or step + 1 == steps:
            log(step + 1, "contrast/wrong/order/scene/said/scale", np.mean(recent, 0).round(3).tolist())
            recent = []
            torch.save({"blip": blip.state_dict(), "seconds": log.seconds()}, WORK / "blip.pt")
        if (step + 1) % 500 == 0:
            log(quick_look(retrieval))


@torch.no_grad()
def quick_look(retrieval, count=300):
    from report import retrieval_quality
    return retrieval_quality(retrieval, count)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--steps", type=int, default=3000)
    steps = arguments.parse_args().steps
    start(13)
    log = Log("blip")
    tokenizer = BertTokenizer()
    blip = Blip(len(tokenizer))
    neighbour_words(blip.text_encoder)
    for projection in (blip.vision_proj, blip.text_proj):
        small_random(projection)
    vit = ViT(4)
    vit.load_state_dict(torch.load(WORK / "perception.pt")["vit"])
    vision_from_vit(blip.vision_model, vit)
    train_similarity(Retrieval(blip, tokenizer), steps, log)


if __name__ == "__main__":
    main()
