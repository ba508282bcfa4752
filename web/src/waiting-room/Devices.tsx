/**
 * Where camera and microphone are chosen and previewed before joining. A conversation by text has none, so nothing is drawn; the
 * waiting room leaves the place between its words and **Join**.
 */
export function Devices() {
  return null;
}
