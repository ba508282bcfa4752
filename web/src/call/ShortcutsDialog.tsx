import { Dialog, Switch } from "../ui";
import styles from "./Call.module.css";
import { SHORTCUTS } from "./model/shortcuts";
import { useShortcutsOn } from "./use-shortcuts";

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const [on, switchOn] = useShortcutsOn();
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Keyboard shortcuts"
      description="They act while you don’t write. Tab and Enter reach everything too."
    >
      <div className={styles.fields}>
        <dl className={styles.keys}>
          {SHORTCUTS.map(({ key, words }) => (
            <div key={key}>
              <dt>
                <kbd>{key.toUpperCase()}</kbd>
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
        <Switch
          label="Use these shortcuts"
          hint="Switch them off if keys are pressed that you don’t mean."
          checked={on}
          onCheckedChange={switchOn}
        />
      </div>
    </Dialog>
  );
}
