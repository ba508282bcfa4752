import { expect } from '@playwright/test'
import type { Person } from './people.ts'

interface Profile {
  backups?: string[]
  call_names?: string[]
  confidence_threshold?: number
  greeting?: string
  handoff_topics?: string[]
  in_call_users?: boolean
}

/** A persona of the signed-in user's own, that knows these answers and nothing else. Answers its id. */
export async function makesPersona(owner: Person, name: string, knows: Record<string, string> = {}, profile: Profile = {}): Promise<string> {
  const { id } = (await owner.posts('/personas', { name })) as { id: string }
  const changed = await owner.asks('PATCH', `/personas/${id}`, profile)
  expect(changed.status, JSON.stringify(changed.body)).toBe(200)
  for (const [question, answer] of Object.entries(knows)) await owner.posts(`/personas/${id}/questions`, { question, answer })
  return id
}

/** The id of a user of the workspace. */
export async function userId(asker: Person, email: string): Promise<string> {
  const { body } = await asker.asks('GET', '/users')
  const user = (body.users as { id: string; email: string }[]).find((one) => one.email === email)
  if (!user) throw new Error(`nobody has the address ${email}`)
  return user.id
}
