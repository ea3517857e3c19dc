// SPDX-License-Identifier: Apache-2.0
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { world, clients, control, eventually, noViolations } = require('./harness');
const { SocketModeClient } = require(clients.socketMode);
const { LogLevel } = require(clients.webApi);

const channel = world.general;
const user = world.alice;
const slack = new SocketModeClient({ appToken: world.app_token, logLevel: LogLevel.ERROR,
                                     clientOptions: { slackApiUrl: world.api_url } });
const heard = [];
let deaf = 0;
slack.on('message', async ({ event, ack, retry_num: attempt }) => {
  heard.push({ text: event.text, ts: event.ts, attempt });
  if (deaf > 0) {
    deaf -= 1;
    return;
  }
  await ack();
});
slack.on('slash_commands', async ({ body, ack }) => {
  await ack({ text: `you said ${body.text}` });
});
const said = (text) => heard.filter((one) => one.text === text);
const acknowledged = async () => (await control('deliveries')).pending === 0;

test('it connects and gets its hello', async () => {
  await slack.start();
  assert.equal(await control('connections'), 1);
});

test('an event comes and is acknowledged', async () => {
  await control('post', { channel, user, text: 'hello' });
  await eventually('heard', () => said('hello').length === 1);
  await eventually('acknowledged', acknowledged);
});

test('a thousand events', async () => {
  await control('flood', { channel, user, text: 'burst {n}', count: 1000, window: 100 });
  await eventually('heard', () => said('burst 999').length === 1);
  await eventually('acknowledged', acknowledged);
});

test('envelopes in pieces are put together', async () => {
  await control('fragment_envelopes', { bytes: 50 });
  await control('post', { channel, user, text: 'in pieces' });
  await eventually('heard', () => said('in pieces').length === 1);
  await control('fragment_envelopes', { bytes: 0 });
});

test('a command is answered in the acknowledgement', async () => {
  const { id } = await control('slash_command', { app: world.app_id, channel, user,
                                                  command: '/say', text: 'hi' });
  const got = await eventually('acknowledged', async () => {
    const seen = await control('acknowledgement', { id });
    return seen.acknowledged && seen;
  });
  assert.deepEqual(got.payload, { text: 'you said hi' });
  const shown = await control('ephemerals');
  assert.equal(shown[shown.length - 1].text, 'you said hi');
});

test('what is not acknowledged comes again', async () => {
  deaf = 1;
  await control('post', { channel, user, text: 'again' });
  await eventually('heard', () => said('again').length === 1);
  await control('advance', { milliseconds: 3000 });
  await eventually('heard twice', () => said('again').length === 2);
  assert.equal(said('again')[1].attempt, 1);
  await eventually('acknowledged', acknowledged);
});

test('a refresh leads to another connection', async () => {
  const opened = await control('call_count', { method: 'apps.connections.open' });
  await control('disconnect', { reason: 'refresh_requested' });
  // Slack does not end TCP after the close frames, and the current client waits for that: until 30 s
  // have passed, or Slack ends it after all.
  await eventually('closing', async () => (await control('connections')) === 0 ||
    (await control('call_count', { method: 'apps.connections.open' })) > opened);
  await control('advance', { milliseconds: 20000 });
  await eventually('connected anew', async () =>
    (await control('call_count', { method: 'apps.connections.open' })) > opened &&
    (await control('connections')) === 1);
  await control('post', { channel, user, text: 'after the refresh' });
  await eventually('heard', () => said('after the refresh').length >= 1);
});

test('so does a cut', async () => {
  const opened = await control('call_count', { method: 'apps.connections.open' });
  await control('drop', {});
  await eventually('connected anew', async () =>
    (await control('call_count', { method: 'apps.connections.open' })) > opened &&
    (await control('connections')) === 1);
  await control('post', { channel, user, text: 'after the cut' });
  await eventually('heard', () => said('after the cut').length >= 1);
  await eventually('acknowledged', acknowledged);
});

test('it leaves', async () => {
  await slack.disconnect();
  await eventually('left', async () => (await control('connections')) === 0);
  await noViolations(['not_acknowledged']);
});
