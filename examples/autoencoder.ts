/**
 * Trains an autoencoder that squeezes digits of 64 pixels into 8 numbers, and writes held-out digits above what comes
 * out as an SVG: `deno run --allow-read --allow-write examples/autoencoder.ts --help`.
 *
 * @module
 */
import { mean, random, reshape, square, subtract, type Tensor } from "@weft/weft";
import * as nn from "@weft/weft/nn";
import { adam } from "@weft/weft/optim";
import { cosineDecay } from "@weft/weft/schedules";
import { fit, makeTrainer } from "@weft/weft/train";
import { readCommandLine } from "./command_line.ts";
import { loadDigits } from "./digits/data.ts";

const options = readCommandLine("Trains an autoencoder on digits and writes autoencoder.svg.", {
  epochs: { fallback: 60, quick: 2, help: "times to go through the training digits" },
  batch: { fallback: 32, help: "examples of a step" },
  code: { fallback: 8, help: "numbers that a digit is squeezed into" },
  seed: { fallback: 0, help: "seed of the weights and of the order of examples" },
});

const PIXELS = 64;
const SHOWN = 12;

const digits = await loadDigits(new URL("data/digits.npz", import.meta.url));
const rows = (images: Tensor): { x: Tensor; y: Tensor } => {
  const x = reshape(images, [-1, PIXELS]);
  return { x, y: x };
};
const [data, heldOut] = [rows(digits.train.images), rows(digits.heldOut.images)];

const net = nn.sequential({
  encoder: nn.mlp({ features: [128, options.code] }),
  decoder: nn.mlp({ features: [128, PIXELS] }),
  sigmoid: nn.sigmoid,
});
const steps = options.epochs * Math.floor(data.x.shape[0] / options.batch);
const trainer = makeTrainer({
  net,
  loss: (output, y) => nn.meanSquaredError(output, y),
  optimizer: adam({ learningRate: cosineDecay({ initial: 3e-3, steps }) }),
});
const { state } = await fit(trainer, {
  state: trainer.init(random.key(options.seed), [PIXELS]),
  data,
  size: options.batch,
  epochs: options.epochs,
  key: random.key(options.seed + 1),
});

/** Squares of gray, images side by side, one row of them below the other. */
function picture(images: readonly (readonly (readonly number[])[])[]): string {
  const squares = images.flatMap((row, y) =>
    row.flatMap((pixels, x) =>
      pixels.map((value, i) => {
        const gray = Math.round(255 * (1 - Math.min(1, Math.max(0, value))));
        const place = `x="${x * 9 + i % 8}" y="${y * 9 + Math.floor(i / 8)}"`;
        return `<rect ${place} width="1" height="1" fill="rgb(${gray},${gray},${gray})"/>`;
      })
    )
  );
  const [width, height] = [SHOWN * 9 - 1, images.length * 9 - 1];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${8 * width}" ` +
    `shape-rendering="crispEdges">\n${squares.join("\n")}\n</svg>\n`;
}

const originals = heldOut.x.slice([[0, SHOWN]]);
const images = [originals, trainer.predict(state, originals)].map((x) => x.toArray() as number[][]);
await Deno.writeTextFile("autoencoder.svg", picture(images));
const { loss } = trainer.evaluate(state, heldOut);
const variance = mean(square(subtract(heldOut.x, mean(data.x, { axes: 0 })))).item();
console.log(
  `wrote autoencoder.svg: ${SHOWN} held-out digits above what comes out of ${options.code} numbers`,
);
console.log(
  `held-out mean squared error ${loss.toFixed(5)}, ` +
    `${(100 * loss / variance).toFixed(1)}% of that of the mean digit`,
);
