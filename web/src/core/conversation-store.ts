import { Problem } from "../api/rest/http";
import type {
  ClientCommand,
  ClientFrame,
  JoinRequestId,
  ParticipantId,
  PostMessage,
  Recorded,
  Seq,
  Signal,
  TurnId,
  View,
  WaitingView,
} from "../api/words";
import type { Keep } from "./keep";
import { type Link, LiveClient } from "./live-client";
import { Outbox, type PendingCommand, type Unsent } from "./outbox";
import { insertBySeq } from "./timeline";
import type { World } from "./world";

/** The persona's turn as far as it is not yet a message. */
interface ProvisionalTurn {
  turnId: TurnId;
  /** Empty while it thinks. */
  text: string;
}

export interface ConversationState {
  link: Link;
  /** Nothing to show before the first `welcome`. */
  view: View | null;
  /** In order of seq, each once. */
  events: readonly Recorded[];
  /** Everything after this seq is in `events`. */
  completeFrom: Seq;
  waiting: WaitingView | null;
  unsent: readonly Unsent[];
  typing: readonly ParticipantId[];
  turn: ProvisionalTurn | null;
  /** Ids of commands on their way. */
  pending: readonly string[];
}

export interface Credentials {
  conversationId: string;
  /** The visitor's or the guest's; users are known by their cookie. */
  token?: string | undefined;
  /** Says hello to wait for this knock. */
  requestId?: JoinRequestId | undefined;
}

/** A typing signal that is not repeated fades after this long. */
const TYPING_SHOWN_MS = 7_000;
/** Repeated this often while somebody types. */
const TYPING_REPEATED_MS = 3_500;

type Settle = { resolve: (seq: Seq) => void; reject: (problem: Problem) => void };

/**
 * One conversation as this viewer may know it: what the live socket said, put together, and what this viewer is about to say.
 * Views subscribe; they hold nothing of it themselves.
 */
export class ConversationStore {
  readonly #world: World;
  readonly #credentials: Credentials;
  readonly #outbox: Outbox;
  readonly #client: LiveClient;
  readonly #listeners = new Set<() => void>();
  readonly #commands = new Map<string, PendingCommand & Settle>();
  readonly #typingUntil = new Map<ParticipantId, () => void>();
  /** Turns that ended: a signal of theirs may come late. */
  readonly #endedTurns = new Set<TurnId>();
  /** Acknowledged messages whose event has not come yet: until then the bubble stays, so that nothing flickers. */
  readonly #acknowledgedAt = new Map<string, Seq>();
  #typedAt = Number.NEGATIVE_INFINITY;
  #state: ConversationState;

