// What JavaScript clients are asked to do: masto.js (Elk, Phanpy) and megalodon (Whalebird, Fedistar).
// Reads on standard input where the server is and who is there; prints one line of JSON for each check.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import process from 'node:process'

const from = createRequire(process.argv[2])
const { createRestAPIClient, createStreamingAPIClient } = await import(pathToFileURL(from.resolve('masto')))
const { default: generator, detector } = from('megalodon')

let input = ''
for await (const part of process.stdin) input += part
const told = JSON.parse(input)
const person = (name) => told.people[name]
const client = (name) => createRestAPIClient({ url: told.url, accessToken: person(name)?.token })
const ada = client('ada')
const ben = client('ben')
const owner = client('owner')
const fresh = (text) => `${text} ${process.hrtime.bigint()}`
const same = (found, wanted, what = 'value') => {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    throw new Error(`${what}: ${JSON.stringify(found)} is not ${JSON.stringify(wanted)}`)
  }
}
const yes = (found, what) => {
  if (!found) throw new Error(`${what} is ${found}`)
}
const refused = async (promise, status) => {
  try {
    await promise
  } catch (error) {
    if (status && (error.statusCode ?? error.response?.status) !== status) throw error
    return
  }
  throw new Error('it was not refused')
}
const eventually = async (ask) => {
  for (const end = Date.now() + 10000; Date.now() < end; await new Promise((done) => setTimeout(done, 60))) {
    const found = await ask()
    if (found) return found
  }
  throw new Error('it did not come in time')
}
const streaming = () => createStreamingAPIClient({
  streamingApiUrl: `${told.url.replace('http', 'ws')}/api/v1/streaming`, accessToken: person('ben').token,
})
const nextOf = (subscription, wanted) => new Promise((done, fail) => {
  setTimeout(() => fail(new Error('the event did not come')), 10000).unref()
  const listen = async () => {
    for await (const event of subscription) if (wanted(event)) done(event)
  }
  listen().catch(fail)
})

