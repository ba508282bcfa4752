import type { Source } from "../../api/rest/knowledge";

/** What a source is doing, in words. */
export function sourceStatus(source: Source): string {
  switch (source.state) {
    case "queued":
      return "Waiting its turn";
    case "reading":
      return `Reading… ${source.progress} %`;
    case "indexing":
      return `Indexing… ${source.progress} %`;
    case "ready":
      return source.passages === 1 ? "1 passage" : `${source.passages.toLocaleString()} passages`;
    case "failed":
      return "Could not be read";
  }
}

export const isWorking = (source: Source): boolean =>
  source.state === "queued" || source.state === "reading" || source.state === "indexing";

/** “3.4 MB”. */
export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Largest file that is sent, in bytes; the server has the last word. */
export const MAX_SOURCE_BYTES = 60_000_000;
export const SOURCE_ENDINGS = [".pdf", ".html", ".htm", ".md", ".markdown", ".txt", ".csv"];

/** Which files can be sent, and a plain reason for every other one. */
export function sortFiles(files: readonly File[]): { good: File[]; refused: { name: string; why: string }[] } {
  const good: File[] = [];
  const refused: { name: string; why: string }[] = [];
  for (const file of files) {
    const name = file.name.toLowerCase();
    if (!SOURCE_ENDINGS.some((ending) => name.endsWith(ending))) {
      refused.push({ name: file.name, why: "only PDF, HTML, Markdown, plain text and CSV can be read" });
    } else if (file.size === 0) refused.push({ name: file.name, why: "the file is empty" });
    else if (file.size > MAX_SOURCE_BYTES) {
      refused.push({ name: file.name, why: `${size(file.size)} is more than ${size(MAX_SOURCE_BYTES)}` });
    } else good.push(file);
  }
  return { good, refused };
}
