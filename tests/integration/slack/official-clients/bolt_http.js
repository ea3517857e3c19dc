// SPDX-License-Identifier: Apache-2.0
'use strict';

const { test } = require('node:test');
const { world, clients, control, noViolations } = require('./harness');
const { App, HTTPReceiver, LogLevel } = require(clients.bolt);
const { equip, testAll } = require('./bolt_app');

const receiver = new HTTPReceiver({ signingSecret: world.signing_secret,
                                    logLevel: LogLevel.ERROR });
const app = new App({ token: world.bot_token, receiver, logLevel: LogLevel.ERROR,
                      clientOptions: { slackApiUrl: world.api_url } });
equip(app);

test('it starts', async () => {
  const server = await app.start({ port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${server.address().port}/slack/events`;
  await control('set_http_urls', { app: world.app_id, events_url: url });
});
testAll();
test('it stops, having done nothing that it must not do', async () => {
  await app.stop();
  await noViolations();
});
