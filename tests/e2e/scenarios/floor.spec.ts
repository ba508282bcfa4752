import { expect, test } from '@playwright/test'
import { MailServer } from '../support/mail-server.ts'
import { demoPersona, everybodyLeaves, Person } from '../support/people.ts'
import { choosesOn, comesIn, decidedOn, guestComesIn, mentions, messages, ofThePersona } from '../support/room.ts'
import { TrialogueServer } from '../support/server.ts'
import { Talk } from '../support/talk.ts'

// The floor: when the persona speaks. One scenario for each sentence of the rule that text can show.

const mail = new MailServer()
let server: TrialogueServer
let persona: string
let dana: Person
let priya: Person

test.beforeAll(async () => {
  server = await TrialogueServer.start({ smtpPort: await mail.start(), movableClock: true })
  persona = await demoPersona(server.url)
})

test.beforeEach(async ({ browser }) => {
  dana = await Person.arrivesSignedIn(browser, 'dana', server.url)
  priya = await Person.arrivesSignedIn(browser, 'priya', server.url)
})

test.afterEach(everybodyLeaves)

test.afterAll(async () => {
  await server?.stop()
  await mail.stop()
})

test('alone with the visitor, the persona answers every message', async ({ browser }) => {
  const { visitor } = await Talk.begins(browser, server.url, persona, 'How do I get from the airport to the venue?')
  await visitor.reads('the light rail takes 45 minutes')
  await visitor.says('Who gives the keynote on Friday?')
  await visitor.reads(/Tomasz Wilk/)
  await visitor.says('Hello')
  await visitor.reads('Hello! What would you like to know?')
  await visitor.says('Can you sponsor my startup?')
  await visitor.reads(/I'm asking Dana Weber/)
  await expect(ofThePersona(visitor)).toHaveCount(5)
})

test('alone with the visitor, an acknowledgement gets at most a short courtesy', async ({ browser }) => {
  const { visitor } = await Talk.begins(browser, server.url, persona, 'How much is a student ticket?')
  await visitor.reads('a student ticket 120 euros')
  await visitor.says('Thank you!')
  await visitor.reads("You're welcome.")
  await visitor.says('ok great')
  await expect(ofThePersona(visitor)).toHaveCount(4)
  for (const courtesy of [ofThePersona(visitor).nth(2), ofThePersona(visitor).nth(3)]) {
    await expect(courtesy.getByRole('list', { name: 'Sources' })).toHaveCount(0)
  }
  await expect(visitor.page.getByRole('region', { name: 'Your question to a person' })).toHaveCount(0)
  await visitor.picture('floor-1-courtesy')
})

test('with another human present, it speaks only when addressed: by a call name, by @mention, or by a reply', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const { visitor } = talk
  await visitor.reads('a student ticket 120 euros')
  await comesIn(priya, talk)

  await visitor.says('Who gives the keynote on Friday?')
  await decidedOn(priya, 'Who gives the keynote on Friday?', 'stays silent', /Priya Nair is present and nobody addressed Michael/)
  await expect(ofThePersona(visitor)).toHaveCount(2)

  await visitor.says('Hey Michael, who gives the keynote on Friday?')
  await visitor.reads(/Tomasz Wilk/)
  await decidedOn(priya, 'Hey Michael, who gives', 'speaks', /addressed as “Michael”/)

  await mentions(priya, 'Michael', 'is there parking at the venue?')
  await visitor.reads(/There is no parking at the venue/)
  await decidedOn(priya, 'is there parking at the venue?', 'speaks', /Priya Nair mentioned Michael with @/)

  await choosesOn(visitor, messages(visitor, 'Tomasz Wilk').last(), 'Reply')
  await visitor.says('And who gives the keynote on Thursday?')
  await decidedOn(priya, 'And who gives the keynote on Thursday?', 'speaks', /replied to Michael’s message/)
  await expect(ofThePersona(visitor)).toHaveCount(5)
  await expect(ofThePersona(visitor).last()).toContainText('Ingrid Solheim')
  await visitor.picture('floor-2-addressed-visitor')
  await priya.picture('floor-2-addressed-colleague')
})

test('named but not addressed, it is silent', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const { visitor } = talk
  await visitor.reads('a student ticket 120 euros')
  await comesIn(priya, talk)
  for (const words of ['I asked Michael yesterday about the hotels', "Michael's slides said half past nine", 'Michael told me there is no parking']) {
    await visitor.says(words)
    await decidedOn(priya, words, 'stays silent', /“Michael” was named but not addressed/)
  }
  await expect(ofThePersona(visitor)).toHaveCount(2)
})

test('an acknowledgement that is not directed at it leaves it silent', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const { visitor } = talk
  await visitor.reads('a student ticket 120 euros')
  await comesIn(priya, talk)
  await priya.says('I have put your name on the list.')
  await visitor.says('Thank you')
  await decidedOn(priya, 'Thank you', 'stays silent', /An acknowledgement while Priya Nair is present/)
  await expect(ofThePersona(visitor)).toHaveCount(2)
})

