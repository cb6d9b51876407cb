/**
 * Where an expression needs `1 + tanh(u)`, but not `tanh(u)` itself.
 *
 * @module
 */
import type { Expression } from "../expression.ts";
import { isGateSlope } from "./transcendental/tanh_gate.ts";

/** The expressions that use an expression, once for each use; null where it is a result. */
export type Users = ReadonlyMap<Expression, readonly (Expression | null)[]>;

/** `1 + tanh(slope w)`. */
export interface Gate {
  /** The sum itself. */
  readonly sum: Expression;
  /** What is multiplied by the slope. */
  readonly w: Expression;
  /** The constant factor. */
  readonly slope: number;
}

/** `y (1 + tanh(slope w))`, or half of it. */
export interface GatedProduct extends Gate {
  /** The other factor. */
  readonly y: Expression;
  /** Whether the product is halved. */
  readonly half: boolean;
}

/** Who uses what in expressions. */
export function usersOf(roots: readonly Expression[]): Users {
  const users = new Map<Expression, (Expression | null)[]>();
  const visit = (node: Expression, user: Expression | null): void => {
    const known = users.get(node);
    if (known !== undefined) known.push(user);
    else {
      users.set(node, [user]);
      if ("operands" in node) node.operands.forEach((operand) => visit(operand, node));
    }
  };
  roots.forEach((root) => visit(root, null));
  return users;
}

/** The gate that an expression is, or of which it is `1 - tanh^2`; null where tanh itself is needed. */
export function gateOf(node: Expression, users: Users): Gate | null {
  const t = node.op === "add" ? besideConstant(node, 1) : squareBelow1(node);
  if (t === null || t.op !== "tanh") return null;
  const uses = users.get(t)!;
  const sum = uses.find((user) => user?.op === "add" && besideConstant(user, 1) === t);
  if (!sum || !uses.every((user) => user === sum || isSquareBelow1(user, t, users))) return null;
  const [u] = t.operands;
  const w = isUsedOnce(u, users) ? besideFactor(u) : null;
  return w === null ? { sum, w: u, slope: 1 } : { sum, ...w };
}

/** The gated product that an expression is; null where the gate is used otherwise too. */
export function gatedProductOf(node: Expression, users: Users): GatedProduct | null {
  if (node.op !== "multiply") return null;
  for (const i of [0, 1]) {
    const [sum, y] = [node.operands[i], node.operands[1 - i]];
    if (sum.op !== "add" || !isUsedOnce(sum, users)) continue;
    const gate = gateOf(sum, users);
    const t = besideConstant(sum, 1);
    if (gate === null || !isUsedOnce(t!, users)) continue;
    const halved = y.op === "multiply" && isUsedOnce(y, users) ? besideConstant(y, 0.5) : null;
    return { ...gate, y: halved ?? y, half: halved !== null };
  }
  return null;
}

function isUsedOnce(node: Expression, users: Users): boolean {
  return users.get(node)!.length === 1;
}

/** The operand of a sum or a product beside this constant. */
function besideConstant(node: Expression, value: number): Expression | null {
  if (node.op !== "add" && node.op !== "multiply") return null;
  const i = node.operands.findIndex((operand) => operand.op === "constant" && operand.value === value);
  return i < 0 ? null : node.operands[1 - i];
}

function besideFactor(node: Expression): { readonly w: Expression; readonly slope: number } | null {
  if (node.op !== "multiply") return null;
  const i = node.operands.findIndex((operand) => operand.op === "constant" && isGateSlope(operand.value));
  const factor = node.operands[i];
  return factor?.op === "constant" ? { w: node.operands[1 - i], slope: factor.value } : null;
}

/** What is squared in `1 - t t`. */
function squareBelow1(node: Expression): Expression | null {
  if (node.op !== "subtract") return null;
  const [one, square] = node.operands;
  if (one.op !== "constant" || one.value !== 1 || square.op !== "multiply") return null;
  return square.operands[0] === square.operands[1] ? square.operands[0] : null;
}

/** Whether a user of t is its square, used only in `1 - t t`. */
function isSquareBelow1(user: Expression | null, t: Expression, users: Users): boolean {
  return user?.op === "multiply" && user.operands.every((operand) => operand === t) &&
    users.get(user)!.every((outer) => outer !== null && squareBelow1(outer) === t);
}
