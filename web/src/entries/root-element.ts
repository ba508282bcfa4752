/** Where React draws. Every page file has it. */
export function rootElement(): HTMLElement {
  const element = document.getElementById("root");
  if (!element) throw new Error("the page has no #root");
  return element;
}
