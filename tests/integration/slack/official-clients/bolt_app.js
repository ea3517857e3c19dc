// SPDX-License-Identifier: Apache-2.0
// One Bolt app that answers all kinds of things, and the tests of it: the same in Socket Mode and
// over HTTP.
'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { world, control, eventually, texts } = require('./harness');

const channel = world.general;
const user = world.alice;

function equip(app) {
  app.message('ping', async ({ message, say }) => {
    await say({ text: `pong <@${message.user}>`, thread_ts: message.ts });
  });
  app.event('app_mention', async ({ event, say }) => say(`mentioned in ${event.channel}`));
  app.command('/deploy', async ({ command, ack, respond }) => {
    await ack(`deploying ${command.text}`);
    await respond({ response_type: 'in_channel', text: `deployed ${command.text}` });
  });
  app.message('buttons', async ({ say }) => {
    await say({ text: 'choose', blocks: [{ type: 'actions', block_id: 'b1', elements: [
      { type: 'button', action_id: 'approve', value: 'build-17',
        text: { type: 'plain_text', text: 'Approve' } },
      { type: 'button', action_id: 'form', text: { type: 'plain_text', text: 'Form' } }] }] });
  });
  app.action('approve', async ({ ack, action, respond }) => {
    await ack();
    await respond({ replace_original: true, text: `approved ${action.value}` });
  });
  app.action('form', async ({ ack, body, client }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view: {
      type: 'modal', callback_id: 'details', title: { type: 'plain_text', text: 'Details' },
      submit: { type: 'plain_text', text: 'Send' },
      blocks: [{ type: 'input', block_id: 'name', label: { type: 'plain_text', text: 'Name' },
                 element: { type: 'plain_text_input', action_id: 'value' } }] } });
  });
  app.view('details', async ({ ack, view, client }) => {
    const name = view.state.values.name.value.value;
    if (name === 'bad') {
      await ack({ response_action: 'errors', errors: { name: 'not that one' } });
      return;
    }
    await ack();
    await client.chat.postMessage({ channel, text: `form says ${name}` });
  });
  app.shortcut('wave', async ({ ack, client }) => {
    await ack();
    await client.chat.postMessage({ channel, text: 'waved' });
  });
  app.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: 'Welcome' } }] } });
  });
}

const appears = (text) => eventually(`"${text}"`, async () => (await texts(channel)).includes(text));

async function shown(text) {
  return (await control('posted', { channel })).find((one) => one.text === text);
}

function testAll() {
  test('a message is answered in its thread', async () => {
    const ts = await control('post', { channel, user, text: 'ping' });
    await appears(`pong <@${user}>`);
    assert.equal((await shown(`pong <@${user}>`)).thread_ts, ts);
  });

  test('a mention', async () => {
    await control('post', { channel, user, text: `<@${world.bot_user}> hello` });
    await appears(`mentioned in ${channel}`);
  });

  test('a command is acknowledged and answered through its response_url', async () => {
    await control('slash_command', { app: world.app_id, channel, user, command: '/deploy',
                                     text: 'web' });
    await appears('deployed web');
    assert.ok((await control('ephemerals')).some((one) => one.text === 'deploying web'));
    assert.equal((await control('responses')).length, 1);
  });

  test('a button replaces its message', async () => {
    await control('post', { channel, user, text: 'buttons' });
    await appears('choose');
    const { ts } = await shown('choose');
    await assert.rejects(control('press', { channel, ts, user, action_id: 'nonesuch' }));
    const pressed = await control('press', { channel, ts, user, action_id: 'approve' });
    await appears('approved build-17');
    assert.equal((await control('acknowledgement', { id: pressed.id })).acknowledged, true);
  });

  test('a modal is opened, refuses, and is submitted', async () => {
    await control('post', { channel, user, text: 'buttons' });
    await appears('choose');
    const { ts } = await shown('choose');
    await control('press', { channel, ts, user, action_id: 'form' });
    const view = await eventually('the modal', () => control('view_of', { user }));
    await control('submit_view', { view: view.id, user, values: { name: { value: 'bad' } } });
    await eventually('errors', async () => (await control('view_of', { user })).errors);
    await control('submit_view', { view: view.id, user, values: { name: { value: 'good' } } });
    await appears('form says good');
    await eventually('closed', async () => (await control('view_of', { user })) === null);
  });

  test('a shortcut and the home tab', async () => {
    await control('global_shortcut', { app: world.app_id, user, callback_id: 'wave' });
    await appears('waved');
    await control('open_home', { app: world.app_id, user });
    await eventually('the tab', () => control('view_of', { user, type: 'home' }));
  });
}

module.exports = { equip, testAll };
