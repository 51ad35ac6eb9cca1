// The runtime, and tensors in safetensors files (F32 and I64).
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

/// onnxruntime-node of a node_modules folder.
export function runtimeOf(modules) {
  return createRequire(resolve(modules, 'onnxruntime-node') + '/')('onnxruntime-node');
}

export function openGraph(ort, path) {
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 };
  return ort.InferenceSession.create(path, options);
}

export function readTensors(ort, path) {
  const file = readFileSync(path);
  const length = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, 8 + length).toString());
  const tensors = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const [begin, end] = entry.data_offsets.map((at) => at + 8 + length);
    const bytes = new Uint8Array(file.subarray(begin, end)).buffer;
    tensors[name] =
      entry.dtype === 'I64'
        ? new ort.Tensor('int64', new BigInt64Array(bytes), entry.shape)
        : new ort.Tensor('float32', new Float32Array(bytes), entry.shape);
  }
  return tensors;
}

export function writeTensors(path, tensors) {
  const header = {};
  const parts = [];
  let at = 0;
  for (const [name, tensor] of Object.entries(tensors)) {
    const { buffer, byteOffset, byteLength } = tensor.data;
    parts.push(Buffer.from(buffer, byteOffset, byteLength));
    header[name] = {
      dtype: tensor.type === 'int64' ? 'I64' : 'F32',
      shape: tensor.dims,
      data_offsets: [at, (at += byteLength)],
    };
  }
  let text = JSON.stringify(header);
  text += ' '.repeat((8 - (text.length % 8)) % 8);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(path, Buffer.concat([length, Buffer.from(text), ...parts]));
}
