// Runs one graph: node run.mjs MODULES MODEL IN OUT
// IN and OUT are safetensors files of the inputs and of all outputs.
import { openGraph, readTensors, runtimeOf, writeTensors } from './tensors.mjs';

const [modules, model, inFile, outFile] = process.argv.slice(2);
const ort = runtimeOf(modules);
const graph = await openGraph(ort, model);
writeTensors(outFile, await graph.run(readTensors(ort, inFile)));
