// Speaks greedily: node greedy.mjs MODULES FOLDER IN OUT STEPS
// FOLDER has t2s_prompt.onnx and t2s_step.onnx; IN the inputs of the prompt pass. OUT gets the
// tokens [STEPS] and the logits they were chosen from [STEPS, vocab_size].
import { join } from 'node:path';
import { openGraph, readTensors, runtimeOf, writeTensors } from './tensors.mjs';

const [modules, folder, inFile, outFile, count] = process.argv.slice(2);
const steps = Number(count);
const ort = runtimeOf(modules);
const prompt = await openGraph(ort, join(folder, 't2s_prompt.onnx'));
const step = await openGraph(ort, join(folder, 't2s_step.onnx'));

const inputs = readTensors(ort, inFile);
const ids = (value) => new ort.Tensor('int64', BigInt64Array.from([BigInt(value)]), [1, 1]);
const before = inputs.prompt ? inputs.prompt.dims[1] : 0;
const tokens = new BigInt64Array(steps);
let logits;
let out = await prompt.run(inputs);
for (let i = 0; ; ++i) {
  const row = out.logits.data;
  logits ??= new Float32Array(steps * row.length);
  logits.set(row, i * row.length);
  const best = row.indexOf(row.reduce((a, b) => Math.max(a, b)));
  tokens[i] = BigInt(best);
  if (i + 1 === steps) break;
  const next = { token: ids(best), position: ids(before + i) };
  for (const [name, tensor] of Object.entries(out)) {
    if (name.startsWith('present_')) next[name.replace('present_', 'past_')] = tensor;
  }
  out = await step.run(next);
}
writeTensors(outFile, {
  tokens: new ort.Tensor('int64', tokens, [steps]),
  logits: new ort.Tensor('float32', logits, [steps, logits.length / steps]),
});
