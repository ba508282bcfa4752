import { MAX_PICTURE_BYTES } from "../../api/rest/personas";

/** Edge of the picture that is sent, in pixels: twice the largest size in which it is shown. */
const EDGE = 512;

/** Which square of a picture is kept: the middle, a little above it where it is tall, since faces are there. */
export function squareOf(width: number, height: number): { x: number; y: number; edge: number } {
  const edge = Math.min(width, height);
  return { x: (width - edge) / 2, y: ((height - edge) / 2) * 0.6, edge };
}

/** Cuts it square and makes it small, so that a photograph from a phone is taken too. */
export async function preparePicture(file: File): Promise<Blob> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error("This file could not be read as a picture. Take a PNG, JPEG or WebP.");
  }
  const { x, y, edge } = squareOf(bitmap.width, bitmap.height);
  const size = Math.min(EDGE, edge);
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  canvas.getContext("2d")?.drawImage(bitmap, x, y, edge, edge, 0, 0, size, size);
  bitmap.close();
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.88));
  if (!blob || blob.size > MAX_PICTURE_BYTES) throw new Error("This picture could not be made small enough.");
  return blob;
}
