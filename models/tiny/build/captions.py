"""What people would say about a scene, from a brief remark to every fact, and what would be wrong to say."""
import random

from oracle import score
from world import (BACKGROUNDS, COLOURS, OPPOSITE, RELATIONS, SHAPES, SIZE_OF_WORD, SIZE_WORDS, SIZES, Scene, Thing,
                   main_relation)

WORDS = (["a", "an", "and", "of", "on", "with", "to", "the", "in", "is", "there", "picture", "image", "photo", "background", "next"]
         + RELATIONS + list(SIZE_OF_WORD) + COLOURS + BACKGROUNDS + SHAPES + ["objects", "shape", "two", "shapes"])
MAX_WORDS = 17
OPENINGS = ["there is", "a picture of", "an image of", "a photo of"]


class Style:
    """Probabilities: of naming a second object, colour, size, relation, background, of an opening, and of slips."""

    def __init__(self, second, colour, size, relation, background, opening, wrong_colour=0., wrong_shape=0.):
        self.second, self.colour, self.size, self.relation = second, colour, size, relation
        self.background, self.opening, self.wrong_colour, self.wrong_shape = background, opening, wrong_colour, wrong_shape


BRIEF = Style(.75, .45, .15, .25, .2, .2, wrong_colour=.06, wrong_shape=.04)     # as people write: brief, a few slips
TRUE_BRIEF = Style(.75, .45, .15, .25, .2, .2)
RICH = Style(.95, .85, .7, .75, .75, .1)
FULL = Style(1, 1, 1, 1, 1, 0)


def article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def noun_phrase(thing: Thing, style: Style, rng: random.Random):
    shape = rng.choice(SHAPES) if rng.random() < style.wrong_shape else thing.shape
    words = []
    if rng.random() < style.size:
        words.append(rng.choice(SIZE_WORDS[thing.size]))
    if rng.random() < style.colour:
        words.append(rng.choice(COLOURS) if rng.random() < style.wrong_colour else thing.colour)
    words.append(shape)
    return [article(words[0])] + words


def relation_words(relation: str):
    return [relation, "of"] if relation in ("left", "right") else [relation]


def caption(scene: Scene, style: Style, rng: random.Random) -> str:
    objects = list(scene.objects)
    rng.shuffle(objects)
    return describe(objects, scene.background, style, rng)


def describe(objects, background: str, style: Style, rng: random.Random) -> str:
    """A caption that names the objects in this order."""
    words = []
    if rng.random() < style.opening:
        words += rng.choice(OPENINGS).split()
    words += noun_phrase(objects[0], style, rng)
    if len(objects) == 2 and rng.random() < style.second:
        if rng.random() < style.relation:
            words += relation_words(main_relation(*objects))
        else:
            words += ["and"] if rng.random() < .75 else ["next", "to"]
        words += noun_phrase(objects[1], style, rng)
    if rng.random() < style.background:
        words += ["on" if rng.random() < .8 else "with", "a", background, "background"]
    return " ".join(words)


# ---- wrong captions, for the retrieval model to tell from right ones

def mend_articles(words):
    """"a" or "an" as the next word wants it."""
    return [article(words[i + 1]) if w in ("a", "an") and i + 1 < len(words) else w for i, w in enumerate(words)]


def another(options, not_this, rng):
    return rng.choice([option for option in options if option != not_this])


def positions(words, kind):
    return [i for i, w in enumerate(words) if w in kind]


def swap_one_fact(words, rng, kinds=(COLOURS, SHAPES, SIZE_OF_WORD, BACKGROUNDS, RELATIONS)):
    """One colour, shape, size, background or relation replaced by another."""
    candidates = [i for kind in kinds for i in positions(words, kind)]
    if not candidates:
        return words
    i = rng.choice(candidates)
    w = words[i]
    if w in COLOURS:
        new = another(COLOURS, w, rng)
    elif w in SHAPES:
        new = another(SHAPES, w, rng)
    elif w in BACKGROUNDS:
        new = another(BACKGROUNDS, w, rng)
    elif w in RELATIONS:
        # mostly the opposite; a turn by 90 degrees is easier to see
        new = OPPOSITE[w] if rng.random() < .7 else another(RELATIONS, w, rng)
    else:
        new = rng.choice(SIZE_WORDS[another(SIZES, SIZE_OF_WORD[w], rng)])
    out = words[:i] + [new] + words[i + 1:]
    if w in RELATIONS:
        out = respell_relation(out, i)
    return mend_articles(out)


