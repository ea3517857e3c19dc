// SPDX-License-Identifier: Apache-2.0
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { world, clients, control, eventually, noViolations, texts } = require('./harness');
const { WebClient, LogLevel } = require(clients.webApi);

const options = { slackApiUrl: world.api_url, logLevel: LogLevel.ERROR,
                  retryConfig: { retries: 5, factor: 1, minTimeout: 50, maxTimeout: 100 } };
const slack = new WebClient(world.bot_token, options);
const channel = world.general;

async function refused(call, error) {
  await assert.rejects(call, (thrown) => {
    assert.equal(thrown.data && thrown.data.error, error);
    return true;
  });
}

test('auth.test tells who we are', async () => {
  const me = await slack.auth.test();
  assert.equal(me.user_id, world.bot_user);
  assert.equal(me.bot_id, world.bot_id);
  assert.equal(me.team_id, world.team);
});

test('messages are posted, threaded, updated and deleted', async () => {
  const posted = await slack.chat.postMessage({
    channel, text: 'parent', metadata: { event_type: 'stamp', event_payload: { id: '7' } } });
  assert.equal(posted.message.text, 'parent');
  const reply = await slack.chat.postMessage({ channel, text: 'reply', thread_ts: posted.ts });
  await slack.chat.update({ channel, ts: posted.ts, text: 'changed' });
  const replies = await slack.conversations.replies({ channel, ts: posted.ts });
  assert.deepEqual(replies.messages.map((one) => one.text), ['changed', 'reply']);
  const plain = await slack.conversations.history({ channel });
  assert.equal(plain.messages.find((one) => one.ts === posted.ts).metadata, undefined);
  const full = await slack.conversations.history({ channel, include_all_metadata: true });
  assert.equal(full.messages.find((one) => one.ts === posted.ts).metadata.event_payload.id, '7');
  await refused(slack.chat.postMessage({ channel, text: 'x', thread_ts: reply.ts }),
                'cannot_reply_to_message');
  await slack.chat.delete({ channel, ts: reply.ts });
  await refused(slack.chat.delete({ channel, ts: reply.ts }), 'message_not_found');
  const link = await slack.chat.getPermalink({ channel, message_ts: posted.ts });
  assert.match(link.permalink, /\/archives\//);
});

test('what Slack refuses is refused', async () => {
  await refused(slack.chat.postMessage({ channel: 'C0NOWHERE', text: 'x' }), 'channel_not_found');
  await refused(slack.chat.postMessage({ channel, text: '' }), 'no_text');
  await refused(slack.chat.postMessage({ channel, text: 'x', blocks: [{ type: 'section' }] }),
                'invalid_blocks');
  await refused(slack.apiCall('rtm.start'), 'unknown_method');
  await refused(new WebClient(world.app_token, options).auth.test(), 'not_allowed_token_type');
  await refused(new WebClient('xoxb-wrong', options).auth.test(), 'invalid_auth');
  await refused(slack.users.info({ user: 'U0NOBODY' }), 'user_not_found');
});

test('reactions, pins and topics', async () => {
  const { ts } = await slack.chat.postMessage({ channel, text: 'react' });
  await slack.reactions.add({ channel, timestamp: ts, name: 'eyes' });
  await refused(slack.reactions.add({ channel, timestamp: ts, name: 'eyes' }), 'already_reacted');
  await slack.reactions.remove({ channel, timestamp: ts, name: 'eyes' });
  await slack.pins.add({ channel, timestamp: ts });
  assert.equal((await slack.pins.list({ channel })).items.length, 1);
  await slack.conversations.setTopic({ channel, topic: 'news' });
  assert.equal((await slack.conversations.info({ channel })).channel.topic.value, 'news');
});

test('pages of a list hold fewer than asked for', async () => {
  for (let i = 0; i < 9; i += 1) await control('add_user', { team: world.team, name: `user${i}` });
  const seen = [];
  let empty = 0;
  for await (const page of slack.paginate('users.list', { limit: 3 })) {
    if (page.members.length === 0) empty += 1;
    seen.push(...page.members.map((one) => one.id));
  }
  assert.equal(new Set(seen).size, 12);
  assert.equal(seen.length, 12);
  assert.equal(empty, 1);
});

test('a file goes up in three steps', async () => {
  const content = 'line\n'.repeat(2000);
  await slack.filesUploadV2({ channel_id: channel, filename: 'log.txt', content,
                              initial_comment: 'the log' });
  await eventually('the file is shared', async () => (await texts(channel)).includes('the log'));
  const [file] = await control('files');
  assert.equal(file.complete, true);
  assert.equal(await control('file_content', { file: file.id }), content);
});

test('a limited call is repeated after the time that Slack says', async () => {
  await control('inject', { method: 'chat.postMessage', kind: 'rate_limited', retry_after: 1 });
  const began = Date.now();
  await slack.chat.postMessage({ channel, text: 'patient' });
  assert.ok(Date.now() - began >= 1000);
  assert.ok((await texts(channel)).includes('patient'));
});

test('the limits themselves hold', async () => {
  const name = (await slack.conversations.create({ name: 'burst' })).channel.id;
  for (let i = 0; i < 8; i += 1) await slack.chat.postMessage({ channel: name, text: `${i}` });
  assert.deepEqual((await texts(name)).filter((one) => /^\d$/.test(one)),
                   ['0', '1', '2', '3', '4', '5', '6', '7']);
  const limited = (await control('calls', { method: 'chat.postMessage' }))
    .filter((one) => one.status === 429);
  assert.ok(limited.length >= 3);
});

test('trouble on the way is survived', async () => {
  await control('inject', { method: 'auth.test', kind: 'cut_before', times: 2 });
  assert.equal((await slack.auth.test()).ok, true);
});

test('nothing was done that must not be done', () => noViolations());
