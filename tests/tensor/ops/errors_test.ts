/**
 * Every public function refuses bad input by an error that names it: the calls stand in `tests/bad_input`, a table for
 * each family, and an export without one fails here.
 *
 * @module
 */
import { assertEquals } from "@std/assert/equals";
import * as io from "../../../tensor/io/mod.ts";
import * as t from "../../../tensor/mod.ts";
import * as nn from "../../../nn/mod.ts";
import * as optim from "../../../optim/mod.ts";
import * as plot from "../../../plot/mod.ts";
import * as schedules from "../../../schedules/mod.ts";
import { ROWS as nnFunctions } from "../../bad_input/nn/functions.ts";
import { ROWS as nnLayers } from "../../bad_input/nn/layers.ts";
import { ROWS as optimOptions } from "../../bad_input/optim/options.ts";
import { ROWS as optimWrappers } from "../../bad_input/optim/wrappers.ts";
import { assertRefused, type Row } from "../../bad_input/row.ts";
import { ROWS as schedulesOptions } from "../../bad_input/schedules.ts";
import { ROWS as random } from "../../bad_input/tensor/random.ts";
import { ROWS as trainRows } from "../../bad_input/train.ts";
import { PLOT, TESTING } from "../../bad_input/tools.ts";
import * as train from "../../../train/mod.ts";
import * as testing from "../../laws/mod.ts";
import { silentOptions } from "../../bad_input/unknown_options.ts";
import { TENSOR } from "../../bad_input/tensor/table.ts";
import { ROWS as tree } from "../../bad_input/tensor/tree.ts";

/** A namespace of the library, and the calls that its functions refuse. */
interface Namespace {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly families: Readonly<Record<string, readonly Row[]>>;
  /** Functions that take nothing, or anything. */
  readonly others: readonly string[];
}

const NAMESPACES: Readonly<Record<string, Namespace>> = {
  // A tensor is not made by its class.
  tensor: {
    exports: t,
    families: TENSOR,
    others: ["dispose", "info", "primitiveNames", "shutdown", "Tensor"],
  },
  random: { exports: t.random, families: { random }, others: [] },
  nn: {
    exports: nn,
    families: { functions: nnFunctions, layers: nnLayers },
    // They look at their options when they meet a shape, or speak in the name of the layers they are made of.
    others: [
      "circularPad",
      "constantPad",
      "prelu",
      "reflectionPad",
      "replicationPad",
      "threshold",
      "zeroPad",
      "adaptiveAvgPool",
      "adaptiveMaxPool",
      "avgPool",
      "denseGeneral",
      "flattenAxes",
      "fold",
      "glu",
      "gru",
      "lpPool",
      "lstm",
      "maxPool",
      "minPool",
      "perplexity",
      "rnn",
      "runningPerplexity",
      "runningR2Score",
      "runningRocArea",
      "separableConv2d",
      "spectralNorm",
      "torchEntries",
      "transformerDecoderLayer",
      "transformerEncoderLayer",
      "unfold",
      "updateBatchNorm",
      "upsample",
      "weightNorm",
    ],
  },
  optim: {
    exports: optim,
    families: { options: optimOptions, wrappers: optimWrappers },
    // Some read any state, take nothing, or speak in the name of what they are made of.
    others: [
      "freeze",
      "hyperparameters",
      "measurements",
      "namedChain",
      "skipNotFinite",
      "updateToWeightRatio",
    ],
  },
  // What waits refuses by a promise, which the tests of its own look at.
  train: { exports: train, families: { train: trainRows }, others: ["fit", "mixUp", "prefetch", "stepKey"] },
  plot: { exports: plot, families: { plot: PLOT }, others: [] },
  testing: {
    exports: testing,
    families: { testing: TESTING },
    // Laws refuse in the name of what they are laws of, and assertions by what differs.
    others: [
      "assertClose",
      "broadcastablePairs",
      "chainHasIdentity",
      "chainIsAssociative",
      "disjointGroupsCommute",
      "groupsAreSeparate",
      "keys",
      "maskedByAllIsTheTransform",
      "maskedByNoneIsZero",
      "maskedByNonePasses",
      "paramsTrees",
      "problems",
      "trajectory",
      "transformLaws",
    ],
  },
  schedules: { exports: schedules, families: { schedules: schedulesOptions }, others: [] },
  tree: {
    exports: t.tree,
    families: { tree },
    // The structure that unflatten takes comes from flatten; zip speaks in the name of its caller.
    others: ["describe", "entries", "flatten", "isNode", "leaves", "setOwn", "unflatten", "zip"],
  },
};

for (const [namespace, { exports, families, others }] of Object.entries(NAMESPACES)) {
  for (const [family, rows] of Object.entries(families)) {
    Deno.test(`bad input of ${namespace}, ${family}, is an error that says what was expected and what came`, () => {
      assertRefused(rows);
    });
  }

  Deno.test(`every function of ${namespace} has a row of bad input`, () => {
    const rows = new Set(Object.values(families).flat().map(([operation]) => operation));
    const missing = Object.entries(exports).filter(([name, value]) =>
      typeof value === "function" && !rows.has(name) && !others.includes(name)
    ).map(([name]) => name);
    if (missing.length > 0) throw new Error(`Expected a row in tests/bad_input for ${missing.join(", ")}`);
    assertEquals(others.filter((name) => !Object.hasOwn(exports, name)), []);
  });
}

/** What is exported, and functions whose parameter is not of options: it holds data, or names of the caller's own. */
const WITH_OPTIONS: Readonly<Record<string, readonly [exports: object, others: readonly string[]]>> = {
  tensor: [t, ["tensor.maxUnpool"]],
  io: [io, ["io.encodeSafetensors", "io.saveSafetensors"]],
  nn: [nn, []],
  optim: [optim, ["optim.sparseGradient", "optim.torch.unflattenStateDict"]],
  schedules: [schedules, []],
  train: [train, []],
  plot: [plot, []],
  testing: [testing, []],
};

for (const [name, [exports, others]] of Object.entries(WITH_OPTIONS)) {
  Deno.test(`every function of ${name} that takes options refuses those that it does not know`, async () => {
    assertEquals(await silentOptions(name, exports, others), []);
  });
}
