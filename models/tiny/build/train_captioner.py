"""Trains the captioner on brief captions, as people write them: the model that reinforcement then improves.

The ViT comes from train_perception.py and is frozen for the first part, while GPT-2 learns to speak.
"""
import argparse

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from captions import BRIEF, caption
from gpt2 import GPT2, generate
from oracle import score, words_of
from tokenizers import Gpt2Tokenizer
from training import WORK, Log, learning_rate, set_rate, start, to_input
from vit import ViT
from world import SHAPES, Sampler

BATCH, CAPTIONS_PER_PICTURE = 32, 4
DECODER_PEAK, ENCODER_PEAK, FROZEN = 1.5e-3, 3e-4, .5


class Captioner(nn.Module):
    """Named as Hugging Face's VisionEncoderDecoderModel; equal widths, so there is no enc_to_dec_proj."""

    def __init__(self, vocabulary: int):
        super().__init__()
        self.encoder = ViT(4)
        self.decoder = GPT2(vocabulary)


def caption_loss(decoder: GPT2, encoded, captions, tokenizer: Gpt2Tokenizer):
    """Mean negative log-likelihood per token, the end token included."""
    rows = [[tokenizer.end] + tokenizer.encode(text) + [tokenizer.end] for text in captions]
    longest = max(map(len, rows))
    ids = torch.full((len(rows), longest), tokenizer.end)
    counted = torch.zeros(len(rows), longest - 1)
    for i, row in enumerate(rows):
        ids[i, :len(row)] = torch.tensor(row)
        counted[i, :len(row) - 1] = 1
    logits, _ = decoder(ids[:, :-1], decoder.picture(encoded))
    losses = F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none").view_as(counted)
    return (losses * counted).sum() / counted.sum()


@torch.no_grad()
def quality(captioner: Captioner, tokenizer, scenes, pictures, seed=1234):
    """What the oracle says about greedy captions and about captions sampled at temperature 1."""
    generator = torch.Generator().manual_seed(seed)
    found = {}
    for name, greedy in (("greedy", True), ("temperature 1", False)):
        texts = []
        for i in range(0, len(scenes), 100):
            encoded = captioner.encoder(to_input(pictures[i:i + 100]))
            rows = generate(captioner.decoder, encoded, tokenizer.end, greedy, generator=generator)
            texts += [tokenizer.decode(row) for row in rows.tolist()]
        scores = [score(text, scene) for text, scene in zip(texts, scenes)]
        found[name] = {f: round(float(np.mean([getattr(s, f) for s in scores])), 4)
                       for f in ("precision", "recall", "f1", "hallucination", "grammatical")}
        named = [any(word == o.shape for o in scene.objects)
                 for text, scene in zip(texts, scenes) for word in words_of(text) if word in SHAPES]
        found[name]["named shapes that are there"] = round(float(np.mean(named)), 4)
        found[name]["different captions"] = len(set(texts))
    return found


@torch.no_grad()
def likelihood(captioner, tokenizer, scenes, pictures):
    sampler = Sampler(901)
    return round(caption_loss(captioner.decoder, captioner.encoder(to_input(pictures)),
                              [caption(scene, BRIEF, sampler.rng) for scene in scenes], tokenizer).item(), 4)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--steps", type=int, default=1500)
    steps = arguments.parse_args().steps
    start(12)
    log = Log("captioner")
    tokenizer, sampler = Gpt2Tokenizer(), Sampler(77)
    captioner = Captioner(len(tokenizer))
    captioner.encoder.load_state_dict(torch.load(WORK / "perception.pt")["vit"])
    test = Sampler(902)
    scenes = test.scenes(500)
    pictures = test.pictures(scenes)
    optimiser = torch.optim.AdamW([{"params": captioner.decoder.parameters()}, {"params": captioner.encoder.parameters()}],
                                  lr=DECODER_PEAK, weight_decay=.02, betas=(.9, .98))
    recent = []
    for step in range(steps):
        frozen = step < FROZEN * steps
        set_rate(optimiser.param_groups[0], learning_rate(DECODER_PEAK, step, steps, 50))
        set_rate(optimiser.param_groups[1], 0. if frozen else learning_rate(ENCODER_PEAK, step, steps, 50))
        batch = sampler.scenes(BATCH)
        with torch.set_grad_enabled(not frozen):
            encoded = captioner.encoder(to_input(sampler.pictures(batch)))
        texts = [caption(scene, BRIEF, sampler.rng) for scene in batch for _ in range(CAPTIONS_PER_PICTURE)]
        loss = caption_loss(captioner.decoder, encoded.repeat_interleave(CAPTIONS_PER_PICTURE, 0), texts, tokenizer)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(captioner.parameters(), 1.)
        optimiser.step()
        recent.append(loss.item())
        if (step + 1) % 100 == 0 or step + 1 == steps:
            log(step + 1, "loss", round(float(np.mean(recent)), 4))
            recent = []
        if (step + 1) % 300 == 0:
            log(quality(captioner, tokenizer, scenes[:200], pictures[:200]))
    found = {"nll": likelihood(captioner, tokenizer, scenes, pictures), **quality(captioner, tokenizer, scenes, pictures)}
    log("done", found)
    torch.save({"captioner": captioner.state_dict(), "quality": found, "seconds": log.seconds()}, WORK / "captioner.pt")


if __name__ == "__main__":
    main()
