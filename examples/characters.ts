/**
 * The text that the project ships, as windows of characters to go on with.
 *
 * @module
 */
import { reshape, type Tensor, tensor } from "@weft/weft";
import { softmaxCrossEntropy } from "@weft/weft/nn";
import type { EpochReport, Examples } from "@weft/weft/train";

/** What a command line may ask for. */
export const CHARACTER_OPTIONS = {
  epochs: { fallback: 12, quick: 1, help: "times to go through the text" },
  batch: { fallback: 32, help: "windows of a step" },
  sample: { fallback: 300, quick: 20, help: "characters to sample" },
  seed: { fallback: 0, help: "seed of the weights, of the order of windows and of the sample" },
} as const;

/** The text in two parts. */
export interface Characters {
  /** The characters that the text has; the place of one is its number. */
  readonly alphabet: readonly string[];
  /** Windows to train on: what follows each character is expected in its stead. */
  readonly data: Examples;
  /** Windows no character of which is trained on. */
  readonly heldOut: Examples;
  /** The numbers of the first window that is held out. */
  readonly beginning: readonly number[];
}

/**
 * Reads the text.
 *
 * @param length Characters of a window.
 * @param quick Whether fifteen of sixteen windows of training are left out.
 */
export async function loadCharacters(length: number, quick: boolean): Promise<Characters> {
  const text = await Deno.readTextFile(new URL("data/text.txt", import.meta.url));
  const alphabet = [...new Set(text)].sort();
  const numbers = [...text].map((character) => alphabet.indexOf(character));
  const windows = (starts: readonly number[]): Examples => {
    const rows = (shift: number) =>
      tensor(starts.map((at) => numbers.slice(at + shift, at + shift + length)), { dtype: "int32" });
    return { x: rows(0), y: rows(1) };
  };
  // Of stretches of ten windows every tenth is held out; no window of training reaches into one.
  const isHeldOut = (at: number): boolean => Math.floor(at / (10 * length)) % 10 === 9;
  const starts = Array.from({ length: Math.floor((numbers.length - length - 1) / 16) }, (_, i) => 16 * i);
  const training = starts.filter((at) => !isHeldOut(at) && !isHeldOut(at + length));
  const heldOut = starts.filter((at) => isHeldOut(at) && isHeldOut(at + length) && at % length === 0);
  return {
    alphabet,
    data: windows(quick ? training.filter((_, i) => i % 16 === 0) : training),
    heldOut: windows(heldOut),
    beginning: numbers.slice(heldOut[0], heldOut[0] + length),
  };
}

/** The mean loss of logits [n, length, characters] for the characters [n, length] that follow. */
export function characterLoss(logits: Tensor, labels: Tensor): Tensor {
  return softmaxCrossEntropy(reshape(logits, [-1, logits.shape[2]]), reshape(labels, [-1]));
}

/** Prints what an epoch gave. */
export function reportEpoch({ epoch, train, evaluation }: EpochReport): void {
  const heldOut = evaluation!.loss.toFixed(4);
  console.log(`epoch ${epoch}: loss ${train.loss.toFixed(4)}, held out ${heldOut} nats a character`);
}

/** What a program on characters ends with. */
export function reportCharacters(sample: string, loss: number): void {
  console.log(`sample:\n${sample}`);
  console.log(`held-out loss ${loss.toFixed(4)} nats a character, ${(loss / Math.LN2).toFixed(3)} bits`);
}
