import { ArrowDown } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { getOlderEvents } from "../api/rest/visitor";
import { Button, Spinner, useToast } from "../ui";
import { Message } from "./Message";
import { itemsOf } from "./model/items";
import { dayName } from "./model/time";
import { ProvisionalTurn } from "./ProvisionalTurn";
import { useConversation, useRoom, useView } from "./room-context";
import styles from "./Timeline.module.css";
import { UnsentMessages } from "./UnsentMessages";
import { WrittenAnswer } from "./WrittenAnswer";

/** Closer to the end than this, the page follows what is said. */
const FOLLOW_WITHIN_PX = 80;

export function Timeline({ onReply, onEdit }: { onReply: (id: number) => void; onEdit: (text: string) => void }) {
  const { events, completeFrom, unsent, turn } = useConversation();
  const view = useView();
  const items = useMemo(() => itemsOf(events, view), [events, view]);
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const lastTop = useRef(0);
  const [behind, setBehind] = useState(false);
  const older = useOlder(scroller);

  const toEnd = useCallback(() => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);

  const lastOwn = unsent.at(-1)?.id;
  useEffect(() => {
    // What one says oneself is always shown.
    if (lastOwn !== undefined) toEnd();
  }, [lastOwn, toEnd]);

  const growth = `${items.at(-1)?.key} ${unsent.length} ${turn?.text.length ?? -1}`;
  useLayoutEffect(() => {
    if (growth && following.current) toEnd();
    else setBehind(true);
  }, [growth, toEnd]);

  // The composer and the cards above it change the room that is left; a narrower page, and what comes late, the room it takes.
  useEffect(() => {
    const element = scroller.current;
    if (!element || !content.current) return;
    const observer = new ResizeObserver(() => {
      if (following.current) toEnd();
    });
    observer.observe(element);
    observer.observe(content.current);
    return () => observer.disconnect();
  }, [toEnd]);

  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const { scrollHeight, scrollTop, clientHeight } = element;
    if (scrollHeight - scrollTop - clientHeight < FOLLOW_WITHIN_PX) {
      following.current = true;
      setBehind(false);
    } else if (scrollTop < lastTop.current) {
      // Who scrolls back reads. Farther from the end without that is only the page growing since it was last at its end.
      following.current = false;
    }
    lastTop.current = scrollTop;
  };

  const hasOlder = completeFrom > 0 && completeFrom >= view.you.sees_from;
  return (
    <div className={styles.area}>
      <section
        className={styles.scroller}
        ref={scroller}
        onScroll={onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="Conversation"
      >
        <div ref={content} className={styles.inner}>
          {hasOlder && (
            <div className={styles.older}>
              <Button size="sm" variant="quiet" busy={older.loading} onClick={() => older.load(completeFrom + 1)}>
                Earlier messages
              </Button>
            </div>
          )}
          {!hasOlder && view.you.sees_from > 1 && (
            <p className={styles.line}>You see what was said since you joined.</p>
          )}
          <div className={styles.log} role="log" aria-live="polite" aria-relevant="additions" aria-label="Messages">
            <ol>
              {items.map((item) => {
                if (item.kind === "message") return <Message key={item.key} item={item} onReply={onReply} />;
                if (item.kind === "answer") return <WrittenAnswer key={item.key} item={item} />;
                return (
                  <li key={item.key} className={item.kind === "day" ? styles.day : styles.line}>
                    {item.kind === "day" ? dayName(item.at, Date.now()) : item.text}
                  </li>
                );
              })}
            </ol>
          </div>
          <ProvisionalTurn />
          <UnsentMessages onEdit={onEdit} />
          {older.loading && (
            <span className="visually-hidden">
              <Spinner label="Fetching earlier messages" />
            </span>
          )}
        </div>
      </section>
      {behind && (
        <div className={styles.jump}>
          <Button
            size="sm"
            icon={<ArrowDown aria-hidden="true" />}
            onClick={() => {
              following.current = true;
              setBehind(false);
              toEnd();
            }}
          >
            Newest
          </Button>
        </div>
      )}
    </div>
  );
}

/** Fetches what was said before, and keeps what is being read where it is. */
function useOlder(scroller: React.RefObject<HTMLElement | null>) {
  const { store, conversationId, token } = useRoom();
  const say = useToast();
  const [loading, setLoading] = useState(false);
  const load = async (before: number) => {
    setLoading(true);
    const element = scroller.current;
    const fromEnd = element ? element.scrollHeight - element.scrollTop : 0;
    try {
      const { events, more } = await getOlderEvents(conversationId, before, token);
      store.addOlder(events, more);
      requestAnimationFrame(() => {
        if (element) element.scrollTop = element.scrollHeight - fromEnd;
      });
    } catch {
      say("The earlier messages could not be fetched. Please try again.", "problem");
    } finally {
      setLoading(false);
    }
  };
  return { loading, load };
}
