"""Exports what was trained and writes the rest of the pack. build.sh calls it after the training."""
from card import write_cards
from expected import write_expected, write_oracle_cases
from export import export_blip, export_captioner
from manifest import write_manifest
from pictures import write_pictures
from training import PACK, start


def main():
    start(15)
    write_pictures(PACK)
    export_captioner(PACK)
    export_blip(PACK)
    write_expected(PACK)
    print(write_oracle_cases(PACK), "oracle cases")
    for name, values in write_cards(PACK).items():
        print(name, values)
    manifest = write_manifest(PACK)
    print(f"{len(manifest['files'])} files, {sum(f['size'] for f in manifest['files']):,} bytes")


if __name__ == "__main__":
    main()
