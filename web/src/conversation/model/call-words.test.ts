import { describe, expect, it } from "vitest";
import type { InteractionMode } from "../../api/words";
import { participant, recorded, view } from "../../core/testing/people";
import { begunBy, invitationTitle, whoIsOnVideo } from "./call-words";

const chosen = (seq: number, mode: InteractionMode, by: number | null) =>
  recorded(seq, { type: "mode_chosen", mode, by, cause: "chosen" });

describe("who began a call", () => {
  it("is who turned the chat into one, not who carried it on", () => {
    const events = [chosen(3, "video", 2), chosen(4, "chat", 2), chosen(5, "video", 9), chosen(6, "video_and_text", 2)];
    expect(begunBy(events, false)).toBe(9);
  });

  it("is unknown where it may have begun before what is known", () => {
    expect(begunBy([chosen(6, "video_and_text", 2)], false)).toBeNull();
    expect(begunBy([chosen(6, "video_and_text", 2)], true)).toBe(2);
  });

  it("is said by name, and to oneself as what it is", () => {
    const people = view({ participants: [participant(2, "Sam", "visitor"), participant(9, "Dana", "owner")] });
    expect(invitationTitle(people, 9)).toBe("Dana began a video call");
    expect(invitationTitle(people, 2)).toBe("You began a video call in another tab or on another device");
    expect(invitationTitle(people, null)).toBe("A video call has begun");
  });
});

describe("who is on video", () => {
  const dana = participant(9, "Dana", "owner", { in_call: true });
  const media = { camera: true, microphone: false, screen: false };
  const tom = participant(10, "Tom", "colleague", { in_call: true, media });

  it("is nobody while the others only write, also if one is in it oneself", () => {
    expect(whoIsOnVideo(view())).toBe("The video is open; nobody else is in it just now.");
    const alone = view({ participants: [participant(2, "Sam", "visitor", { in_call: true })] });
    expect(whoIsOnVideo(alone)).toBe("The video is open; nobody else is in it just now.");
    expect(invitationTitle(alone, null)).toMatch(/^You are on video in another tab/);
  });

  it("is said by name, with devices or without", () => {
    expect(whoIsOnVideo(view({ participants: [dana] }))).toBe("Dana is on video.");
    expect(whoIsOnVideo(view({ participants: [dana, tom] }))).toBe("Dana and Tom are on video.");
  });
});
