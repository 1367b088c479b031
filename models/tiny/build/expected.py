"""What the shipped weights give for 16 pictures, and what the oracle gives for some 300 captions: test data for other implementations."""
import json
import random
from pathlib import Path

import torch

from blip import clip_input
from captions import (BRIEF, FULL, RICH, WORDS, add_false_fact, add_false_object, break_grammar, caption, swap_between_objects,
                      swap_one_fact, turn_relation)
from export import load_captioner, load_retrieval
from gpt2 import generate
from oracle import score
from pictures import Pictures, scene_from_json
from tokenizers import write, write_json
from training import to_input
from world import Sampler


@torch.no_grad()
def write_expected(pack: Path, count: int = 8):
    captioner, tokenizer = load_captioner(pack)
    retrieval = load_retrieval(pack)
    rng = random.Random(17)
    cases = []
    for split in ("train", "heldout"):
        pictures = Pictures(pack, split)
        encoded = captioner.encoder(to_input(pictures.pixels[:count]))
        rows = generate(captioner.decoder, encoded, tokenizer.end, greedy=True).tolist()
        image = retrieval.pictures(pictures.pixels[:count])
        seen = retrieval.blip.vision_model(clip_input(pictures.pixels[:count]))
        for i, row in enumerate(rows):
            ids = row[:row.index(tokenizer.end) + 1] if tokenizer.end in row else row
            texts = {"brief": pictures.captions[i][0], "full": caption(pictures.scenes[i], FULL, rng)}
            tokens = retrieval.tokens(list(texts.values()))
            cosine = (retrieval.blip.text_feature(*tokens) @ image[i]).tolist()
            match = retrieval.blip.match(*tokens, seen[i:i + 1].expand(2, -1, -1)).softmax(-1)[:, 1].tolist()
            cases.append({
                "file": pictures.files[i], "greedy": {"text": tokenizer.decode(ids), "token_ids": ids},
                "blip": [{"kind": kind, "caption": text, "token_ids": retrieval.tokenizer.encode(text),
                          "itc_cosine": round(c, 7), "itm_probability": round(m, 7)}
                         for (kind, text), c, m in zip(texts.items(), cosine, match)]})
    write_json(pack / "expected.json", {
        "about": "From the shipped half-precision weights, computed in single precision on a CPU. token_ids of the greedy caption end with "
                 "the end token and leave out the start token; those of BLIP begin with [CLS] and end with [SEP].",
        "pictures": cases})


HANDMADE = [
    "", "   ", "a", "a circle", "an circle", "circle", "red", "a red", "a red red circle", "circle circle circle", "background",
    "a background", "on a white background", "a circle on a background", "a circle on a red background", "a white circle",
    "a circle on a white background on a black background", "a circle on a white white background", "left of", "a circle left of",
    "left of a circle", "a circle left of above a star", "a circle above a star below a heart", "a circle and a circle",
    "a red circle and a red circle", "a red circle and a red circle on a white background", "a small large circle", "a little big star",
    "a photo of an orange heart", "an photo of an orange heart", "a picture of a orange heart", "there is a star", "There is a Star.",
    "A small red circle, left of a large blue square, on a brown background.", "two shapes", "the objects in the picture",
    "a dog on a sofa", "a circlet", "red-circle", "a red circle2", "rouge círculo", "a small red circle left of a large blue square on a",
    "a small red circle left of a large blue square on a brown", "a circle next to a square", "a circle next a square",
    "a cross cross cross cross cross cross cross", "a star a star a star a star", "green a triangle", "a triangle green",
    "a red square circle", "a red small circle", "is there a circle",
]


def write_oracle_cases(pack: Path):
    rng = random.Random(23)
    scenes = [scene_from_json(scene.as_json()) for scene in Sampler(905).scenes(26)]
    cases = []

    def add(number, text):
        s = score(text, scenes[number])
        cases.append({"scene": number, "caption": text, "precision": s.precision, "recall": s.recall, "f1": s.f1,
                      "hallucination": s.hallucination, "grammatical": s.grammatical})

    for i, text in enumerate(HANDMADE):
        add(i % len(scenes), text)
    for number, scene in enumerate(scenes):
        full = caption(scene, FULL, rng)
        for text in (full, caption(scene, BRIEF, rng), caption(scene, RICH, rng)):
            add(number, text)
        words = full.split()
        for changed in (swap_one_fact(words, rng), swap_between_objects(words, rng), turn_relation(words, rng),
                        add_false_object(words, scene, rng), add_false_fact(words, scene, rng), break_grammar(words, rng),
                        words[:rng.randrange(1, len(words))], [rng.choice(WORDS) for _ in range(rng.randrange(2, 20))]):
            add(number, " ".join(changed))
    lines = ",\n".join("    " + json.dumps(case) for case in cases)
    pictures = ",\n".join("    " + json.dumps(scene.as_json()) for scene in scenes)
    write(pack / "oracle-cases.json", '{\n  "scenes": [\n' + pictures + '\n  ],\n  "cases": [\n' + lines + "\n  ]\n}\n")
    return len(cases)
