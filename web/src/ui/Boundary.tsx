import { Component, type ReactNode } from "react";

interface BoundaryProps {
  children: ReactNode;
  /** In place of what could not be drawn. */
  instead: (error: unknown) => ReactNode;
}

/** Keeps the rest of the page where one part of it cannot be drawn. */
export class Boundary extends Component<BoundaryProps, { caught: { error: unknown } | null }> {
  override state = { caught: null as { error: unknown } | null };

  static getDerivedStateFromError(error: unknown) {
    return { caught: { error } };
  }

  override render() {
    const { caught } = this.state;
    return caught ? this.props.instead(caught.error) : this.props.children;
  }
}
