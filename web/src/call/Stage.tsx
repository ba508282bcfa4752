import clsx from "clsx";
import { type CSSProperties, useEffect, useRef, useState } from "react";
import { columnsFor, type Tile as TileOf } from "./model/tiles";
import styles from "./Stage.module.css";
import { Tile } from "./Tile";
import type { Layout } from "./use-layout";

interface StageProps {
  tiles: readonly TileOf[];
  stage: TileOf | undefined;
  layout: Layout;
  pinned: string | null;
  onPin: (key: string | null) => void;
}

/** The pictures: one large with the others at its bottom left, or all of them alike. */
export function Stage({ tiles, stage, layout, ...pin }: StageProps) {
  return layout === "grid" ? <Grid tiles={tiles} {...pin} /> : <Speaker tiles={tiles} stage={stage} {...pin} />;
}

type Pin = Pick<StageProps, "pinned" | "onPin">;

function Speaker({ tiles, stage, pinned, onPin }: Pin & Pick<StageProps, "tiles" | "stage">) {
  const others = tiles.filter(({ key }) => key !== stage?.key);
  return (
    <div
      className={clsx(
        styles.speaker,
        others.length > 0 && (stage?.kind === "screen" ? styles.screenWithOthers : styles.withOthers),
      )}
      style={{ "--others": Math.max(others.length, 1) } as CSSProperties}
    >
      {stage && <Tile key={stage.key} tile={stage} place="stage" pinned={pinned === stage.key} onPin={onPin} />}
      {others.length > 0 && (
        <ul className={styles.thumbnails} aria-label="Others in the call">
          {others.map((tile) => (
            <li key={tile.key}>
              <Tile tile={tile} place="thumbnail" pinned={false} onPin={onPin} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Between two tiles, in CSS pixels. */
const GAP = 8;

function Grid({ tiles, pinned, onPin }: Pin & Pick<StageProps, "tiles">) {
  const grid = useRef<HTMLUListElement>(null);
  const { width, height } = useSize(grid);
  const columns = columnsFor(tiles.length, width, height, GAP);
  const rows = Math.ceil(tiles.length / columns);
  return (
    <ul
      ref={grid}
      className={styles.grid}
      aria-label="Everybody in the call"
      style={{ "--columns": columns, "--rows": rows, "--gap": `${GAP}px` } as CSSProperties}
    >
      {tiles.map((tile) => (
        <li key={tile.key}>
          <Tile tile={tile} place="grid" pinned={pinned === tile.key} onPin={onPin} />
        </li>
      ))}
    </ul>
  );
}

function useSize(of: { readonly current: HTMLElement | null }): { width: number; height: number } {
  const [size, setSize] = useState({ width: 16, height: 9 });
  useEffect(() => {
    const element = of.current;
    if (!element) return;
    const watch = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [of]);
  return size;
}
