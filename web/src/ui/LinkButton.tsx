import clsx from "clsx";
import type { ReactNode } from "react";
import styles from "./Button.module.css";

interface LinkButtonProps {
  href: string;
  variant?: "primary" | "secondary" | "quiet";
  size?: "md" | "sm";
  icon?: ReactNode;
  newTab?: boolean;
  onClick?: () => void;
  children: ReactNode;
}

/** Looks like a button, is a link: for going to another page. */
export function LinkButton({
  href,
  variant = "secondary",
  size = "md",
  icon,
  newTab,
  onClick,
  children,
}: LinkButtonProps) {
  return (
    <a
      href={href}
      className={clsx(styles.button, styles[variant], styles[size])}
      {...(variant !== "primary" && { style: { color: "inherit" } })}
      {...(newTab && { target: "_blank", rel: "noreferrer" })}
      onClick={onClick}
    >
      {icon}
      {children}
    </a>
  );
}
