// Adds ROUGE by the npm package js-rouge to what text_scores.py writes, the mean over pairs.
//
//   /usr/bin/python3 text_scores.py | node text_scores.mjs JS_ROUGE > text_scores.json
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';

const folder = path.resolve(process.argv[2]);
const rouge = createRequire(import.meta.url)(path.join(folder, 'dist/rouge.js'));
const version = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).version;

const golden = JSON.parse(readFileSync(0, 'utf8'));
// As the reference implementation of ROUGE takes words; a text is one sentence.
const options = {
  caseSensitive: false,
  tokenizer: (text) => text.toLowerCase().match(/[a-z0-9]+/g) ?? [],
  segmenter: (text) => [text],
};
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
for (const found of golden.cases) {
  const over_pairs = (score) => mean(found.pairs.map(([generated, reference]) => score(generated, reference)));
  found.rouge_1 = over_pairs((g, r) => rouge.n(g, r, {...options, n: 1}));
  found.rouge_2 = over_pairs((g, r) => rouge.n(g, r, {...options, n: 2}));
  found.rouge_l = over_pairs((g, r) => rouge.l(g, r, options));
}
golden.origin += ` and text_scores.mjs with js-rouge ${version}`;
console.log(JSON.stringify(golden, null, 1));
