// Adds to chat_templates.json the ids that the native `tokenizers` 0.23.2 of npm gives the rendered texts, each as one
// text without special tokens added, as apply_chat_template of transformers does.
//
//   node tests/trainer_formats/golden/chat_ids.mjs build/assets/npm
import {readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';

const npm = path.resolve(process.argv[2]);
const {Tokenizer} = createRequire(import.meta.url)(path.join(npm, 'tokenizers'));
const file = new URL('chat_templates.json', import.meta.url);
const golden = JSON.parse(readFileSync(file, 'utf8'));
for (const form of Object.values(golden.forms)) {
  const tokenizer = Tokenizer.fromFile(path.join(npm, form.tokenizer));
  tokenizer.setTruncation(1 << 20);
  tokenizer.disablePadding();
  form.ids = [];
  for (const text of form.texts) {
    form.ids.push((await tokenizer.encode(text, null, {addSpecialTokens: false})).getIds());
  }
}
writeFileSync(file, JSON.stringify(golden, null, 1) + '\n');
