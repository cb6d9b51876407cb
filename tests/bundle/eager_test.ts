/**
 * Functions that a bundle has compiled at once.
 *
 * @module
 */
import { parse } from "acorn";
import { full } from "acorn-walk";
import { assertEquals } from "@std/assert/equals";
import { eager } from "../../bundle/eager.ts";

const SOURCE = `export const before=fibonacci(10);
function fibonacci(n){return n<2?n:fibonacci(n-1)+fibonacci(n-2)}
export const names=[];
export const twice=(x)=>2*x,thrice=function(x){return 3*x};
export const methods={add(a,b){return a+b},["minus"](a,b){return a-b},get name(){return "methods"},async later(){}};
export function outer(){
  const result=inner(4);
  for(const i of [1,2]){names.push(block());function block(){return i}}
  function inner(x){return (()=>x+1)()}
  return result;
}
export class Counter{#n=this.#first();next(){return this.#n=this.#after(1)}#first(){return 1}#after(k){return this.#n+k}}
export default [outer(),outer.name,fibonacci.name,twice.name,thrice(1),methods.add(1,2),methods.minus(3,1),methods.name,
  new Counter().next(),before,names.join()];
`;

/** The ends of all functions and methods. */
function everything(source: string): Set<string> {
  const ranges = new Set<string>();
  full(parse(source, { ecmaVersion: "latest", sourceType: "module" }), ({ type, start, end }) => {
    if (/Function|Property|MethodDefinition/.test(type)) ranges.add(`${start},${end}`);
  });
  return ranges;
}

async function run(source: string): Promise<unknown> {
  return (await import(`data:text/javascript,${encodeURIComponent(source)}`)).default;
}

Deno.test("a module means the same with its functions in parentheses", async () => {
  const source = SOURCE.replaceAll("export function", "function");
  assertEquals(await run(eager(source, everything(source))), await run(source));
  assertEquals(await run(source), [5, "outer", "fibonacci", "twice", 3, 3, 2, "methods", 2, 55, "1,2"]);
});

Deno.test("functions that are called, and only those, stand in parentheses", () => {
  const source = "let x=0;const a=()=>1;const b=(y)=>y;function c(){return d();function d(){return 2}}";
  const called = (...functions: string[]): Set<string> =>
    new Set(functions.map((text) => `${source.indexOf(text)},${source.indexOf(text) + text.length}`));
  assertEquals(eager(source, called()), source);
  assertEquals(eager(source, called("(y)=>y")), source.replace("(y)=>y", "((y)=>y)"));
  const c = "function c(){return d();function d(){return 2}}";
  const d = "function d(){return 2}";
  assertEquals(
    eager(source, called(c, d)),
    `var c=(function c(){let d=(${d});return d();});let x=0;const a=()=>1;const b=(y)=>y;`,
  );
  assertEquals(
    eager("class A{#x=1;#m(a){return a}}", new Set(["13,28"])),
    "class A{#m=(function(a){return a});#x=1;}",
  );
  assertEquals(eager("o={m(a){return a}}", new Set(["3,17"])), "o={m:(function(a){return a})}");
});
