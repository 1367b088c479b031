"""Measures the shipped weights and writes the model cards with what was measured."""
from pathlib import Path

import numpy as np
import torch

from captions import BRIEF, caption
from export import load_captioner, load_retrieval
from oracle import score
from pictures import Pictures
from report import retrieval_quality
from tokenizers import write, write_json
from train_captioner import likelihood, quality
from train_matching import matching_quality
from training import WORK
from world import Sampler


def measure(pack: Path):
    captioner, tokenizer = load_captioner(pack)
    retrieval = load_retrieval(pack)
    sampler = Sampler(906)
    scenes = sampler.scenes(1000)
    pictures = sampler.pictures(scenes)
    heldout = Pictures(pack, "heldout")
    people = [score(caption(scene, BRIEF, sampler.rng), scene) for scene in scenes]
    times = {name: torch.load(WORK / f"{name}.pt").get("seconds", 0) for name in ("perception", "captioner", "blip", "blip_matching")
             if (WORK / f"{name}.pt").exists()}
    return {
        "perception": torch.load(WORK / "perception.pt")["accuracy"],
        "training captions": {f: round(float(np.mean([getattr(s, f) for s in people])), 4) for f in ("precision", "recall", "f1")},
        "captioner, 1000 unseen pictures": {"nll": likelihood(captioner, tokenizer, scenes, pictures),
                                            **quality(captioner, tokenizer, scenes, pictures)},
        "captioner, the 128 held-out pictures": quality(captioner, tokenizer, heldout.scenes, heldout.pixels),
        "blip, 1000 unseen pictures": retrieval_quality(retrieval),
        "blip matching head": matching_quality(retrieval) if (WORK / "blip_matching.pt").exists() else "not trained",
        "parameters": {"captioner": count(captioner), "blip": count(retrieval.blip)},
        "seconds": {name: round(value) for name, value in times.items()},
    }


def count(module):
    return sum(p.numel() for p in module.parameters())


def rows(values, before=""):
    """A nested dictionary as lines of a Markdown table."""
    lines = []
    for name, value in values.items():
        label = f"{before}, {name}" if before else name
        lines += rows(value, label) if isinstance(value, dict) else [f"| {label} | {value} |"]
    return lines


def table(title, values):
    return "\n".join([f"| {title} | |", "| --- | --- |"] + rows(values)) + "\n"


def write_cards(pack: Path):
    found = measure(pack)
    write_json(WORK / "report.json", found)
    itm = found["blip matching head"]
    write(pack / "README.md", MAIN.format(
        megabytes={name: round((pack / name / "model.safetensors").stat().st_size / 1e6, 1) for name in ("captioner", "blip")},
        parameters={name: round(n / 1e6, 2) for name, n in found["parameters"].items()},
        perception=table("the ViT after perception, objects of 300 unseen pictures, share right", found["perception"]),
        people=table("training captions, by the oracle", found["training captions"]),
        captioner=table("captioner, 1,000 unseen pictures", found["captioner, 1000 unseen pictures"]),
        heldout=table("captioner, the 128 held-out pictures", found["captioner, the 128 held-out pictures"]),
        blip=table("BLIP, 1,000 unseen pictures", found["blip, 1000 unseen pictures"]),
        itm=table("matching head, share right", itm) if isinstance(itm, dict) else "The matching head (ITM) is **not trained**.\n",
        times=", ".join(f"{name} {seconds / 60:.1f}" for name, seconds in found["seconds"].items())))
    write(pack / "captioner" / "README.md", CAPTIONER.format(
        captioner=table("1,000 unseen pictures", found["captioner, 1000 unseen pictures"])))
    return found


FRONT = """---
license: apache-2.0
pipeline_tag: image-to-text
tags: [image-captioning, tiny-world]
---
"""

