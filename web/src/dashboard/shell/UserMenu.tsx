import { useMutation } from "@tanstack/react-query";
import { Check, ChevronsUpDown, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { useState } from "react";
import { sentenceOf } from "../../api/rest/http";
import { signOut } from "../../api/rest/session";
import { Avatar } from "../../ui/Avatar";
import { Menu, MenuItem, MenuSeparator } from "../../ui/Menu";
import { useToast } from "../../ui/Toasts";
import { chooseTheme, readTheme, type Theme } from "../../ui/theme";
import { useMe } from "./me";
import styles from "./UserMenu.module.css";

const THEMES: { theme: Theme; label: string; icon: typeof Sun }[] = [
  { theme: "light", label: "Light", icon: Sun },
  { theme: "dark", label: "Dark", icon: Moon },
  { theme: "system", label: "Like the system", icon: Monitor },
];

export function UserMenu() {
  const me = useMe();
  const say = useToast();
  const [theme, setTheme] = useState(readTheme);

  const leaving = useMutation({
    mutationFn: signOut,
    // A fresh page remembers nothing of what this user saw.
    onSuccess: () => window.location.assign("/sign-in"),
    onError: (error) => say(sentenceOf(error), "problem"),
  });

  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className={styles.trigger}>
          <span className="visually-hidden">Your menu:</span>
          <Avatar name={me.user.name} kind="person" />
          <span className={styles.words}>
            <span className={styles.name}>{me.user.name}</span>
            <span className={styles.email}>{me.user.email}</span>
          </span>
          <ChevronsUpDown aria-hidden="true" />
        </button>
      }
    >
      <p className={styles.heading}>
        <strong>{me.user.name}</strong>
        <span>{me.user.roles.join(", ")}</span>
      </p>
      <MenuSeparator />
      {THEMES.map(({ theme: offered, label, icon: Icon }) => (
        <MenuItem
          key={offered}
          icon={<Icon aria-hidden="true" />}
          onSelect={() => {
            chooseTheme(offered);
            setTheme(offered);
          }}
        >
          <span className={styles.choice}>{label}</span>
          {theme === offered && (
            <>
              <Check aria-hidden="true" />
              <span className="visually-hidden">chosen</span>
            </>
          )}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden="true" />} onSelect={() => leaving.mutate()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
