"""Trains BLIP's matching head (ITM) on the frozen similarity model: only cross-attention and the head learn."""
import argparse

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from blip import Blip, clip_input
from captions import FULL, RICH, TRUE_BRIEF, caption, wrong_caption
from tokenizers import BertTokenizer
from train_blip import Retrieval
from training import WORK, Log, learning_rate, set_rate, start
from world import Sampler

BATCH, PEAK = 32, 2e-3


def pairs(sampler: Sampler, scenes):
    """One true caption for each picture, one made wrong, one of another scene; and whether they match."""
    rng = sampler.rng
    styles = [rng.choice([TRUE_BRIEF, RICH, FULL]) for _ in scenes]
    true = [caption(s, style, rng) for s, style in zip(scenes, styles)]
    wrong = [wrong_caption(t, s, rng) for t, s in zip(true, scenes)]
    unchanged = [a == b for a, b in zip(true, wrong)]
    other = true[1:] + true[:1]
    return true + wrong + other, [1] * len(true) + [int(same) for same in unchanged] + [0] * len(true)


@torch.no_grad()
def matching_quality(retrieval: Retrieval, count=600, seed=904):
    sampler = Sampler(seed)
    hits = []
    for _ in range(count // 100):
        scenes = sampler.scenes(100)
        picture = retrieval.blip.vision_model(clip_input(sampler.pictures(scenes)))
        texts, match = pairs(sampler, scenes)
        found = retrieval.blip.match(*retrieval.tokens(texts), picture.repeat(3, 1, 1)).argmax(-1)
        hits.append((found == torch.tensor(match)).float().view(3, 100).mean(1).numpy())
    true, wrong, other = np.mean(hits, 0)
    return {"true": round(float(true), 4), "made wrong": round(float(wrong), 4), "of another scene": round(float(other), 4)}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--steps", type=int, default=600)
    steps = arguments.parse_args().steps
    start(14)
    log = Log("matching")
    tokenizer = BertTokenizer()
    saved = torch.load(WORK / "blip.pt")
    blip = Blip(len(tokenizer))
    blip.load_state_dict(saved["blip"])
    retrieval, sampler = Retrieval(blip, tokenizer), Sampler(41)
    for name, p in blip.named_parameters():
        p.requires_grad_("crossattention" in name or "itm_head" in name)
    parameters = [p for p in blip.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=PEAK, weight_decay=.02, betas=(.9, .98))
    recent = []
    for step in range(steps):
        set_rate(optimiser.param_groups[0], learning_rate(PEAK, step, steps, 100))
        scenes = sampler.scenes(BATCH)
        with torch.no_grad():
            picture = blip.vision_model(clip_input(sampler.pictures(scenes)))
        texts, match = pairs(sampler, scenes)
        logits = blip.match(*retrieval.tokens(texts), picture.repeat(3, 1, 1))
        loss = F.cross_entropy(logits, torch.tensor(match), weight=torch.tensor([.5, 1.]))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.)
        optimiser.step()
        recent.append(loss.item())
        if (step + 1) % 100 == 0:
            log(step + 1, "loss", round(float(np.mean(recent)), 4), matching_quality(retrieval, 200))
            recent = []
    torch.save({"blip": blip.state_dict(), "seconds": log.seconds()}, WORK / "blip_matching.pt")


if __name__ == "__main__":
    main()
