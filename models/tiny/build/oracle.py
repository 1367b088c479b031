"""Reads a caption and says how much of it is true of a scene, and how much of the scene it says.

Claims: each shape named, each size or colour word before it, the words before "background", each relation
word. A relation needs an object before and after it; a descriptor needs the noun that it describes:
otherwise it is a claim that cannot be true. Each fact of the scene can be claimed rightly once.
"""
import itertools
import re
from dataclasses import dataclass

from world import BACKGROUNDS, COLOURS, RELATIONS, SHAPES, SIZE_OF_WORD, Scene, true_relations

DESCRIPTORS = set(SIZE_OF_WORD) | set(COLOURS) | set(BACKGROUNDS)


@dataclass
class Phrase:
    """One object as the caption names it."""
    shape: str
    descriptors: list


@dataclass
class Claims:
    phrases: list
    backgrounds: list      # the words before each "background"
    relations: list        # (number of the phrase before, word)
    stray: int             # descriptors and relations that describe nothing

    @property
    def count(self):
        return sum(1 + len(p.descriptors) for p in self.phrases) + len(self.backgrounds) + len(self.relations) + self.stray


@dataclass
class Score:
    precision: float
    recall: float
    f1: float
    hallucination: float
    grammatical: bool


def words_of(caption: str):
    return [word.lower() for word in re.findall("[A-Za-z]+", caption)]


def parse(caption: str) -> Claims:
    claims = Claims([], [], [], 0)
    waiting, relations = [], []
    for word in words_of(caption):
        if word in DESCRIPTORS:
            waiting.append(word)
        elif word in SHAPES:
            if claims.phrases:
                claims.relations += [(len(claims.phrases) - 1, relation) for relation in relations]
            else:
                claims.stray += len(relations)
            claims.phrases.append(Phrase(word, waiting))
            waiting, relations = [], []
        elif word == "background":
            claims.backgrounds += waiting
            waiting = []
        else:
            claims.stray += len(waiting)
            waiting = []
            if word in RELATIONS:
                relations.append(word)
    claims.stray += len(waiting) + len(relations)
    return claims


def right_about(phrase: Phrase, thing) -> int:
    sizes = [SIZE_OF_WORD[word] for word in phrase.descriptors if word in SIZE_OF_WORD]
    return (phrase.shape == thing.shape) + (thing.colour in phrase.descriptors) + (thing.size in sizes)


def right_claims(claims: Claims, scene: Scene) -> int:
    """The most claims that can be right when each object is what at most one phrase speaks of."""
    choices = [None] + list(range(len(claims.phrases)))
    best = 0
    for chosen in itertools.product(choices, repeat=len(scene.objects)):
        taken = [c for c in chosen if c is not None]
        if len(set(taken)) < len(taken):
            continue
        thing_of = {phrase: thing for phrase, thing in zip(chosen, scene.objects) if phrase is not None}
        right = sum(right_about(claims.phrases[phrase], thing) for phrase, thing in thing_of.items())
        related = any(before in thing_of and before + 1 in thing_of
                      and word in true_relations(thing_of[before], thing_of[before + 1]) for before, word in claims.relations)
        best = max(best, right + related)
    return best + (scene.background in claims.backgrounds)


def facts(scene: Scene) -> int:
    return 3 * len(scene.objects) + (len(scene.objects) == 2) + 1


_NOUN_PHRASE = (r"(?:(?:an(?= orange )|a(?! orange )) (?:(?:%s) )?(?:(?:%s) )?(?:%s))"
                % ("|".join(SIZE_OF_WORD), "|".join(COLOURS), "|".join(SHAPES)))
_SENTENCE = re.compile(
    r"(?:(?:there is|a (?:picture|photo) of|an image of) )?%s(?: (?:and|next to|left of|right of|above|below) %s)?"
    r"(?: (?:on|with) a (?:%s) background)?" % (_NOUN_PHRASE, _NOUN_PHRASE, "|".join(BACKGROUNDS)))


def grammatical(caption: str) -> bool:
    return _SENTENCE.fullmatch(" ".join(words_of(caption))) is not None


def score(caption: str, scene: Scene) -> Score:
    claims = parse(caption)
    right = right_claims(claims, scene)
    precision = right / claims.count if claims.count else 0.0
    recall = right / facts(scene)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return Score(precision, recall, f1, 1 - precision, grammatical(caption))
