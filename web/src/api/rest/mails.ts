/** Every mail that Trialogue wrote, sent or not. */
import { request, segment } from "./http";

export type MailState = "sent" | "stored" | "queued" | "failed";

export interface MailCard {
  id: string;
  to: string;
  subject: string;
  state: MailState;
  at: number;
  error?: string | null;
}

export interface Mail extends MailCard {
  html: string;
  text: string;
}

export const listMails = (signal?: AbortSignal) =>
  request<{ mails: MailCard[]; smtp_configured: boolean }>("GET", "/mails", { signal });

export const getMail = (id: string, signal?: AbortSignal) => request<Mail>("GET", `/mails/${segment(id)}`, { signal });
