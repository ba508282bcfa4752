import { Loading, later } from "../ui";

/*
 * The doors of those who come in to help: the visitor's own page, which loads the same first files, has no use for them.
 */

const FALLBACK = { fallback: <Loading /> };

export const GuestPage = later(() => import("./GuestPage").then(({ GuestPage }) => GuestPage), FALLBACK);
export const UserDoorPage = later(() => import("./UserDoorPage").then(({ UserDoorPage }) => UserDoorPage), FALLBACK);
