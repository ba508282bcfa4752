import { describe, expect, it } from "vitest";
import type { Event, HandoffCard, Recorded, View } from "../../api/words";
import { NOON, participant, posted, recorded, view } from "../../core/testing/people";
import { type Item, itemsOf, type MessageItem } from "./items";

const SAM = participant(2, "Sam", "visitor");
const MICHAEL = participant(3, "Michael", "persona");
const DANA = participant(9, "Dana", "owner");
const staff = { participant_id: 9, role: "owner", presence_mode: "participant", sees_from: 1, allowed: [] } as const;

const asDana: View = view({ participants: [SAM, MICHAEL, DANA], you: { ...staff, allowed: [] } });
const asSam: View = view({ participants: [SAM, MICHAEL, DANA] });

/** Lines as words, messages as “name: text”, days as “—”. */
function read(events: Recorded[], of: View): string[] {
  return itemsOf(events, of).map((item: Item) => {
    if (item.kind === "day") return "—";
    if (item.kind === "answer") return `${item.by}, in writing: ${item.text}`;
    return item.kind === "line" ? item.text : `${item.author?.name}: ${item.text}`;
  });
}

const messages = (events: Recorded[], of: View): MessageItem[] =>
  itemsOf(events, of).filter((item) => item.kind === "message");

const handedOff: HandoffCard = {
  handoff_id: 6,
  reason: { kind: "cannot_answer" },
  questions: [4, 5],
  raised_at: NOON,
  state: { kind: "notified" },
  chain: [{ user_id: "u-9", name: "Dana", told_at: NOON, opened_at: null, withdrawn: false }],
  brief: null,
};

describe("answers to what was handed off", () => {
  const keeps: View = { ...asDana, you: { ...staff, allowed: ["keep_as_knowledge"] }, handoff: handedOff };
  const asked = [posted(4, "How much?"), posted(5, "And for children?")];
  const answered = (events: Recorded[], of: View) => messages(events, of).map(({ answers }) => answers);

  it("one's own words can be kept for the newest question, or for the one replied to", () => {
    const said = [posted(7, "Nothing.", { author: 9 }), posted(8, "480 euros.", { author: 9, reply_to: 4 })];
    expect(answered([...asked, ...said], keeps)).toEqual([null, null, "And for children?", "How much?"]);
  });

  it("they are not offered twice, in a whisper, to others, or to whoever may not keep them", () => {
    const said = posted(7, "Nothing.", { author: 9 });
    const kept = recorded(8, { type: "knowledge_kept", question: "And for children?", answer: "Nothing.", by: "u-9" });
    expect(answered([...asked, said, kept], keeps)).toEqual([null, null, null]);
    expect(answered([...asked, posted(7, "Nothing.", { author: 9, audience: "staff" })], keeps)).toEqual([
      null,
      null,
      null,
    ]);
    expect(answered([...asked, posted(7, "Nothing.", { author: 12 })], keeps)).toEqual([null, null, null]);
    expect(answered([...asked, said], { ...keeps, you: { ...staff, allowed: [] } })).toEqual([null, null, null]);
  });

  it("an answer in writing stands there, with who wrote it", () => {
    const how = { kind: "follow_up_answered", answer: "Nothing at all." } as const;
    const resolved = recorded(9, { type: "handoff_resolved", handoff_id: 6, how, by: "u-9" });
    expect(read([resolved], { ...asSam, handoff: handedOff })).toEqual(["—", "Dana, in writing: Nothing at all."]);
  });
});