  constructor(world: World, keep: Keep, credentials: Credentials, scope: string) {
    this.#world = world;
    this.#credentials = { ...credentials };
    this.#outbox = new Outbox(keep, scope);
    this.#state = {
      link: { kind: "connecting" },
      view: null,
      events: [],
      completeFrom: 0,
      waiting: null,
      unsent: this.#outbox.all,
      typing: [],
      turn: null,
      pending: [],
    };
    this.#client = new LiveClient(world, () => this.#hello(), {
      onLink: (link) => this.#linked(link),
      onWelcome: (welcome) => this.#welcomed(welcome),
      onWaiting: (waiting) => this.#waitingChanged(waiting),
      onEvents: (events, view) => this.#happened(events, view),
      onSignal: (signal) => this.#signalled(signal),
      onAck: (id, seq) => this.#acknowledged(id, seq),
      onRefused: (id, problem) => this.#refused(id, problem),
      unacknowledged: () => this.#unacknowledged(),
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): ConversationState => this.#state;

  start(): void {
    this.#client.start();
  }

  stop(): void {
    this.#client.stop();
  }

  /** Says a message, or keeps it until it can be said. `false` when too many wait already: nothing was taken. */
  post(message: PostMessage): boolean {
    if (this.#outbox.full) return false;
    const id = this.#world.newId();
    this.#outbox.put({ id, message: { ...message, client_id: null }, at: this.#world.now(), refused: null });
    this.#set({ unsent: this.#outbox.all });
    this.#client.send(postFrame(id, message));
    this.typing(false);
    return true;
  }

  /** Sends a refused message again, under a new id: its first outcome stands. */
  repost(id: string): void {
    const unsent = this.#outbox.take(id);
    if (unsent) this.post(unsent.message);
    this.#set({ unsent: this.#outbox.all });
  }

  /** Gives up a message that was refused, and answers its text for the composer. */
  discard(id: string): string {
    const unsent = this.#outbox.take(id);
    this.#set({ unsent: this.#outbox.all });
    return unsent?.message.text ?? "";
  }

  /** Resolves when it is durable. Repeated over reconnections until then. */
  command(command: ClientCommand): Promise<Seq> {
    const id = this.#world.newId();
    return new Promise((resolve, reject) => {
      this.#commands.set(id, { id, command, resolve, reject });
      this.#set({ pending: [...this.#commands.keys()] });
      this.#client.send({ type: "command", id, command });
    });
  }

  /** To be called on every keystroke; says so to the others now and then. */
  typing(on: boolean): void {
    const now = this.#world.now();
    if (on && now - this.#typedAt < TYPING_REPEATED_MS) return;
    if (!on && this.#typedAt === Number.NEGATIVE_INFINITY) return;
    this.#typedAt = on ? now : Number.NEGATIVE_INFINITY;
    this.#client.send({ type: "typing", on });
  }

  /** Puts in what was fetched from before `completeFrom`. */
  addOlder(events: Recorded[], more: boolean): void {
    const first = events[0];
    const completeFrom = more && first ? first.seq - 1 : 0;
    this.#set({ events: insertBySeq(this.#state.events, events), completeFrom });
  }

  #linked(link: Link): void {
    this.#set({ link });
    if (link.kind !== "closed" || link.why.kind === "stopped") return;
    // No answer will come any more.
    const { why } = link;
    const problem =
      why.kind === "refused" ? why.problem : new Problem(410, { code: "connection_ended", detail: why.detail });
    for (const { reject } of this.#commands.values()) reject(problem);
    this.#commands.clear();
    this.#set({ pending: [] });
  }

  #hello() {
    const { conversationId, token, requestId } = this.#credentials;
    const last = this.#state.view ? this.#lastSeq() : undefined;
    return {
      conversation_id: conversationId,
      ...(token !== undefined && { token }),
      ...(requestId !== undefined && { request_id: requestId }),
      ...(last !== undefined && { after: last }),
    };
  }

  #lastSeq(): Seq {
    return Math.max(this.#state.events.at(-1)?.seq ?? 0, this.#state.view?.seq ?? 0);
  }

  #welcomed({ view, events, complete_from }: { view: View; events: Recorded[]; complete_from: Seq }): void {
    const before = this.#state;
    // Away for so long that the server sends only the newest: what lies between is fetched when it is scrolled to.
    const gap = before.view !== null && complete_from > this.#lastSeq();
    const resumed = before.view !== null && !gap;
    const turn = before.turn && view.floor.turn?.turn_id === before.turn.turnId ? before.turn : null;
    this.#clearTyping();
    this.#set({
      waiting: null,
      turn,
      events: resumed ? insertBySeq(before.events, events) : insertBySeq([], events),
      completeFrom: resumed ? before.completeFrom : complete_from,
    });
    this.#viewed(view);
    this.#settleFrom(events);
  }

  #waitingChanged(waiting: WaitingView): void {
    this.#set({ waiting });
    if (waiting.state.kind === "joined" && this.#credentials.requestId !== undefined) {
      delete this.#credentials.requestId;
      this.#client.restart();
    }
  }

  #happened(events: Recorded[], view: View | undefined): void {
    for (const { event } of events) {
      if (event.type === "message_posted") {
        if (event.turn_id !== null) this.#endTurn(event.turn_id);
        if (event.author !== null) this.#stopTyping(event.author);
      } else if (event.type === "turn_outdated" || event.type === "turn_finished") {
        this.#endTurn(event.turn_id);
      }
    }
    this.#set({ events: insertBySeq(this.#state.events, events) });
    if (view) this.#viewed(view);
    this.#settleFrom(events);
  }

  #viewed(view: View): void {
    const old = this.#state.view;
    // Earlier messages were shared with this viewer: what `completeFrom` promised was said of less.
    const widened = old !== null && view.you.sees_from < old.you.sees_from;
    const completeFrom = widened ? Math.max(this.#state.completeFrom, old.you.sees_from - 1) : this.#state.completeFrom;
    this.#set({ view, completeFrom });
  }

  #signalled(signal: Signal): void {
    if (signal.kind === "typing") {
      this.#stopTyping(signal.participant_id);
      if (!signal.on) return;
      const fade = this.#world.later(TYPING_SHOWN_MS, () => this.#stopTyping(signal.participant_id));
      this.#typingUntil.set(signal.participant_id, fade);
      this.#set({ typing: [...this.#typingUntil.keys()] });
    } else if (!this.#endedTurns.has(signal.turn_id)) {
      const text = signal.kind === "turn_text" ? signal.text : "";
      this.#set({ turn: { turnId: signal.turn_id, text } });
    }
  }

  #endTurn(turnId: TurnId): void {
    this.#endedTurns.add(turnId);
    if (this.#state.turn?.turnId === turnId) this.#set({ turn: null });
  }

  #stopTyping(participant: ParticipantId): void {
    const fade = this.#typingUntil.get(participant);
    if (!fade) return;
    fade();
    this.#typingUntil.delete(participant);
    this.#set({ typing: [...this.#typingUntil.keys()] });
  }

  #clearTyping(): void {
    for (const participant of [...this.#typingUntil.keys()]) this.#stopTyping(participant);
  }

  #acknowledged(id: string, seq: Seq): void {
    const command = this.#commands.get(id);
    if (command) {
      this.#commands.delete(id);
      this.#set({ pending: [...this.#commands.keys()] });
      command.resolve(seq);
    } else {
      this.#acknowledgedAt.set(id, seq);
      this.#settleFrom([]);
    }
  }

  /** An event of ours carries the id under which it was sent. */
  #settleFrom(events: readonly Recorded[]): void {
    for (const { event } of events) {
      if (event.type === "message_posted" && event.client_id !== null) this.#sent(event.client_id);
    }
    const last = this.#lastSeq();
    for (const [id, seq] of this.#acknowledgedAt) if (seq <= last) this.#sent(id);
  }

  #sent(id: string): void {
    this.#acknowledgedAt.delete(id);
    if (!this.#outbox.has(id)) return;
    this.#outbox.take(id);
    this.#set({ unsent: this.#outbox.all });
  }

  #refused(id: string, problem: Problem): void {
    const command = this.#commands.get(id);
    if (command) {
      this.#commands.delete(id);
      this.#set({ pending: [...this.#commands.keys()] });
      command.reject(problem);
    } else {
      this.#outbox.refuse(id, problem.message);
      this.#set({ unsent: this.#outbox.all });
    }
  }

  #unacknowledged(): ClientFrame[] {
    const posts = this.#outbox.all.filter(({ refused }) => refused === null);
    return [
      ...posts.map(({ id, message }) => postFrame(id, message)),
      ...[...this.#commands.values()].map(({ id, command }): ClientFrame => ({ type: "command", id, command })),
    ];
  }

  #set(change: Partial<ConversationState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function postFrame(id: string, message: PostMessage): ClientFrame {
  return { ...message, type: "post", id };
}
