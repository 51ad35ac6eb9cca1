"""Makes a small dictionary of mecab-ko-dic: all verbs, endings and particles, the nouns that others
do not make up, and the connection costs of the contexts that matter, the rest in classes."""
import struct
from collections import defaultdict
from pathlib import Path

# How many contexts of a tag stay apart, those of the shortest and cheapest words; the others of the
# tag share one. Tags that are not listed keep all.
LEFT_CONTEXTS = {"E": 999, "J": 529, "NNB": 279, "NNBC": 120, "XSN": 0, "VCP": 0}
RIGHT_CONTEXTS = {"E": 99, "J": 200, "NNB": 169, "NNBC": 120, "XSN": 0, "VCP": 0}
# mecab-ko's penalty (in thousands) for a word behind a blank, by its first tag.
PENALTY = {"E": 3, "J": 6, "VCP": 3, "XSA": 3, "XSN": 3, "XSV": 3}
NOUNS = ("NNG", "NNP")
NAME_COST = 3534  # of names of people, places and the like in great number, and dearer
LONGEST_NOUN = 4
COST_STEP = 64


def mark(tag: str) -> int:
    """As kTags in src/text/ko/analyser.cc."""
    return 1 if tag == "E" else 3 if tag == "NNBC" else 2 if tag[0] == "V" else 0


def is_hangul(word: str) -> bool:
    return bool(word) and all("\uac00" <= c <= "\ud7a3" for c in word)


def is_noun(entry) -> bool:
    return entry[1] in NOUNS and entry[2] in NOUNS


def contexts(costs: dict[str, dict[int, int]], limits: dict[str, int]) -> dict[int, int]:
    """Context id -> class."""
    out, count = {}, 0
    for tag, ids in costs.items():
        limit, rest = limits.get(tag, len(ids)), None
        for i, number in enumerate(sorted(ids, key=lambda x: (ids[x], x))):
            if i < limit:
                out[number] = count
                count += 1
            else:
                if rest is None:
                    rest, count = count, count + 1
                out[number] = rest
    return out


def kept_nouns(entries) -> set[str]:
    """Nouns that are not two others, nor one with a suffix: cutting those up changes no mark."""
    nouns = {e[0] for e in entries
             if is_noun(e) and not (e[1] == "NNP" and e[3] >= NAME_COST) and len(e[0]) <= LONGEST_NOUN}
    suffixes = {e[0] for e in entries if e[1] == "XSN"}
    kept = set()
    for word in sorted(nouns, key=lambda w: (len(w), w)):
        parts = (word[:i] in kept and (word[i:] in kept or word[i:] in suffixes)
                 for i in range(2, len(word)) if len(word) - i > 1 or word[i:] in suffixes)
        if not any(parts):
            kept.add(word)
    return kept


def tables(nori, jar: Path) -> dict[str, bytes]:
    everything = list(nori.read(jar))
    lefts, rights = defaultdict(dict), defaultdict(dict)
    for word, first, last, cost, left, right, _ in everything:
        weight = cost + 1000 * len(word)
        lefts[first][left] = min(lefts[first].get(left, weight), weight)
        rights[last][right] = min(rights[last].get(right, weight), weight)
    left_class, right_class = contexts(lefts, LEFT_CONTEXTS), contexts(rights, RIGHT_CONTEXTS)
    unknown = nori.read_unknown(jar)
    singles = [unknown[tag] for tag in ("SY", "SN", "SL", "SH", "UNKNOWN")] + [(0, 0, 0)]
    for left, right, _ in singles:
        left_class.setdefault(left, max(left_class.values()) + 1)
        right_class.setdefault(right, max(right_class.values()) + 1)
    width = max(right_class.values()) + 1
    sums = [[0] * width for _ in range(max(left_class.values()) + 1)]
    counts = [[0] * width for _ in sums]
    column = None
    for left, row in enumerate(nori.read_connections(jar)):
        if column is None:
            column = [right_class.get(i, -1) for i in range(len(row))]
        if left not in left_class:
            continue
        total, count = sums[left_class[left]], counts[left_class[left]]
        for to, cost in zip(column, row):
            if to >= 0:
                total[to] += cost
                count[to] += 1
    costs = bytes(step(s / max(c, 1)) & 255
                  for total, count in zip(sums, counts) for s, c in zip(total, count))

    entries = dictionary(everything, left_class, right_class)
    entries["\x01costs"] = costs
    entries["\x01sizes"] = struct.pack("<H", width)
    entries["\x01unknown"] = b"".join(
        struct.pack("<HHh", left_class[left], right_class[right], cost)
        for left, right, cost in singles)
    return entries


def step(cost: int) -> int:
    return max(-127, min(127, round(cost / COST_STEP)))


def dictionary(everything, left_class: dict[int, int], right_class: dict[int, int]) -> dict[str, bytes]:
    """The words with what each can be: number of its class and its cost in steps."""
    nouns = kept_nouns([e for e in everything if is_hangul(e[0])])
    words, classes = defaultdict(dict), {}
    for entry in everything:
        word, first, last, cost, left, right, kind = entry
        if not is_hangul(word) or (is_noun(entry) and word not in nouns):
            continue
        penalty = PENALTY.get(first, 0) if kind in (0, 2) else 0
        key = (left_class[left], right_class[right], penalty, mark(last))
        number = classes.setdefault(key, len(classes))
        # Of the nouns that a word can be the likeliest will do.
        slot = "noun" if is_noun(entry) else number
        if slot not in words[word] or cost < words[word][slot][1]:
            words[word][slot] = (number, cost)
    entries = {word: b"".join(struct.pack("<Hb", number, step(cost))
                              for number, cost in sorted(found.values()))
               for word, found in words.items()}
    entries["\x01classes"] = b"".join(struct.pack("<HHBB", *key) for key in classes)
    return entries
