"""Writes the pack's pictures, their captions in COCO's format, and the scenes that the oracle reads."""
import hashlib
import json
import random
from pathlib import Path

import numpy as np
from PIL import Image

from captions import BRIEF, caption
from tokenizers import write, write_json
from world import SIDE, Sampler, Scene, Thing

# Seeds that no training uses. The scenes come from the same world; the pictures are seen by no training.
SPLITS = {"train": {"seed": 2101, "first": 1}, "heldout": {"seed": 2102, "first": 129}}
COUNT = 128
LICENCE = {"id": 1, "name": "Apache License 2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"}


def several_captions(scene: Scene, rng: random.Random):
    """Three to five different brief captions, as several people would write them."""
    wanted, texts = rng.randint(3, 5), []
    for _ in range(200):
        text = caption(scene, BRIEF, rng)
        if text not in texts:
            texts.append(text)
        if len(texts) == wanted:
            break
    return texts


def write_pictures(pack: Path):
    scenes_by_hash = {}
    for split, settings in SPLITS.items():
        sampler = Sampler(settings["seed"])
        scenes = sampler.scenes(COUNT)
        folder = pack / "pictures" / split
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.png"):
            old.unlink()
        images, annotations = [], []
        for number, (scene, pixels) in enumerate(zip(scenes, sampler.pictures(scenes)), settings["first"]):
            path = folder / f"{number:06d}.png"
            Image.fromarray(pixels).save(path, "PNG", optimize=True)
            scenes_by_hash[hashlib.sha256(path.read_bytes()).hexdigest()] = scene.as_json()
            images.append({"id": number, "file_name": path.name, "width": SIDE, "height": SIDE, "license": LICENCE["id"]})
            for text in several_captions(scene, sampler.rng):
                annotations.append({"id": settings["first"] * 10 + len(annotations), "image_id": number, "caption": text})
        write_json(pack / "pictures" / f"captions_{split}.json", {
            "info": {"description": f"Tiny world, {split} pictures, with brief captions of which a few are wrong", "version": "1"},
            "licenses": [LICENCE], "images": images, "annotations": annotations})
    write(pack / "scenes.json", "{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in scenes_by_hash.items()) + "\n}\n")


class Pictures:
    """One split as it lies in the pack."""

    def __init__(self, pack: Path, split: str):
        listed = json.loads((pack / "pictures" / f"captions_{split}.json").read_text())
        scenes = json.loads((pack / "scenes.json").read_text())
        self.files = [f"pictures/{split}/{image['file_name']}" for image in listed["images"]]
        self.pixels = np.stack([np.asarray(Image.open(pack / file).convert("RGB")) for file in self.files])
        hashes = [hashlib.sha256((pack / file).read_bytes()).hexdigest() for file in self.files]
        self.scenes = [scene_from_json(scenes[h]) for h in hashes]
        self.captions = [[a["caption"] for a in listed["annotations"] if a["image_id"] == image["id"]] for image in listed["images"]]


def scene_from_json(value) -> Scene:
    return Scene(value["background"], [Thing(rotation=0, **thing) for thing in value["objects"]])
