import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, describe, expect, it } from "vitest";
import { TagField } from "./TagField";

afterEach(cleanup);

function Names({ start }: { start: string[] }) {
  const [tags, setTags] = useState(start);
  return <TagField label="Call names" noun="call name" tags={tags} onChange={setTags} />;
}

const shown = () => screen.queryAllByRole("listitem").map((item) => item.textContent);
const field = () => screen.getByRole<HTMLInputElement>("textbox", { name: "Call names" });

describe("the tag field", () => {
  it("adds on Enter and does not send the form around it", () => {
    let sent = false;
    render(
      <form onSubmit={() => (sent = true)}>
        <Names start={[]} />
      </form>,
    );
    fireEvent.change(field(), { target: { value: "Mike" } });
    expect(fireEvent.keyDown(field(), { key: "Enter" })).toBe(false);
    expect(shown()).toEqual(["Mike"]);
    expect(sent).toBe(false);
    expect(field().value).toBe("");
  });

  it("keeps what was typed when the field is left", () => {
    render(<Names start={["Mike"]} />);
    fireEvent.change(field(), { target: { value: "Michael AI" } });
    fireEvent.blur(field());
    expect(shown()).toEqual(["Mike", "Michael AI"]);
  });

  it("takes the last one back for editing, not away", () => {
    render(<Names start={["Mike", "Mick"]} />);
    fireEvent.keyDown(field(), { key: "Backspace" });
    expect(shown()).toEqual(["Mike"]);
    expect(field().value).toBe("Mick");
  });

  it("removes by a button that says what it removes", () => {
    render(<Names start={["Mike", "Mick"]} />);
    fireEvent.click(screen.getByRole("button", { name: "Remove call name Mike" }));
    expect(shown()).toEqual(["Mick"]);
  });
});
