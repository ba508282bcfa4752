import type { AddressInfo } from 'node:net'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

/** A real SMTP server that keeps what it is sent. */
export class MailServer {
  readonly received: Email[] = []
  private readonly waiting = new Set<() => void>()
  private readonly server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        PostalMime.parse(Buffer.concat(chunks)).then((mail) => {
          this.received.push(mail)
          for (const look of this.waiting) look()
          done()
        }, done)
      })
    },
  })

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return (this.server.server.address() as AddressInfo).port
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
  }

  mailsTo(address: string): Email[] {
    return this.received.filter((mail) => mail.to?.some((to) => to.address === address))
  }

  /** The `n`th mail to this address (from 1), once it has come. */
  async mailTo(address: string, n = 1, timeoutMs = 20_000): Promise<Email> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(look)
        reject(new Error(`no mail number ${n} to ${address}; there are ${this.received.length} mails in all`))
      }, timeoutMs)
      const look = () => {
        const mail = this.mailsTo(address)[n - 1]
        if (!mail) return
        clearTimeout(timer)
        this.waiting.delete(look)
        resolve(mail)
      }
      this.waiting.add(look)
      look()
    })
  }
}

/** The first link in a mail's text part whose address contains `part`. */
export function linkIn(mail: Email, part: string): string {
  const link = mail.text?.match(/https?:\/\/\S+/g)?.find((candidate) => candidate.includes(part))
  if (!link) throw new Error(`no link with ${part} in: ${mail.text}`)
  return link
}
