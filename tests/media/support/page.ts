// The page that livekit-client runs in: one file, made once a run. A file: address counts as a secure context, and is the same from
// every network namespace.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

const folder = new URL('../../../test-results/media-page/', import.meta.url)

export function pageAddress(): string {
  const built = buildSync({
    entryPoints: [fileURLToPath(new URL('../page/peer.ts', import.meta.url))],
    bundle: true,
    format: 'iife',
    write: false,
    logLevel: 'error',
  })
  const script = (built.outputFiles[0]?.text ?? '').replaceAll('</script', '<\\/script')
  mkdirSync(folder, { recursive: true })
  const page = new URL(`peer-${process.pid}.html`, folder)
  writeFileSync(page, `<!doctype html><meta charset="utf-8"><title>peer</title><body><script>${script}</script>`)
  return page.href
}
