/**
 * Taking what depends on the numbers of a row alone out of the passes over its elements.
 *
 * @module
 */
import { type Node, operandsOf, vectorInput } from "./nodes.ts";
import type { Pass, RowPasses, Source } from "./row_pass.ts";

/** The same passes, in which such values are numbers themselves, made at the end of the pass before. */
export function hoistNumbers(given: RowPasses): RowPasses {
  return given.passes.length < 2 ? given : new Hoisting(given).result();
}

class Hoisting {
  readonly #given: RowPasses;
  readonly #sources: Source[];
  /** For each number, old or new, the pass that makes it, and of what. */
  readonly #made: { readonly pass: number; readonly value: Node }[] = [];
  readonly #hoisted = new Map<Node, Node | null>();
  readonly #passes = new Map<Node, number | null>();

  constructor(given: RowPasses) {
    this.#given = given;
    this.#sources = [...given.sources];
    given.passes.forEach(({ numbers }, pass) => numbers.forEach((value) => this.#made.push({ pass, value })));
  }

  result(): RowPasses {
    const { passes, single } = this.#given;
    const roots = passes.map((pass) => this.#outOf(pass));
    const numbered = passes.map((_, pass) => this.#made.flatMap((one, i) => one.pass === pass ? [i] : []));
    const order = numbered.flat();
    return {
      passes: roots.map((pass, i) => ({
        ...pass,
        numbers: numbered[i].map((number) => this.#made[number].value),
      })),
      single,
      numbers: order.length,
      sources: this.#sources.map((source) =>
        source.kind === "number" ? { ...source, index: order.indexOf(source.index) } : source
      ),
    };
  }

  #outOf(pass: Pass): Pass {
    const known = new Map<Node, Node>();
    const visit = (node: Node): Node => {
      let result = known.get(node);
      if (result === undefined) known.set(node, result = this.#hoist(node) ?? rebuilt(node, visit));
      return result;
    };
    return {
      ...pass,
      totals: pass.totals.map((total) => ({
        ...total,
        value: visit(total.value),
        factors: total.factors === null ? null : [visit(total.factors[0]), visit(total.factors[1])],
      })),
      stores: pass.stores.map((store) => ({ ...store, value: visit(store.value) })),
    };
  }

  /** The pass after which a value of numbers alone is known; null for other values, -1 for constants. */
  #passOf(node: Node): number | null {
    let pass = this.#passes.get(node);
    if (pass === undefined) this.#passes.set(node, pass = this.#findPass(node));
    return pass;
  }

  #findPass(node: Node): number | null {
    if (node.kind === "input") {
      const source = this.#sources[node.index];
      return source.kind === "number" ? this.#made[source.index].pass : null;
    }
    const passes = operandsOf(node).map((operand) => this.#passOf(operand));
    return passes.reduce((a, b) => a === null || b === null ? null : Math.max(a, b), -1);
  }

  /** A number in place of a value that is made of numbers alone; null for others, and for numbers. */
  #hoist(node: Node): Node | null {
    if (node.kind === "input" || node.kind === "constant") return null;
    let result = this.#hoisted.get(node);
    if (result === undefined) {
      const pass = this.#passOf(node);
      if (pass === null || pass < 0) result = null;
      else {
        const value = this.#within(node, pass);
        const index = this.#made.push({ pass, value }) - 1;
        result = vectorInput(this.#sources.push({ kind: "number", index }) - 1);
      }
      this.#hoisted.set(node, result);
    }
    return result;
  }

  /** A value with the numbers that its own pass makes as what they are made of. */
  #within(node: Node, pass: number): Node {
    const known = new Map<Node, Node>();
    const visit = (node: Node): Node => {
      let result = known.get(node);
      if (result === undefined) {
        const source = node.kind === "input" ? this.#sources[node.index] : null;
        const own = source?.kind === "number" ? this.#made[source.index] : null;
        known.set(node, result = own !== null && own.pass === pass ? own.value : rebuilt(node, visit));
      }
      return result;
    };
    return visit(node);
  }
}

/** A node over other operands. */
function rebuilt(node: Node, visit: (node: Node) => Node): Node {
  const before = operandsOf(node);
  if (before.every((operand) => visit(operand) === operand)) return node;
  switch (node.kind) {
    case "operation":
      return { ...node, operands: node.operands.map(visit) };
    case "branch":
      return { ...node, when: visit(node.when), then: visit(node.then), otherwise: visit(node.otherwise) };
    case "lanes":
      return {
        ...node,
        operands: node.operands.map(visit),
        when: node.when === null ? null : visit(node.when),
        otherwise: node.otherwise === null ? null : visit(node.otherwise),
      };
    default:
      return node;
  }
}
