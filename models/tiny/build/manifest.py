"""Writes pack.json: what the pack holds, with the size and SHA-256 of every file. Needs nothing but Python.

Run it again whenever a file of the pack changes:  python3 models/tiny/build/manifest.py
"""
import hashlib
import json
from pathlib import Path

PACK = Path(__file__).resolve().parent.parent
PARTS = {
    "captioner": "image captioner: ViT and GPT-2, Hugging Face VisionEncoderDecoderModel",
    "blip": "image-text similarity: Hugging Face BlipForImageTextRetrieval",
    "diffusion": "text-to-image: latent diffusion, diffusers' ONNX layout",
    "vgg": "image features: ONNX",
    "pictures": "training and held-out pictures with captions in COCO's format",
}


def write_manifest(pack: Path = PACK):
    inside = [p for p in pack.rglob("*") if p.is_file() and p.relative_to(pack).parts[0] != "build"]
    files = sorted(p for p in inside if p != pack / "pack.json")
    manifest = {
        "name": "tiny", "version": 1, "licence": "Apache-2.0",
        "parts": {name: {"folder": name, "what": what} for name, what in PARTS.items() if (pack / name).is_dir()},
        "files": [{"path": p.relative_to(pack).as_posix(), "size": p.stat().st_size,
                   "sha256": hashlib.sha256(p.read_bytes()).hexdigest()} for p in files],
    }
    (pack / "pack.json").write_bytes((json.dumps(manifest, indent=2) + "\n").encode())
    return manifest


if __name__ == "__main__":
    written = write_manifest()
    print(f"{len(written['files'])} files, {sum(f['size'] for f in written['files']):,} bytes")
