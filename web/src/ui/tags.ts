/** Splits what was typed or pasted at commas and line breaks and adds what is new, whatever the case. */
export function addTags(tags: readonly string[], typed: string, limits: { most: number; longest: number }): string[] {
  const result = [...tags];
  const known = new Set(tags.map(fold));
  for (const part of typed.split(/[,;\n]/)) {
    const tag = [...part.trim().replace(/\s+/g, " ")].slice(0, limits.longest).join("");
    if (tag === "" || known.has(fold(tag)) || result.length >= limits.most) continue;
    known.add(fold(tag));
    result.push(tag);
  }
  return result;
}

const fold = (text: string) => text.toLocaleLowerCase();
