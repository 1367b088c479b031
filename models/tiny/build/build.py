"""Exports what was trained and writes the rest of the pack. build.sh calls it after the training.

With "drawing" it leaves captioner, BLIP, pictures and their measurements as they are and makes the VGG and the diffusion model.
"""
import sys

from card import write_cards
from card_drawing import write_drawing_cards
from expected import write_expected, write_oracle_cases
from expected_diffusion import write_expected_diffusion
from export import export_blip, export_captioner
from export_diffusion import export_diffusion
from export_vgg import export_vgg
from manifest import write_manifest
from pictures import write_pictures
from training import PACK, start


def describing():
    write_pictures(PACK)
    export_captioner(PACK)
    export_blip(PACK)
    write_expected(PACK)
    print(write_oracle_cases(PACK), "oracle cases")
    for name, values in write_cards(PACK).items():
        print(name, values)


def drawing():
    export_vgg(PACK)
    export_diffusion(PACK)
    write_expected_diffusion(PACK)
    for name, values in write_drawing_cards(PACK).items():
        print(name, values)


def main():
    start(15)
    if sys.argv[1:] != ["drawing"]:
        describing()
    drawing()
    manifest = write_manifest(PACK)
    print(f"{len(manifest['files'])} files, {sum(f['size'] for f in manifest['files']):,} bytes")


if __name__ == "__main__":
    main()
