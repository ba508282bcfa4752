/** What every form of these pages does with a refusal: the sentence near the field that it is about. */
import type { FieldPath, FieldValues, UseFormSetError } from "react-hook-form";
import { Problem, sentenceOf } from "../api/rest/http";

/** Shortest password, as the server demands it. */
export const SHORTEST_PASSWORD = 10;

export const passwordRules = {
  required: "Choose a password.",
  minLength: { value: SHORTEST_PASSWORD, message: `At least ${SHORTEST_PASSWORD} characters.` },
};

export const emailRules = {
  required: "Enter your e-mail address.",
  pattern: { value: /^\s*[^\s@]+@[^\s@]+\s*$/, message: "This does not look like an e-mail address." },
};

/** Puts the server's sentence beside the field whose name the problem's code or `field` carries, else above the button. */
export function showProblem<T extends FieldValues>(
  error: unknown,
  fields: readonly FieldPath<T>[],
  setError: UseFormSetError<T>,
): void {
  const field = error instanceof Problem ? fieldOf(error, fields) : undefined;
  const message = sentenceOf(error);
  if (field) setError(field, { message }, { shouldFocus: true });
  else setError("root", { message });
}

export function fieldOf<Name extends string>(problem: Problem, fields: readonly Name[]): Name | undefined {
  const named = fields.find((field) => field === problem.field);
  if (named) return named;
  const words = problem.code.split(/[_.-]/);
  return fields.find((field) => words.includes(field));
}
