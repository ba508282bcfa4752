import { createContext } from "react";

/** Whether this page can be seen: another page may frame it and hide the frame, of which a browser tells the framed page nothing. */
export const ShownContext = createContext(true);
