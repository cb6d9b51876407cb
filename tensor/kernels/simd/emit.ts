/**
 * Writing a graph of vector values into a function.
 *
 * @module
 */
import {
  call,
  type FunctionBuilder,
  type FunctionHandle,
  type Local,
  type ModuleBuilder,
} from "./assembler.ts";
import type { Expression, ValueType } from "./expression.ts";
import { type Helper, type Lanes, type Node, operandsOf } from "./nodes.ts";
import { f32x4, i32x4, v128 } from "./vector.ts";

type Vector = Expression<"v128">;

/** The scalar functions of a module. */
export type Helpers = ReadonlyMap<Helper, FunctionHandle<readonly ValueType[], ValueType>>;

/** Every node that the roots are computed from, each once, operands first. */
export function allNodes(roots: readonly Node[]): readonly Node[] {
  const seen = new Set<Node>();
  const visit = (node: Node): void => {
    if (seen.has(node)) return;
    for (const operand of operandsOf(node)) visit(operand);
    seen.add(node);
  };
  roots.forEach(visit);
  return [...seen];
}

/** Defines the scalar functions that the roots need. */
export function defineHelpers(module: ModuleBuilder, roots: readonly Node[]): Helpers {
  const helpers = new Map<Helper, FunctionHandle<readonly ValueType[], ValueType>>();
  for (const node of allNodes(roots)) {
    if (node.kind === "lanes" && !helpers.has(node.helper)) {
      helpers.set(node.helper, node.helper.define(module));
    }
  }
  return helpers;
}

/**
 * Writes the roots for several vectors of each input, `inputs[copy][index]`, and gives locals for each copy's roots.
 */
export type Write = (inputs: readonly (readonly Vector[])[]) => readonly (readonly Local<"v128">[])[];

/**
 * Keeps the constants of the roots in locals, and what is computed from them and from the inputs of which `fixed` has
 * the vectors; and gives what writes the roots as often as is wanted. It must be called outside of loops.
 *
 * Copies go along together, instruction by instruction: they do not wait for each other, and a constant that the
 * processor has no register left for is read once for all of them.
 */
export function prepare(
  f: FunctionBuilder,
  roots: readonly Node[],
  helpers: Helpers,
  fixed: readonly (Local<"v128"> | null)[] = [],
): Write {
  const constants = new Map<string, Local<"v128">>();
  for (const node of allNodes(roots)) {
    if (node.kind !== "constant") continue;
    const [low, high] = node.words;
    const key = node.words.join();
    if (!constants.has(key)) constants.set(key, f.local("v128", v128.constI32x4(low, high, low, high)));
  }
  const invariants = new Map<Node, Local<"v128">>();
  for (const node of allNodes(roots)) {
    if (node.kind === "input") {
      const local = fixed[node.index];
      if (local) invariants.set(node, local);
    } else if (node.kind === "operation" && node.operands.some((operand) => operand.kind !== "constant")) {
      const operands = node.operands.map((operand) =>
        operand.kind === "constant" ? constants.get(operand.words.join())! : invariants.get(operand)
      );
      if (operands.every((operand) => operand !== undefined)) {
        invariants.set(node, f.local("v128", node.write(...operands)));
      }
    }
  }
  const depths = new Map<Node, number>();
  for (const node of allNodes(roots)) {
    depths.set(node, 1 + Math.max(-1, ...operandsOf(node).map((operand) => depths.get(operand)!)));
  }
  return (inputs) => {
    const copies = inputs.map((_, copy) => copy);
    let known = new Map<Node, readonly Local<"v128">[]>(
      [...invariants].map(([node, local]) => [node, copies.map(() => local)]),
    );
    /** Writes statements into a block, after which what they computed is no longer known. */
    const inside = (write: () => void) => (): void => {
      const outside = known;
      known = new Map(outside);
      write();
      known = outside;
    };
    const anyOf = (masks: readonly Vector[]): Expression<"i32"> =>
      i32x4.bitmask(masks.reduce((a, b) => v128.or(a, b)));
    const compute = (node: Node): readonly Local<"v128">[] => {
      switch (node.kind) {
        case "constant": {
          const local = constants.get(node.words.join())!;
          return copies.map(() => local);
        }
        case "input":
          return inputs.map((vectors) => asLocal(f, vectors[node.index]));
        case "operation": {
          // The longest way first, so that what is at hand at once does not wait in a register.
          for (const operand of node.operands.toSorted((a, b) => depths.get(b)! - depths.get(a)!)) {
            visit(operand);
          }
          const operands = node.operands.map(visit);
          return copies.map((copy) => f.local("v128", node.write(...operands.map((locals) => locals[copy]))));
        }
        case "branch": {
          const results = copies.map(() => f.local("v128"));
          const set = (value: Node) =>
            inside(() => visit(value).forEach((local, copy) => f.set(results[copy], local)));
          f.if(anyOf(visit(node.when)), set(node.then), set(node.otherwise));
          return results;
        }
        case "lanes":
          return lanesOf(node);
      }
    };
    const lanesOf = (node: Lanes): readonly Local<"v128">[] => {
      const { helper, when, otherwise } = node;
      const operands = node.operands.map(visit);
      const before = otherwise === null ? null : visit(otherwise);
      const masks = when === null ? null : visit(when);
      const shape = helper.type === "f32" ? f32x4 : i32x4;
      const results = copies.map((copy) => f.local("v128", before?.[copy]));
      const made = f.local("v128");
      const write = (): void => {
        for (const copy of copies) {
          for (let lane = 0; lane < 4; lane++) {
            const values = operands.map((locals) => shape.extractLane(locals[copy], lane));
            f.set(made, shape.replaceLane(made, lane, call(helpers.get(helper)!, ...values) as never));
          }
          f.set(results[copy], masks === null ? made : v128.bitselect(made, results[copy], masks[copy]));
        }
      };
      if (masks === null) write();
      else f.if(anyOf(masks), write);
      return results;
    };
    const visit = (node: Node): readonly Local<"v128">[] => {
      let locals = known.get(node);
      if (locals === undefined) known.set(node, locals = compute(node));
      return locals;
    };
    const values = roots.map(visit);
    return copies.map((copy) => values.map((locals) => locals[copy]));
  };
}

function asLocal(f: FunctionBuilder, value: Vector): Local<"v128"> {
  return "index" in value ? value as Local<"v128"> : f.local("v128", value);
}
