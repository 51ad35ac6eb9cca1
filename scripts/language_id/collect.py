"""Collects short texts in Chinese characters for train.cc: Mandarin, Cantonese and Japanese."""
import gzip
import random
import re
from pathlib import Path

LINES = 90000  # of each language

HAN = re.compile("[\u4e00-\u9fff\u3005]+")
PHRASE = re.compile("[\u4e00-\u9fff]{2,}")


def documents(folder: Path):
    """Text of the manuals and help pages of an unpacked package."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        if path.suffix == ".gz" and "/man/" in str(path):
            yield gzip.open(path).read().decode("utf-8", "replace")
        elif path.suffix in (".html", ".txt"):
            yield re.sub("<[^>]*>", " ", path.read_text(encoding="utf-8", errors="replace"))
        elif "fortunes" in str(path) and path.suffix == "":
            yield path.read_text(encoding="utf-8", errors="replace")


def stretches(folder: Path, pattern: re.Pattern, limit: int) -> list[str]:
    """Different stretches of characters, so that phrases of the help pages do not drown the rest."""
    found = {}
    for text in documents(folder):
        for stretch in pattern.findall(text):
            found[stretch] = found.get(stretch, 0) + 1
    out = [s for s, n in sorted(found.items()) for _ in range(min(n, 5))]
    random.shuffle(out)
    return out[:limit]


def weighted(words: list[tuple[str, int]], count: int) -> list[str]:
    return random.choices([w for w, _ in words], [n ** 0.75 for _, n in words], k=count)


def crop(text: str) -> str:
    """A part of up to twelve characters; half of the texts stay whole up to there."""
    length = min(len(text), random.choice((1, 2, 2, 3, 4, 5, 6, 8, 12, 12, 12)))
    start = random.randrange(len(text) - length + 1)
    return text[start:start + length]


def cantonese(work: Path) -> list[str]:
    data = work / "rime-data-jyut6ping3/usr/share/rime-data"
    rows = (line.split("\t") for line in
            (data / "essay-cantonese.txt").read_text(encoding="utf-8").splitlines())
    words = [(r[0], int(r[1])) for r in rows if len(r) == 2 and HAN.fullmatch(r[0]) and int(r[1]) > 0]
    picked = iter(weighted(words, LINES * 3))
    return ["".join(next(picked) for _ in range(random.choice((1, 2, 2, 3, 3))))
            for _ in range(LINES)]


def mandarin(work: Path, traditional: dict[str, str]) -> list[str]:
    jieba = work / "python3-jieba/usr/lib/python3/dist-packages/jieba/dict.txt"
    rows = (line.split(" ") for line in jieba.read_text(encoding="utf-8").splitlines())
    words = [(r[0], int(r[1])) for r in rows if HAN.fullmatch(r[0])]
    picked = iter(weighted(words, LINES * 2))
    out = ["".join(next(picked) for _ in range(random.choice((1, 1, 2, 3))))
           for _ in range(LINES // 2)]
    out = ["".join(traditional.get(c, c) for c in text) if random.random() < 0.5 else text
           for text in out]
    for package, limit in (("libreoffice-help-zh-cn", LINES // 6), ("manpages-zh", LINES // 8),
                           ("fortunes-zh", LINES // 8), ("libreoffice-help-zh-tw", LINES // 6)):
        out += stretches(work / package, PHRASE, limit)
    return out


def japanese(work: Path) -> list[str]:
    out = []
    for package, limit in (("libreoffice-help-ja", LINES // 4), ("manpages-ja", LINES // 4),
                           ("debian-reference-ja", LINES // 8)):
        out += stretches(work / package, HAN, limit)
    words = []
    for name in ("Noun", "Noun.verbal", "Noun.adverbal", "Noun.place", "Noun.adjv"):
        table = work / f"mecab-ipadic/usr/share/mecab/dic/ipadic/{name}.csv"
        for line in table.read_text(encoding="euc_jp").splitlines():
            word, _, _, cost = line.split(",")[:4]
            if HAN.fullmatch(word):
                words.append((word, max(1, 12000 - int(cost))))
    return out + weighted(words, LINES - len(out))


def write(work: Path, traditional: dict[str, str], out: Path) -> None:
    random.seed(1)
    lines = []
    for label, texts in (("zh", mandarin(work, traditional)), ("yue", cantonese(work)),
                         ("ja", japanese(work))):
        lines += [f"{label}\t{crop(text)}" for text in texts if text]
    random.shuffle(lines)
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")