test('when the owner joins, it says one short line that it steps back, and is silent then', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const { visitor } = talk
  await visitor.reads('a student ticket 120 euros')
  await comesIn(dana, talk)
  await visitor.reads("Dana Weber is here now, so I'll step back. Say “Michael” and I'll answer.")
  await expect(ofThePersona(visitor)).toHaveCount(3)
  await visitor.says('Who gives the keynote on Friday?')
  await decidedOn(dana, 'Who gives the keynote on Friday?', 'stays silent', /Dana Weber is present and nobody addressed Michael/)
  await expect(ofThePersona(visitor)).toHaveCount(3)
  await expect(visitor.page.getByText('listening, Dana Weber is here')).toBeVisible()
  await visitor.picture('floor-3-steps-back')
})

test('when a present human has its name, the bare name means the human; its full call name and @mention reach it, and the page shows which', async ({
  browser,
}) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const { visitor } = talk
  await visitor.reads('a student ticket 120 euros')
  await comesIn(dana, talk)
  await expect(visitor.page.getByText('Michael (AI) listens and answers to: “Michael”, “Michael AI”')).toBeVisible()

  const namesake = await guestComesIn(browser, talk, mail, 'Michael Brandt', 'michael@guest.example')
  for (const reader of [visitor, dana, namesake]) {
    await expect(reader.page.getByText('Michael (AI) listens and answers to: “Michael AI”')).toBeVisible()
  }
  await visitor.says('Michael, who gives the keynote on Friday?')
  await decidedOn(dana, 'Michael, who gives the keynote on Friday?', 'stays silent', /Michael Brandt is present, so the bare name means that person/)
  const before = await ofThePersona(visitor).count()

  await visitor.says('Michael AI, who gives the keynote on Friday?')
  await visitor.reads(/Tomasz Wilk/)
  await mentions(visitor, 'Michael', 'how much is a student ticket?')
  await expect(ofThePersona(visitor)).toHaveCount(before + 2)
  await visitor.picture('floor-4-same-name')
})

test('when the last other human leaves, it says so and takes the floor again, with what was said as context', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const { visitor } = talk
  await visitor.reads('a student ticket 120 euros')
  await comesIn(dana, talk)
  await dana.says('The workshop on accessible forms is on Thursday afternoon.')
  await visitor.reads('The workshop on accessible forms is on Thursday afternoon.')
  await dana.chooses('Leave')
  await dana.page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
  await visitor.reads('Dana Weber left. Michael answers again.')
  // What “it” is was said while the persona was silent.
  await visitor.says('Who is it held by?')
  await visitor.reads(/Amara Obi/)
  await visitor.picture('floor-5-takes-the-floor-again')
})

test('when the last other human drops, their place is held for a minute; then it says so and answers until they are back', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const { visitor } = talk
  await visitor.reads('a student ticket 120 euros')
  await comesIn(dana, talk)
  await visitor.reads(/Dana Weber is here now/)
  await dana.page.goto('about:blank')
  await expect(visitor.page.getByText('connection lost, place held')).toBeAttached()
  await visitor.says('Who gives the keynote on Friday?')
  await server.timePasses(61)
  await visitor.reads('Dana Weber lost the connection. Michael answers again until they are back.')
  // Held, the place was Dana's: what was asked meanwhile was not for the persona.
  await visitor.doesNotRead(/Tomasz Wilk/)
  await visitor.says('Is there parking at the venue?')
  await visitor.reads(/There is no parking at the venue/)

  await dana.page.goto(talk.url)
  await visitor.reads('Dana Weber is back')
  await expect(visitor.log.getByText(/Dana Weber is here now, so I'll step back/)).toHaveCount(2)
  await visitor.says('Who gives the keynote on Thursday?')
  await decidedOn(dana, 'Who gives the keynote on Thursday?', 'stays silent', /Dana Weber is present/)
  await visitor.picture('floor-6-dropped-and-back')
})

test('when the others are quiet for ten minutes, it says so and answers until they speak', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const { visitor } = talk
  await visitor.reads('a student ticket 120 euros')
  await comesIn(dana, talk)
  await dana.says('Give me a moment.')
  await server.timePasses(10 * 60 + 1)
  await visitor.reads('Dana Weber has been quiet for 10 minutes. Michael answers again until they speak.')
  await visitor.says('Who gives the keynote on Friday?')
  await visitor.reads(/Tomasz Wilk/)
  await dana.says('Here I am again.')
  await visitor.says('Is there parking at the venue?')
  await decidedOn(dana, 'Is there parking at the venue?', 'stays silent', /Dana Weber is present/)
  await visitor.doesNotRead(/There is no parking/)
})

test('every decision carries its reason, which staff alone can see on the message', async ({ browser }) => {
  const talk = await Talk.begins(browser, server.url, persona)
  const { visitor } = talk
  await visitor.reads('a student ticket 120 euros')
  await comesIn(dana, talk)
  await decidedOn(dana, 'How much is a student ticket?', 'speaks', /Michael was alone with Sam/)
  await visitor.says('Dana, is there a list for the workshops?')
  await decidedOn(dana, 'Dana, is there a list for the workshops?', 'stays silent', /This was for Dana/)
  await messages(dana, 'Dana, is there a list').getByRole('button', { name: / · why$/ }).click()
  await dana.picture('floor-7-reason')
  await expect(visitor.page.getByRole('button', { name: / · why$/ })).toHaveCount(0)
})
