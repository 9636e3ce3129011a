// Hidden states of a BERT encoder as ONNX Runtime computes them.
//
//   NODE_PATH=PACKAGES node hidden_state_oracle.mjs MODEL.onnx ROWS.jsonl OUT.f32
//
// ROWS.jsonl: one JSON array of token ids a line. OUT.f32: for each row its tokens × hidden size as
// little-endian fp32, rows one after the other. Needs the npm packages onnxruntime-node 1.30.0 and
// onnxruntime-common 1.30.0 in PACKAGES.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';

const ort = createRequire(import.meta.url)('onnxruntime-node');
const [model, rowsPath, outPath] = process.argv.slice(2);
const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
const session = await ort.InferenceSession.create(model, options);
const out = openSync(outPath, 'w');
const ids = (values) =>
  new ort.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);
for (const line of readFileSync(rowsPath, 'utf8').trim().split('\n')) {
  const tokens = JSON.parse(line);
  const { last_hidden_state: hidden } = await session.run({
    input_ids: ids(tokens),
    attention_mask: ids(tokens.map(() => 1)),
    token_type_ids: ids(tokens.map(() => 0)),
  });
  writeSync(out, Buffer.from(hidden.data.buffer, hidden.data.byteOffset, hidden.data.byteLength));
}
closeSync(out);
