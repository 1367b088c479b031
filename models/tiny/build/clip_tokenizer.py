"""CLIP's tokenizer, small but real: byte-level BPE in which the last letter of a word carries "</w>".

The merges of a word grow from its end, letter by letter, so each of them contains the one token with "</w>"; no
merge of one word can then break another one, and each word of the world is one token. Any other text falls into bytes.
"""
import json
import re
from pathlib import Path

from captions import WORDS
from tokenizers import byte_alphabet, write, write_json

START, END = "<|startoftext|>", "<|endoftext|>"
LENGTH = 28      # every text is padded to it: start, the captioner's 20 tokens at most, end, and always 6 places of padding


def merges():
    found = []
    for word in sorted(WORDS):
        letters = list(word[:-1]) + [word[-1] + "</w>"]
        while len(letters) > 1:
            pair = tuple(letters[-2:])
            letters[-2:] = ["".join(pair)]
            if pair not in found:
                found.append(pair)
    return found


class ClipTokenizer:
    # CLIP's pattern, for text without exotic letters: Python's re knows no \p{L}
    pattern = re.compile(r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|(?:[^\s\w]|_)+")

    def __init__(self):
        self.bytes = byte_alphabet()
        self.merges = merges()
        self.rank = {pair: i for i, pair in enumerate(self.merges)}
        characters = list(self.bytes.values())
        tokens = characters + [c + "</w>" for c in characters] + [a + b for a, b in self.merges] + [START, END]
        self.ids = {token: i for i, token in enumerate(tokens)}
        self.start, self.end = self.ids[START], self.ids[END]

    def __len__(self):
        return len(self.ids)

    def pieces(self, word: str):
        if word in (START, END):
            return [word]
        parts = [self.bytes[b] for b in word.encode("utf-8")]
        parts[-1] += "</w>"
        while len(parts) > 1:
            best, i = min((self.rank.get(pair, 1 << 30), i) for i, pair in enumerate(zip(parts, parts[1:])))
            if best == 1 << 30:
                break
            parts[i:i + 2] = [parts[i] + parts[i + 1]]
        return parts

    def encode(self, text: str):
        """Start, tokens, end; cut and padded to LENGTH, as diffusers does before the text encoder."""
        ids = [self.ids[part] for word in self.pattern.findall(text.lower()) for part in self.pieces(word)]
        ids = [self.start] + ids[:LENGTH - 2] + [self.end]
        return ids + [self.end] * (LENGTH - len(ids))

    def save(self, folder: Path):
        write(folder / "vocab.json", json.dumps(self.ids, ensure_ascii=False, indent=0) + "\n")
        write(folder / "merges.txt", "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in self.merges))
        special = {"bos_token": START, "eos_token": END, "pad_token": END, "unk_token": END}
        write_json(folder / "special_tokens_map.json", special)
        write_json(folder / "tokenizer_config.json", {
            **special, "add_prefix_space": False, "do_lower_case": True, "errors": "replace", "model_max_length": LENGTH,
            "tokenizer_class": "CLIPTokenizer"})