def respell_relation(words, i):
    """"left" and "right" are followed by "of", "above" and "below" are not."""
    rest = words[i + 1:]
    if rest[:1] == ["of"]:
        rest = rest[1:]
    return words[:i] + relation_words(words[i]) + rest


def meaning(word):
    return SIZE_OF_WORD.get(word, word)


def swap_between_objects(words, rng):
    """The two objects exchange colours, sizes or shapes: every word stays, what belongs together changes."""
    options = []
    for kind in (COLOURS, SHAPES, SIZE_OF_WORD):
        found = positions(words, kind)
        if len(found) == 2 and meaning(words[found[0]]) != meaning(words[found[1]]):
            options.append(found)
    if not options:
        return words
    i, j = rng.choice(options)
    out = list(words)
    out[i], out[j] = words[j], words[i]
    return mend_articles(out)


def turn_relation(words, rng):
    return swap_one_fact(words, rng, kinds=(RELATIONS,))


def add_false_object(words, scene, rng):
    """Names an object that is not there, or the same one twice."""
    shapes = positions(words, SHAPES)
    if not shapes:
        return words
    end = shapes[-1] + 1
    first = shapes[0]
    start = max([i for i in range(first) if words[i] in ("a", "an")], default=first)
    phrase = words[start:first + 1]
    if rng.random() < .5:
        thing = Thing(rng.choice(SHAPES), rng.choice(COLOURS), rng.choice(SIZES), 0, 0, 0, 0)
        phrase = noun_phrase(thing, RICH, rng)
    link = rng.choice([["and"], ["and"], ["next", "to"]] + [relation_words(rng.choice(RELATIONS))])
    if len(shapes) >= 2 and rng.random() < .5:     # in place of the second object
        second = max(i for i in range(shapes[1]) if words[i] in ("a", "an"))
        return words[:second] + phrase + words[shapes[1] + 1:]
    return words[:end] + link + phrase + words[end:]


def add_false_fact(words, scene, rng):
    """Gives an object a second, wrong word, or a second background."""
    choice = rng.random()
    if choice < .4 and "background" in words:
        i = words.index("background") - 1
        return words + ["on", "a", another(BACKGROUNDS, words[i], rng), "background"]
    shapes = positions(words, SHAPES)
    if not shapes:
        return words
    i = rng.choice(shapes)
    return mend_articles(words[:i] + [rng.choice(COLOURS + list(SIZE_OF_WORD) + BACKGROUNDS)] + words[i:])


def break_grammar(words, rng):
    """True words in a form that nobody writes: repeated, dropped, moved, cut off."""
    n = len(words)
    i = rng.randrange(n)
    kind = rng.randrange(7)
    if kind == 0:
        return words[:i + 1] + words[i:]                                  # a word twice
    if kind == 1:
        articles = positions(words, ("a", "an"))
        i = rng.choice(articles) if articles else i
        return words[:i] + words[i + 1:]                                  # no article
    if kind == 2 and n > 3:
        j = rng.randrange(n - 1)
        return words[:j] + [words[j + 1], words[j]] + words[j + 2:]       # two neighbours exchanged
    if kind == 3:
        return words + rng.choice([["and"], ["on", "a"], ["and", "a"], ["of"], ["with"], ["background"]])
    if kind == 4:
        tail = words[max(0, n - rng.choice([2, 3, 4])):]
        return words + tail                                               # the end again
    if kind == 5 and n > 4:
        j = rng.randrange(2, n - 1)
        return words[:j] + [rng.choice(WORDS)] + words[j:]                # a stray word
    articles = positions(words, ("a", "an"))
    i = rng.choice(articles) if articles else i
    return words[:i] + ["an" if words[i] == "a" else "a"] + words[i + 1:]  # the wrong article


def is_worse(text: str, than: str, scene: Scene) -> bool:
    """Whether a caption has wrong claims that the other has not, or is no sentence."""
    one, other = score(text, scene), score(than, scene)
    return one.precision < other.precision or not one.grammatical


def wrong_caption(text: str, scene: Scene, rng: random.Random) -> str:
    """A caption that should score lower than this one."""
    while True:
        wrong = " ".join(change(text.split(), scene, rng)[:22])
        if is_worse(wrong, text, scene):
            return wrong


def change(words, scene: Scene, rng: random.Random):
    choice = rng.random()
    if choice < .34:
        return swap_one_fact(words, rng)
    if choice < .50:
        return swap_between_objects(words, rng)
    if choice < .64:
        return turn_relation(words, rng)
    if choice < .76:
        return add_false_object(words, scene, rng)
    if choice < .84:
        return add_false_fact(words, scene, rng)
    return break_grammar(words, rng)
