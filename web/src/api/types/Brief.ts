export type Brief = { visitor: string, asked: Array<string>, tried: Array<string>, open_question: string, reason: string };
