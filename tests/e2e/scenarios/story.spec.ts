import { expect, test } from '@playwright/test'
import { linkIn, MailServer } from '../support/mail-server.ts'
import { demoPersona, Person } from '../support/people.ts'
import { TrialogueServer } from '../support/server.ts'

const mail = new MailServer()
let server: TrialogueServer

test.beforeAll(async () => {
  server = await TrialogueServer.start({ smtpPort: await mail.start() })
})

test.afterAll(async () => {
  await server?.stop()
  await mail.stop()
})

test('visitor, persona, owner, colleague and guest in one conversation', async ({ browser }) => {
  const persona = await demoPersona(server.url)
  const [visitor, dana, priya, tom, guest] = (await Promise.all(
    ['visitor', 'dana', 'priya', 'tom', 'guest'].map((name) => Person.arrives(browser, name, server.url)),
  )) as [Person, Person, Person, Person, Person]

  // The visitor asks about real documents and gets a cited answer.
  await visitor.page.goto(`${server.url}/p/${persona}`)
  await expect(visitor.page.getByText('Hello, I am Michael.')).toBeVisible()
  await visitor.says('How do I get from the airport to the venue?')
  await visitor.reads('the light rail takes 45 minutes')
  await visitor.picture('1-cited-answer')

  // Something it does not know: the owner gets an e-mail.
  await visitor.says('Can you sponsor my startup?')
  await visitor.reads(/asking Dana Weber/)
  const called = await mail.mailTo('dana@demo.example')
  expect(called.subject).toContain('Michael')
  const ownerLink = linkIn(called, '/c/')

  // The link leads to sign-in, then to a door; opening it does not knock.
  await dana.page.goto(ownerLink)
  await dana.page.waitForURL('**/sign-in**')
  await dana.fillsInSignIn('dana@demo.example')
  await expect(dana.page.getByRole('button', { name: 'Knock' })).toBeVisible()
  await expect(visitor.page.getByRole('button', { name: 'Let the user in' })).toHaveCount(0)
  await dana.presses('Knock')
  await expect(visitor.page.getByText('Dana Weber would like to join this conversation. You can allow them to join by clicking the button below.').first()).toBeAttached()
  await visitor.picture('2-knock')
  await visitor.presses('Let the user in')
  await dana.presses('Join')
  await dana.reads('How do I get from the airport to the venue?')
  await visitor.reads(/Dana Weber is here now/)

  // The owner leads; the persona is silent, and answers when named.
  await visitor.says('Hi Dana, thank you for coming.')
  await dana.reads('Hi Dana, thank you for coming.')
  await dana.says('Happy to help. What is it about?')
  await visitor.reads('Happy to help. What is it about?')
  await visitor.says('Michael, how much is a student ticket?')
  await visitor.reads('a student ticket 120 euros')
  await dana.reads('a student ticket 120 euros')

  // A colleague by conversation URL.
  await priya.signsIn('priya@demo.example')
  const conversationUrl = ownerLink.split('?')[0] ?? ''
  await priya.page.goto(conversationUrl)
  await priya.presses('Knock')
  await dana.presses('Let the user in')
  await priya.presses('Join')
  await priya.reads('Happy to help. What is it about?')

  // A second colleague, whom the visitor lets in.
  await tom.signsIn('tom@demo.example')
  await tom.page.goto(conversationUrl)
  await tom.presses('Knock')
  await visitor.presses('Let the user in')
  await tom.presses('Join')
  await tom.says('Hello, Tom here. I look after sponsors.')
  await visitor.reads('Hello, Tom here. I look after sponsors.')

  // A guest by e-mail; they see what is said from their joining on.
  await dana.page.getByRole('button', { name: /More|Menu|options/i }).first().click()
  await dana.page.getByRole('menuitem', { name: 'Add Guest by Email' }).click()
  await dana.page.getByLabel(/e-mail/i).first().fill('gus@guest.example')
  await dana.presses('Send Invite')
  const invited = await mail.mailTo('gus@guest.example')
  await guest.page.goto(linkIn(invited, '/g#'))
  await guest.page.getByLabel('Your name').fill('Gus Guest')
  await guest.presses('Knock')
  await expect(visitor.page.getByText('Your invited guest', { exact: false }).first()).toBeAttached()
  await visitor.presses('Let the guest in')
  await guest.presses('Join')
  await visitor.says('Welcome, Gus!')
  for (const person of [dana, priya, tom, guest]) await person.reads('Welcome, Gus!')
  await guest.doesNotRead('How do I get from the airport to the venue?')
  await visitor.picture('3-everybody-visitor')
  await dana.picture('3-everybody-owner')
  await guest.picture('3-everybody-guest')
})
