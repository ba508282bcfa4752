import { Fragment } from "react";
import styles from "./Words.module.css";

const TOKEN = /(https?:\/\/[^\s<>"“”]+[^\s<>"“”.,;:!?)\]’'])|(\*\*[^*\n]+\*\*)|(`[^`\n]+`)/g;

/**
 * A message's text: links can be followed, `**strong**` and `code` of a model's answer are drawn as such, and all else stays as it
 * was typed. Nothing is ever read as HTML.
 */
export function Words({ text }: { text: string }) {
  return (
    <span className={styles.words} dir="auto">
      {text.split(TOKEN).map((part, index) => {
        // The text's own order is the identity of its parts.
        const key = `${index}`;
        if (!part) return null;
        if (/^https?:\/\//.test(part)) {
          return (
            <a key={key} href={part} target="_blank" rel="noreferrer noopener nofollow">
              {part}
            </a>
          );
        }
        if (part.startsWith("**") && part.length > 4) return <strong key={key}>{part.slice(2, -2)}</strong>;
        if (part.startsWith("`") && part.length > 2) return <code key={key}>{part.slice(1, -1)}</code>;
        return <Fragment key={key}>{part}</Fragment>;
      })}
    </span>
  );
}