const checks = {
  async instance() {
    const two = await ada.v2.instance.fetch()
    yes(two.configuration.urls.streaming.startsWith('ws'), 'streaming address')
    yes((await ada.v1.instance.fetch()).version, 'version')
    yes(Array.isArray(await ada.v1.customEmojis.list()), 'emojis')
    same((await ada.v1.instance.rules.list()).map((rule) => rule.text), ['Be kind'])
    yes(await ada.v1.preferences.fetch(), 'preferences')
  },
  async people() {
    const me = await ada.v1.accounts.verifyCredentials()
    same(me.username, 'ada')
    same((await ben.v1.accounts.lookup({ acct: 'ada' })).id, me.id)
    const [relation] = await ben.v1.accounts.relationships.fetch({ id: [me.id] })
    yes(relation.following, 'following')
    yes((await ben.v1.accounts.$select(person('cleo').id).follow()).following, 'follow')
    yes(!(await ben.v1.accounts.$select(person('cleo').id).unfollow()).following, 'unfollow')
    yes((await ben.v1.accounts.$select(me.id).note.create({ comment: 'a friend' })).note, 'note')
  },
  async profile() {
    const picture = new Blob([Buffer.from(told.png, 'base64')], { type: 'image/png' })
    const me = await ada.v1.accounts.updateCredentials({
      displayName: 'Ada L.', note: 'I count', avatar: picture,
      fieldsAttributes: [{ name: 'Site', value: 'https://ada.example' }, { name: 'Pets', value: 'two' }],
    })
    same(me.fields.map((field) => field.name), ['Site', 'Pets'])
    yes(me.avatar.startsWith(told.url), 'avatar')
  },
  async posting() {
    const post = await ada.v1.statuses.create({ status: fresh('Hello @ben #boats'), spoilerText: 'sea', visibility: 'public' })
    same(post.mentions.map((mention) => mention.acct), ['ben'])
    const answer = await ben.v1.statuses.create({ status: fresh('@ada yes'), inReplyToId: post.id })
    const around = await ada.v1.statuses.$select(post.id).context.fetch()
    same(around.descendants.map((status) => status.id), [answer.id])
    same((await ben.v1.statuses.$select(post.id).favourite()).favouritesCount, 1)
    same((await ben.v1.statuses.$select(post.id).reblog()).reblog.id, post.id)
    yes((await ben.v1.statuses.$select(post.id).bookmark()).bookmarked, 'bookmarked')
    same((await ada.v1.statuses.$select(post.id).favouritedBy.list()).map((who) => who.acct), ['ben'])
    const edited = await ada.v1.statuses.$select(post.id).update({ status: 'Changed @ben' })
    yes(edited.editedAt, 'editedAt')
    same((await ada.v1.statuses.$select(post.id).history.list()).length, 2)
    same((await ada.v1.statuses.$select(post.id).source.fetch()).text, 'Changed @ben')
    yes((await ada.v1.statuses.$select(post.id).pin()).pinned, 'pinned')
    same((await ada.v1.statuses.$select(post.id).remove()).text, 'Changed @ben')
    await refused(ben.v1.statuses.$select(post.id).fetch(), 404)
  },
  async media() {
    const file = new Blob([Buffer.from(told.png, 'base64')], { type: 'image/png' })
    const made = await ada.v2.media.create({ file, description: 'a field', focus: '0.1,0.2' })
    const post = await ada.v1.statuses.create({ status: fresh('See'), mediaIds: [made.id] })
    same(post.mediaAttachments.map((each) => each.description), ['a field'])
    const answer = await fetch(post.mediaAttachments[0].url)
    same(answer.status, 200)
  },
  async polls() {
    const post = await ada.v1.statuses.create({ status: fresh('Which?'), poll: { options: ['tea', 'coffee'], expiresIn: 3600 } })
    const voted = await ben.v1.polls.$select(post.poll.id).votes.create({ choices: [1] })
    same(voted.ownVotes, [1])
    await refused(ben.v1.polls.$select(post.poll.id).votes.create({ choices: [0] }), 422)
  },
  async scheduled() {
    const at = new Date(Date.now() + 7200000).toISOString()
    const made = await ada.v1.statuses.create({ status: 'Later', scheduledAt: at })
    same(made.params.text, 'Later')
    await ada.v1.scheduledStatuses.$select(made.id).remove()
  },
  async timelines() {
    const post = await ada.v1.statuses.create({ status: fresh('In every place #field') })
    const has = async (list) => (await list).some((status) => status.id === post.id)
    yes(await eventually(() => has(ben.v1.timelines.home.list({ limit: 10 }))), 'home')
    yes(await has(ben.v1.timelines.public.list()), 'public')
    yes(await has(ben.v1.timelines.tag.$select('field').list()), 'tag')
    let seen = 0
    for await (const page of ben.v1.accounts.$select(person('ada').id).statuses.list({ limit: 2 })) {
      seen += page.length
      if (seen >= 6) break
    }
    yes(seen >= 3, 'paging')
  },
  async notifications() {
    const post = await ada.v1.statuses.create({ status: fresh('Notice') })
    await ben.v1.statuses.$select(post.id).favourite()
    yes(await eventually(async () => (await ada.v1.notifications.list()).find((each) => each.status?.id === post.id)), 'notice')
    const grouped = await ada.v2.notifications.list()
    yes(grouped.notificationGroups.length > 0, 'groups')
    yes(await ada.v2.notifications.policy.fetch(), 'policy')
    await ada.v1.notifications.clear()
    same(await ada.v1.notifications.list(), [])
    yes(await ada.v1.markers.create({ home: { lastReadId: post.id } }), 'markers')
  },
  async lists() {
    const made = await ben.v1.lists.create({ title: 'Friends' })
    await ben.v1.lists.$select(made.id).accounts.create({ accountIds: [person('ada').id] })
    same((await ben.v1.lists.$select(made.id).accounts.list()).map((who) => who.acct), ['ada'])
    yes(Array.isArray(await ben.v1.timelines.list.$select(made.id).list()), 'timeline')
    await ben.v1.lists.$select(made.id).remove()
  },
  async filters() {
    const made = await ben.v2.filters.create({
      title: 'Noise', context: ['home'], filterAction: 'warn', keywordsAttributes: [{ keyword: 'clatter', wholeWord: true }],
    })
    const post = await ada.v1.statuses.create({ status: fresh('a clatter') })
    const seen = await ben.v1.statuses.$select(post.id).fetch()
    same(seen.filtered.map((each) => each.filter.title), ['Noise'])
    await ben.v2.filters.$select(made.id).remove()
  },
  async search() {
    const found = await ben.v2.search.list({ q: 'ada' })
    yes(found.accounts.some((who) => who.username === 'ada'), 'account')
    yes(await ben.v1.trends.tags.list(), 'trends')
    yes(await ben.v2.suggestions.list(), 'suggestions')
    yes(await ben.v1.directory.list({ local: true }), 'directory')
    yes(await ben.v1.announcements.list(), 'announcements')
    yes(await ben.v1.conversations.list(), 'conversations')
  },
  async admin() {
    yes((await owner.v2.admin.accounts.list({ origin: 'local' })).length > 3, 'accounts')
    await refused(ben.v2.admin.accounts.list(), 403)
  },
  async streams() {
    const socket = streaming()
    const subscription = socket.user.subscribe()
    const heard = nextOf(subscription, (event) => event.event === 'update' && event.payload.content.includes('listen'))
    await new Promise((done) => setTimeout(done, 2500)) // the library takes a second before it connects
    const post = await ada.v1.statuses.create({ status: fresh('@ben listen') })
    same((await heard).payload.id, post.id)
    socket.close()
  },
  async streams_of_tags() {
    const socket = streaming()
    const heard = nextOf(socket.hashtag.subscribe({ tag: 'streamed' }), (event) => event.event === 'update')
    await new Promise((done) => setTimeout(done, 2500)) // the library takes a second before it connects
    const post = await ada.v1.statuses.create({ status: fresh('#streamed') })
    same((await heard).payload.id, post.id)
    socket.close()
  },
  async megalodon() {
    same(await detector(told.url), 'mastodon', 'whose API this is')
    const mega = generator('mastodon', told.url, person('ben').token)
    same((await mega.verifyAccountCredentials()).data.acct, 'ben')
    const post = (await mega.postStatus(fresh('From megalodon'), { visibility: 'public' })).data
    same((await mega.getStatus(post.id)).data.id, post.id)
    yes((await mega.getHomeTimeline({ limit: 5 })).data.some((status) => status.id === post.id), 'home')
    yes((await mega.getPublicTimeline()).data.length > 0, 'public')
    yes((await mega.getInstance()).data.uri, 'instance')
    yes((await mega.getNotifications({ limit: 3 })).data, 'notifications')
    yes((await mega.getLists()).data, 'lists')
    yes((await mega.favouriteStatus(post.id)).data.favourited, 'favourited')
    yes((await mega.getStatusContext(post.id)).data.ancestors, 'context')
    yes((await mega.getInstanceCustomEmojis()).data, 'emojis')
    yes((await mega.search('ada', { type: 'accounts' })).data.accounts.length > 0, 'search')
    await mega.deleteStatus(post.id)
  },
  async megalodon_streams() {
    const mega = generator('mastodon', told.url, person('ben').token)
    const stream = mega.userSocket()
    const heard = new Promise((done, fail) => {
      stream.on('update', done)
      setTimeout(() => fail(new Error('nothing came')), 10000).unref()
    })
    await new Promise((done) => setTimeout(done, 1000))
    const post = await ada.v1.statuses.create({ status: fresh('@ben by megalodon') })
    same((await heard).id, post.id)
    stream.stop()
  },
}

const only = process.argv[3]
for (const [name, run] of Object.entries(checks).filter(([name]) => !only || name.startsWith(only))) {
  let error = ''
  try {
    await run()
  } catch (found) {
    error = `${found.stack ?? found}`
  }
  console.log(JSON.stringify({ check: name, error }))
}
process.exit(0)