MAIN = """# The tiny model pack

A whole world in a few megabytes, so that the pipeline runs offline on two CPU cores: pictures, the people's captions
of them, an image captioner, the retrieval model that rewards it, and a diffusion model that draws its captions, with a VGG to
compare the drawing with the picture. It is our own work from the first pixel to the last weight; nothing in it was
downloaded. Licence: Apache-2.0.

## The world
Pictures of 64x64 pixels with one or two objects: 6 shapes, 8 colours, 2 sizes, 4 backgrounds, 4 relations. An object lies
in the middle, two lie left and right of it or above and below it, with a little jitter in place, colour and rotation, a
soft gradient and a little noise. The training captions are as people's often are: brief, mostly without sizes, and a few
wrong. The oracle reads a caption, compares it with the scene and gives precision, recall, F1, hallucination
(1 - precision) and whether the sentence is grammatical.

## What is here
Sizes in parameters and on disk.

| | |
| --- | --- |
| `captioner/` | ViT (4 layers) and GPT-2 (3 layers), {parameters[captioner]} M, {megabytes[captioner]} MB; `VisionEncoderDecoderModel` |
| `blip/` | ViT (3 layers) and BERT (2 layers), {parameters[blip]} M, {megabytes[blip]} MB; `BlipForImageTextRetrieval` |
| `vgg/` | ten convolutions, 0.47 M, 0.9 MB; ONNX; its [card](vgg/README.md) |
| `diffusion/` | text encoder, U-Net and decoder, 2.6 M, 5.3 MB; diffusers' ONNX layout; its [card](diffusion/README.md) |
| `pictures/` | 128 training and 128 held-out pictures, captions in COCO's format |
| `scenes.json` | SHA-256 of each picture's file -> the scene, for the oracle |
| `expected.json` | what the shipped weights give for 16 pictures: test data for other implementations |
| `expected-diffusion.json` | what the shipped VGG and diffusion files give: test data, too |
| `oracle-cases.json` | captions and their scores: test data for other implementations of the oracle |
| `pack.json` | every file with its size and SHA-256 |
| `build/` | the builder of all this |

Captioner and BLIP have Hugging Face's layout and names. Weights are stored in half precision; compute in single precision after
loading (the ONNX files cast by themselves).

## How it is built
    models/tiny/build/build.sh

on Debian 12 with `apt-get install python3-torch python3-numpy python3-pil python3-onnx libopenblas0-pthread` (the last one matters: the
reference BLAS is some ten times slower). Seeds are fixed; each network trains in one thread, captioner and BLIP side by
side. Minutes of the shipped build, on a shared machine: {times}. `build.sh check` runs the builder's own checks alone;
`build.sh drawing` builds only the VGG and the diffusion model, whose minutes and figures are in their cards.

1. Perception: the ViT learns from a target for every patch (shape, colour, size, mask, way to the centre). Its attention
   starts as a convolution does, at fixed neighbours. The heads for these targets are thrown away.
2. Captioner: GPT-2 on that ViT, on brief captions only. What is left unsaid is what reinforcement can win.
3. BLIP: its vision tower starts as the first three layers of that ViT. True captions, brief and full, against wrong ones of
   the same styles: a fact swapped, attributes exchanged between the objects, the relation turned, an object too many,
   words repeated, dropped or misplaced. A head that must say which objects lie where is thrown away.
4. The matching head (ITM) learns on the frozen rest.
5. VGG, autoencoder, the diffusion model's text encoder, from text alone, and its U-Net.

## Measured
By the builder, on the shipped half-precision weights except for the first table; the pictures were made for the
measurement from seeds that no training uses.

{perception}
{people}
{captioner}
{heldout}
{blip}
{itm}
## Limits
It knows this world and nothing else: other pictures give confident nonsense. Unseen pictures are new pictures, but of
one object there are only 384 different descriptions, and training has met them all; of two there are 72,192. Where the
figures above are lowest is what the similarity sees least surely. It is for demonstrations and tests, not for people who need descriptions.
"""

CAPTIONER = FRONT + """# Tiny captioner

Describes pictures of the tiny world (one or two coloured shapes) in brief English sentences. A plain ViT (64x64, patch 8,
width 128, 4 layers) and GPT-2 (width 128, 3 layers) with cross-attention, in the layout of Hugging Face's
`VisionEncoderDecoderModel`. It was trained on brief captions only, so that reinforcement learning has something to improve.
Licence Apache-2.0. How it was built and what it is part of: see the pack's model card, one folder up.

{captioner}
Of no use for other pictures.
"""