describe("messages", () => {
  it("an AI is never marked like a person, though both are called Michael", () => {
    const twin = participant(12, "Michael", "owner");
    const both = view({ participants: [SAM, MICHAEL, twin] });
    const [ai, human] = messages(
      [posted(4, "hi", { author: 3, provenance: { kind: "ai" } }), posted(5, "hi", { author: 12 })],
      both,
    );
    expect(ai?.mark).toMatchObject({ kind: "ai", badge: "AI", spoken: "Michael, an AI" });
    expect(human?.mark).toMatchObject({ kind: "person", badge: "Owner", spoken: "Michael, owner, a person" });
    expect(human?.follows).toBe(false);
  });

  it.each([
    [{ kind: "ai_on_whisper", by: 9 }, 3, "ai", "at Dana’s request"],
    [{ kind: "ai_edited", by: 9 }, 9, "person", "AI text, edited by Dana"],
  ] as const)("%j says who was behind it", (provenance, author, kind, note) => {
    const [message] = messages([posted(4, "x", { author, provenance })], asSam);
    expect(message?.mark).toMatchObject({ kind, note });
  });

  it("of one author within four minutes are one breath, and no whisper joins them", () => {
    const minutes = (seq: number, after: number, audience: "everyone" | "staff" = "everyone"): Recorded => ({
      ...posted(seq, "x", { author: 9, audience }),
      at: NOON + after * 60_000,
    });
    const follows = messages([minutes(4, 0), minutes(5, 3), minutes(6, 8), minutes(7, 9, "staff")], asDana).map(
      ({ follows }) => follows,
    );
    expect(follows).toEqual([false, true, false, false]);
  });

  it("quote what they reply to, unless it stands right above", () => {
    const asked = posted(4, "How much?");
    const between = posted(5, "Anybody?");
    const answer = (seq: number) => posted(seq, "480 euros", { author: 3, provenance: { kind: "ai" }, reply_to: 4 });
    expect(messages([asked, answer(5)], asDana)[1]?.replyTo).toBeNull();
    expect(messages([asked, between, answer(6)], asDana)[2]?.replyTo).toEqual({
      id: 4,
      name: "Sam",
      text: "How much?",
    });
    expect(messages([asked, between, answer(6)], asSam)[2]?.replyTo?.name).toBe("You");
  });

  it("that were taken back are marked so, wherever the event is", () => {
    const taken = recorded(8, { type: "message_retracted", message_id: 4, by: 2, audience: "everyone" });
    expect(messages([posted(4, "oops"), taken], asSam)[0]?.retracted).toBe(true);
  });

  it("carry why the persona spoke or kept silent", () => {
    const reason = { code: "not_addressed", present: ["Dana"] } as const;
    const why = recorded(5, {
      type: "floor_decided",
      message_id: 4,
      speaks: false,
      reason: { ...reason, present: ["Dana"] },
      version: 1,
    });
    expect(messages([posted(4, "so?"), why], asDana)[0]?.floor).toEqual({ speaks: false, reason });
  });

  it("of another day have its name above them", () => {
    const next = { ...posted(5, "morning"), at: NOON + 24 * 3_600_000 };
    expect(read([posted(4, "evening"), next], asSam)).toEqual(["—", "Sam: evening", "—", "Sam: morning"]);
  });
});

describe("lines", () => {
  const line = (event: Event, of: View = asSam, before: Recorded[] = []) =>
    read([...before, recorded(40, event)], of).at(-1) ?? null;
  const mode = "participant";

  it.each<[string, Event, string]>([
    ["a removal", { type: "participant_removed", participant_id: 9, presence_mode: mode, by: 2 }, "You removed Dana"],
    ["a leave", { type: "participant_left", participant_id: 9, presence_mode: mode }, "Dana left"],
    ["going away", { type: "participant_went_away", participant_id: 9, presence_mode: mode }, "Dana is away"],
    [
      "the owner’s joining",
      {
        type: "participant_joined",
        identity: { kind: "user", user_id: "u-9" },
        name: "Dana",
        role: "owner",
        presence_mode: mode,
        request_id: null,
        sees_from: 1,
      },
      "Dana joined as Michael’s owner",
    ],
    ["an end", { type: "conversation_ended", cause: "ended_by_someone", by: 2 }, "You ended this conversation"],
    [
      "an end by silence",
      { type: "conversation_ended", cause: "nobody_spoke", by: null },
      "This conversation ended because nobody had spoken for long",
    ],
  ])("%s is told", (_, event, sentence) => {
    expect(line(event)).toBe(sentence);
  });

  it("the reason of a handoff is for staff", () => {
    const raised: Event = {
      type: "handoff_raised",
      reason: { kind: "low_confidence", confidence: 31, threshold: 50 },
      question: 4,
      chain: [{ user_id: "u-9", name: "Dana" }],
      step_ends_at: 0,
    };
    expect(line(raised, asSam)).toBe("Michael is asking Dana");
    expect(line(raised, asDana)).toBe("Michael is asking Dana (confidence 31 % is below 50 %)");
  });

  it("a short drop goes unmentioned, a return from away does not", () => {
    const returned: Event = { type: "participant_returned", participant_id: 9, presence_mode: mode };
    const away = recorded(30, { type: "participant_went_away", participant_id: 9, presence_mode: mode });
    const dropped = recorded(30, { type: "participant_dropped", participant_id: 9, presence_mode: mode });
    expect(line(returned, asSam, [dropped])).toBeNull();
    expect(line(returned, asSam, [away])).toBe("Dana is back");
  });

  it("who decided a knock is told to the other hosts", () => {
    const knocked = recorded(20, {
      type: "join_requested",
      identity: { kind: "user", user_id: "u-5" },
      name: "Priya",
      role: "colleague",
      door: { kind: "conversation_url" },
      purpose: "",
      asks_history: "all",
      expires_at: 0,
    });
    expect(line({ type: "join_declined", request_id: 20, by: 2, for_good: false }, asDana, [knocked])).toBe(
      "Sam declined Priya’s request to join",
    );
  });

  it("a leave that hands back is told once, by the notice", () => {
    const left = recorded(20, { type: "participant_left", participant_id: 9, presence_mode: mode });
    const notice = posted(22, "Dana left. Michael answers again.", {
      author: null,
      provenance: { kind: "system" },
      notice: { kind: "handback_left", name: "Dana" },
    });
    const handed = recorded(21, { type: "handed_back", cause: "left", participant_id: 9 });
    expect(read([left, handed, notice], asSam)).toEqual(["—", "Dana left. Michael answers again."]);
  });
});

