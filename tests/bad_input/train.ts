/**
 * Bad input of what trains.
 *
 * @module
 */
import { ones, random } from "../../tensor/mod.ts";
import * as train from "../../train/mod.ts";
import { image, wrong } from "./operands.ts";
import type { Row } from "./row.ts";

const key = random.key(0);

/** Calls that fail. */
export const ROWS: readonly Row[] = [
  ["makeTrainer", () => train.makeTrainer(wrong("x")), "TypeError"],
  ["makeTrainer", () => train.makeTrainer(wrong({ net: 1, loss: 2, optimizer: 3 })), "TypeError"],
  ["batches", () => train.batches({ x: ones([4]) }, wrong({ size: 0 })), "RangeError", "0"],
  ["batches", () => train.batches({ x: ones([4]), y: ones([3]) }, { size: 2 }), "RangeError"],
  ["randomCrop", () => train.randomCrop(key, image, { size: [9, 9] }), "RangeError", "9"],
  ["randomErase", () => train.randomErase(key, image, wrong({ size: -1 })), "RangeError", "-1"],
  ["randomBrightness", () => train.randomBrightness(key, image, { amount: wrong("x") }), "either", "amount"],
  ["randomContrast", () => train.randomContrast(key, image, { amount: -1 }), "either", "amount"],
  ["randomFlip", () => train.randomFlip(key, ones([2])), "RangeError", "[2]"],
];
