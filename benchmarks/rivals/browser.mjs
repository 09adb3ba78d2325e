// TensorFlow.js, which browser playgrounds train with: `node browser.mjs PACKAGE_FOLDER PACKAGE FOLDER CELL WARM_S`.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [modules, name, folder, cell, warm] = process.argv.slice(2);
console.warn = () => {};
const tf = createRequire(`${modules}/`)(name);
await tf.ready();

const load = (file, ...shape) => {
  const bytes = readFileSync(`${folder}/${file}.npy`);
  const start = 10 + bytes.readUInt16LE(8);
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length));
  return tf.tensor(values, [values.length / shape.reduce((a, b) => a * b, 1), ...shape]);
};
const layers = { rnn: tf.layers.simpleRNN, lstm: tf.layers.lstm, gru: tf.layers.gru };
const model = tf.sequential();
model.add(layers[cell]({ units: 32, inputShape: [32, 1] }));
model.add(tf.layers.dense({ units: 1 }));
const optimizer = tf.train.adam(0.003);
model.compile({ optimizer, loss: "meanSquaredError" });

const ends = [], losses = [];
let steps = 0;
const callbacks = {
  onBatchEnd: () => { steps += 1; },
  onEpochEnd: (epoch, logs) => {
    ends.push(Date.now() / 1000);
    losses.push(logs.loss);
    model.stopTraining = ends.length >= 2 && ends.at(-1) - ends[0] >= Number(warm);
  },
};
const validationData = [load("validation_inputs", 32, 1), load("validation_targets", 1)];
await model.fit(load("train_inputs", 32, 1), load("train_targets", 1), {
  batchSize: 64, epochs: 100000, verbose: 0, yieldEvery: "never", validationData, callbacks,
});
console.log(JSON.stringify({
  first_at: ends[0], warm_s: (ends.at(-1) - ends[0]) / (ends.length - 1), steps, epochs: ends.length,
  losses: losses.slice(0, 2), version: `${name} ${(tf.version.tfjs ?? tf.version_core)}, ${tf.getBackend()}`,
}));
