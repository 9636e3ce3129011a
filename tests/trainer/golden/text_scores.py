"""Pairs of texts and their BLEU by NLTK, for tests/trainer/metrics_test.cpp; text_scores.mjs adds ROUGE.

Writes text_scores.json:  /usr/bin/python3 text_scores.py | node text_scores.mjs JS_ROUGE > text_scores.json
(Debian's python3-nltk; JS_ROUGE is the folder of the npm package js-rouge 3.2.3)
"""
import json

import nltk
from nltk.translate.bleu_score import corpus_bleu

# (generated, reference). Marks stand apart, so that a split at blanks gives the words that everybody means.
PAIRS = [
    ("the cat sat on the mat .", "the cat is on the mat ."),
    ("the the the the the the the", "the cat is on the mat"),
    ("oil prices rose sharply in london on friday", "Oil prices rose in London on Friday , traders said"),
    ("a quick brown fox jumps over the lazy dog", "the quick brown fox jumped over a lazy dog"),
    ("net profit of 12 mln dlrs vs 10 mln", "shr 20 cts vs 15 cts ; net 12 mln vs 10 mln"),
    ("that was a good film , really good", "that was really a good film"),
]


def bleu(pairs):
    return corpus_bleu([[reference.split()] for _, reference in pairs], [generated.split() for generated, _ in pairs])


cases = [{"pairs": pairs, "bleu": bleu(pairs)} for pairs in (PAIRS, PAIRS[:1] + PAIRS[2:4], PAIRS[3:])]
print(json.dumps({"origin": f"text_scores.py with nltk {nltk.__version__}", "cases": cases}))
