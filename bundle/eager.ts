/**
 * Functions in parentheses. An engine compiles such a function along with its file, and the host keeps what it
 * compiled for the next start; any other is compiled when it is first called, at each start again.
 *
 * @module
 */
import { type Class, type Function, type Node, parse, type Program } from "acorn";
import { ancestor } from "acorn-walk";
import MagicString from "magic-string";
import type { Ranges } from "./called.ts";

/** Where the statements of a block begin. */
function firstStatement(block: Node): number {
  return block.type === "Program" ? block.start : block.start + 1;
}

/**
 * The source of a module with parentheses around the functions that `called` has. It means what it meant; private methods
 * become fields of each object.
 */
export function eager(source: string, called: Ranges): string {
  const program: Program = parse(source, { ecmaVersion: "latest", sourceType: "module" });
  const text = new MagicString(source);
  const isCalled = ({ start, end }: Node): boolean => called.has(`${start},${end}`);
  const wrap = (node: Node, before: string, after: string): void => {
    text.appendRight(node.start, before);
    text.appendLeft(node.end, after);
  };
  /** A declaration is known in all of its block, so its variable comes first there. */
  const declare = (node: Function, block: Node): void => {
    wrap(node, `${block.type === "Program" ? "var" : "let"} ${node.id!.name}=(`, ");");
    const begin = firstStatement(block);
    if (node.start !== begin) text.move(node.start, node.end, begin);
  };
  ancestor(program, {
    FunctionDeclaration(node, _, ancestors) {
      const block = ancestors[ancestors.length - 2];
      if (isCalled(node) && (block.type === "Program" || block.type === "BlockStatement")) {
        declare(node, block);
      }
    },
    FunctionExpression(node) {
      // What begins with its parameters is a method.
      if (isCalled(node) && source[node.start] !== "(") wrap(node, "(", ")");
    },
    Property(node) {
      const { method, value } = node;
      const plain = value.type === "FunctionExpression" && !value.async && !value.generator;
      if (!method || !plain || !isCalled(node) || source.slice(node.start, node.end).includes("super")) {
        return;
      }
      wrap(value, ":(function", ")");
    },
    MethodDefinition(node, _, ancestors) {
      const { kind, static: shared, key, value } = node;
      const [owner, body] = ancestors.slice(-3) as [Class, Node];
      const plain = kind === "method" && !shared && key.type === "PrivateIdentifier" && !value.async &&
        !value.generator && !source.slice(node.start, node.end).includes("super");
      // A class that extends another may be asked for its methods before its fields are there.
      if (!plain || owner.superClass || !isCalled(node)) return;
      text.appendLeft(key.end, "=(function");
      text.appendLeft(node.end, ");");
      if (node.start !== body.start + 1) text.move(node.start, node.end, body.start + 1);
    },
    ArrowFunctionExpression(node) {
      if (isCalled(node)) wrap(node, "(", ")");
    },
  });
  return text.toString();
}
