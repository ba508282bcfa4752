import { Link } from "@tanstack/react-router";
import { CircleAlert, Compass } from "lucide-react";
import { Button } from "../ui/Button";
import { Empty, Failure } from "../ui/States";

export function Lost() {
  return (
    <Empty
      icon={<Compass />}
      title="There is no such page"
      action={<Link to="/dashboard/personas">To the dashboard</Link>}
    >
      The address may be mistyped, or what was here is gone.
    </Empty>
  );
}

/** For addresses outside of the dashboard. */
export function LostPage() {
  return (
    <main>
      <h1 className="visually-hidden">Trialogue</h1>
      <Lost />
    </main>
  );
}

/** A fault of ours while drawing. */
export function Broken() {
  return (
    <Failure
      icon={<CircleAlert />}
      title="This page broke"
      action={<Button onClick={() => window.location.reload()}>Load it again</Button>}
    >
      That is a fault of ours. What the server knows is not affected.
    </Failure>
  );
}
