"""Korean words of Chinese origin whose sounds their spelling does not tell: after a final ㄹ the
onsets ㄷ, ㅅ and ㅈ are tense (결정 is 결쩡), and so are some last morphemes (가능성 is 가능썽)."""

from pathlib import Path

SOFT_FINALS = (0, 4, 8, 16, 21)  # none, ㄴ, ㄹ, ㅁ, ㅇ: others make the next onset tense anyway
TENSE_ENDINGS = "性症證權券科法點罪"
AS_WRITTEN = {"영수증", "검인증", "반반증"}


def onset(syllable: str) -> int:
    return (ord(syllable) - 0xAC00) // 588


def final(syllable: str) -> int:
    return (ord(syllable) - 0xAC00) % 28


def hanja_words(path: Path) -> dict[str, str]:
    """Hangul word -> its Chinese characters, for words of syllables alone."""
    words = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        hangul, _, rest = line.partition(":")
        hanja = rest.partition(":")[0]
        chinese = all("\u3400" <= c <= "\u9fff" or "\uf900" <= c <= "\ufaff" for c in hanja)
        syllables = all("가" <= c <= "힣" for c in hangul)
        if len(hangul) == len(hanja) >= 2 and chinese and syllables:
            words.setdefault(hangul, hanja)
    return words


def tense_words(path: Path, known: set[str]) -> dict[str, str]:
    """Words of `known` -> 'l' where ㄹ makes the next onset tense, 'e' where the last syllable is
    tense, 'le' for both."""
    out = {}
    for word, hanja in hanja_words(path).items():
        if word not in known or word in AS_WRITTEN:
            continue
        doubled = len(word) == 4 and (word[0] == word[1] or word[:2] == word[2:])
        after_l = not doubled and any(final(a) == 8 and onset(b) in (3, 9, 12) and a != b
                                      for a, b in zip(word, word[1:]))
        ending = len(word) > 2 and hanja[-1] in TENSE_ENDINGS and final(word[-2]) in SOFT_FINALS
        if after_l or ending:
            out[word] = "l" * after_l + "e" * ending
    return out