describe("what is told of the call", () => {
  const set = (seq: number, participant_id: number, camera: boolean, microphone: boolean, screen = false) =>
    recorded(seq, { type: "media_set", participant_id, camera, microphone, screen });
  const mode = (seq: number, to: "chat" | "video", cause: "chosen" | "switched_on") =>
    recorded(seq, { type: "mode_chosen", mode: to, by: 2, cause });

  it("who comes on and who shares a screen, each once; no press of a microphone’s button", () => {
    const events = [
      set(10, 2, true, true),
      mode(11, "video", "switched_on"),
      set(12, 9, false, true),
      set(13, 9, false, false),
      set(14, 9, true, true),
      set(15, 9, true, true, true),
      set(16, 9, true, false, true),
      set(17, 9, true, false),
      mode(18, "chat", "chosen"),
      set(19, 9, true, false),
    ];
    expect(read(events, asSam)).toEqual([
      "—",
      "You began the video",
      "Dana joined the video",
      "Dana shares a screen",
      "Dana stopped sharing a screen",
      "You ended the video",
    ]);
  });

  it("who comes with nothing switched on, and who leaves", () => {
    const joins = (seq: number, participant_id: number) => recorded(seq, { type: "call_joined", participant_id });
    const leaves = (seq: number, participant_id: number) => recorded(seq, { type: "call_left", participant_id });
    const events = [
      set(10, 2, true, true),
      mode(11, "video", "switched_on"),
      joins(12, 9),
      set(13, 9, false, true, true),
      leaves(14, 9),
      set(15, 9, true, false),
      leaves(16, 2),
    ];
    expect(read(events, asSam)).toEqual([
      "—",
      "You began the video",
      "Dana joined the video",
      "Dana shares a screen",
      "Dana left the video",
      "Dana joined the video",
      "You left the video",
    ]);
    // Told of a call whose beginning is not there, too: these say themselves what is new.
    expect(read([joins(40, 9), leaves(41, 9)], asSam).slice(1)).toEqual([
      "Dana joined the video",
      "Dana left the video",
    ]);
  });

  it("nothing of a call whose beginning is not there", () => {
    expect(read([set(40, 9, true, true), set(41, 9, true, false)], asSam)).toEqual([]);
  });

  it("that the owner allows video again, once, and not on another change of the settings", () => {
    const settings = (seq: number, disable_video: boolean, in_call_users = true) =>
      recorded(seq, { type: "settings_changed", settings: { ...view().settings, disable_video, in_call_users } });
    const disabled = recorded(12, { type: "mode_chosen", mode: "chat", by: null, cause: "video_disabled" });
    const ended = "The video has ended: it is disabled by the owner";
    expect(read([mode(10, "video", "chosen"), settings(11, true), disabled, settings(13, false)], asSam)).toEqual([
      "—",
      "You chose Video",
      ended,
      "The owner allowed video again",
    ]);
    expect(read([settings(11, true), settings(13, false), settings(14, false, false)], asSam)).toEqual([
      "—",
      "The owner allowed video again",
    ]);
    // Of one who came while it was disabled, and reads from its end on.
    expect(read([disabled, settings(13, true, false), settings(14, false)], asSam).slice(1)).toEqual([
      ended,
      "The owner allowed video again",
    ]);
    expect(read([settings(14, false)], asSam)).toEqual([]);
  });

  it("a screen that another stopped is not stopped again", () => {
    const stopped = recorded(13, { type: "participant_muted", participant_id: 9, source: "screen", by: 2 });
    const events = [mode(10, "video", "chosen"), set(11, 9, false, false, true), stopped, set(14, 9, false, false)];
    expect(read(events, asSam)).toEqual([
      "—",
      "You chose Video",
      "Dana shares a screen",
      "You stopped Dana’s screen sharing",
    ]);
  });
});
