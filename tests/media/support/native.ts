// A Python process that is asked over a pipe, one JSON object a line (native/peer.py).
import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync } from 'node:fs'
import { homedir } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Source } from './browsers.ts'
import { peerOver, type Transport } from './peer.ts'

const script = fileURLToPath(new URL('../native/peer.py', import.meta.url))

/** The interpreter that has the packages of native/requirements.txt; scripts/media-venv makes it. */
export const python =
  process.env.MEDIA_PYTHON ?? `${process.env.XDG_CACHE_HOME ?? `${homedir()}/.cache`}/trialogue/media-clients-venv/bin/python`

export function nativeIsHere(): boolean {
  try {
    accessSync(python)
    return true
  } catch {
    return false
  }
}

/** Starts one process and returns how to ask it. */
export function pipeTo(role: 'peer' | 'steward'): { ask: Transport; close: () => Promise<void> } {
  const child: ChildProcess = spawn(python, [script, role], {
    stdio: ['pipe', 'pipe', process.env.MEDIA_LOG ? 'inherit' : 'ignore'],
  })
  const waiting = new Map<number, { done: (value: unknown) => void; failed: (error: Error) => void }>()
  let last = 0
  if (child.stdout === null) throw new Error('no pipe')
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('{')) return
    const answer = JSON.parse(line) as { id: number; done?: unknown; error?: string }
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (answer.error === undefined) asked?.done(answer.done)
    else asked?.failed(new Error(answer.error))
  })
  const gone = new Promise<void>((resolve) => {
    child.on('exit', () => {
      for (const asked of waiting.values()) asked.failed(new Error('the process ended'))
      waiting.clear()
      resolve()
    })
  })
  return {
    ask: (call, argument) =>
      new Promise((done, failed) => {
        last += 1
        waiting.set(last, { done, failed })
        child.stdin?.write(`${JSON.stringify({ id: last, call, argument })}\n`)
      }),
    close: async () => {
      child.kill('SIGKILL')
      await gone
    },
  }
}

export async function nativePeers(): Promise<Source> {
  return {
    async peer(identity) {
      const { ask, close } = pipeTo('peer')
      return peerOver(identity, ask, close)
    },
    close: async () => {},
  }
}
