"""The two tokenizers, small but real: byte-level BPE as GPT-2 has it, word pieces as BERT has them.

GPT-2: the 256 bytes, then merges. A word after a space grows from its space letter by letter, so each merge
gives a token of the vocabulary and each known word becomes one token; the words that begin a caption also
have their form without a space. The last id is <|endoftext|>: start, end and padding.
"""
import json
import re
from pathlib import Path

from captions import WORDS

END_OF_TEXT = "<|endoftext|>"
FIRST_WORDS = ["a", "an", "there"]


def byte_alphabet():
    """GPT-2's printable character for every byte, in the order of its vocabulary."""
    printable = list(range(ord("!"), ord("~") + 1)) + list(range(ord("¡"), ord("¬") + 1)) + list(range(ord("®"), ord("ÿ") + 1))
    characters = {b: chr(b) for b in printable}
    for b in range(256):
        if b not in characters:
            characters[b] = chr(256 + len(characters) - len(printable))
    return {b: characters[b] for b in printable + [b for b in range(256) if b not in printable]}


SPACE = byte_alphabet()[ord(" ")]


def merges():
    """Words after a space first: they leave no letters for the merges of the first words of a caption."""
    found = []
    for word in [SPACE + w for w in sorted(WORDS)] + FIRST_WORDS:
        for i in range(1, len(word)):
            pair = (word[:i], word[i])
            if pair not in found:
                found.append(pair)
    return found


class Gpt2Tokenizer:
    # GPT-2's pattern, for text without exotic letters: Python's re knows no \p{L}
    pattern = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s+")

    def __init__(self):
        self.bytes = byte_alphabet()
        self.merges = merges()
        self.rank = {pair: i for i, pair in enumerate(self.merges)}
        tokens = list(self.bytes.values()) + [a + b for a, b in self.merges] + [END_OF_TEXT]
        self.ids = {token: i for i, token in enumerate(tokens)}
        self.tokens = tokens
        self.end = self.ids[END_OF_TEXT]

    def __len__(self):
        return len(self.tokens)

    def encode(self, text: str):
        ids = []
        for piece in self.pattern.findall(text):
            parts = [self.bytes[b] for b in piece.encode("utf-8")]
            while len(parts) > 1:
                ranked = [(self.rank.get((a, b), 1 << 30), i) for i, (a, b) in enumerate(zip(parts, parts[1:]))]
                best, i = min(ranked)
                if best == 1 << 30:
                    break
                parts[i:i + 2] = [parts[i] + parts[i + 1]]
            ids += [self.ids[part] for part in parts]
        return ids

    def decode(self, ids) -> str:
        back = {c: b for b, c in self.bytes.items()}
        text = "".join(self.tokens[i] for i in ids if i != self.end)
        return bytes(back[c] for c in text).decode("utf-8", errors="replace")

    def save(self, folder: Path):
        write(folder / "vocab.json", json.dumps(self.ids, ensure_ascii=False, indent=0) + "\n")
        write(folder / "merges.txt", "#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in self.merges))
        special = {name: END_OF_TEXT for name in ("unk_token", "bos_token", "eos_token", "pad_token")}
        write_json(folder / "special_tokens_map.json", special)
        write_json(folder / "tokenizer_config.json",
                   {**special, "add_prefix_space": False, "model_max_length": 32, "tokenizer_class": "GPT2Tokenizer"})


class BertTokenizer:
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

    def __init__(self):
        letters = "abcdefghijklmnopqrstuvwxyz0123456789"
        words = [w for w in WORDS if len(w) > 1]
        self.tokens = self.special + words + list(letters) + ["##" + c for c in letters] + list(".,-'")
        self.ids = {token: i for i, token in enumerate(self.tokens)}
        self.pad, self.unknown, self.cls, self.sep = (self.ids[t] for t in ("[PAD]", "[UNK]", "[CLS]", "[SEP]"))

    def __len__(self):
        return len(self.tokens)

    def pieces(self, word: str):
        out = []
        while word:
            prefix = "##" if out else ""
            length = next((n for n in range(len(word), 0, -1) if prefix + word[:n] in self.ids), 0)
            if length == 0:
                return [self.unknown]
            out.append(self.ids[prefix + word[:length]])
            word = word[length:]
        return out

    def encode(self, text: str, max_length: int = 35):
        ids = [i for word in re.findall(r"[a-z0-9]+|[^\sa-z0-9]", text.lower()) for i in self.pieces(word)]
        return [self.cls] + ids[:max_length - 2] + [self.sep]

    def save(self, folder: Path):
        write(folder / "vocab.txt", "".join(token + "\n" for token in self.tokens))
        write_json(folder / "tokenizer_config.json", {
            "tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": 512, "pad_token": "[PAD]",
            "cls_token": "[CLS]", "sep_token": "[SEP]", "unk_token": "[UNK]", "mask_token": "[MASK]"})


def write(path: Path, text: str):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))


def write_json(path: Path, value):
    write(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")
