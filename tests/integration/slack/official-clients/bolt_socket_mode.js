// SPDX-License-Identifier: Apache-2.0
'use strict';

const { test } = require('node:test');
const { world, clients, eventually, control, noViolations } = require('./harness');
const { App, LogLevel, SocketModeReceiver } = require(clients.bolt);
const { equip, testAll } = require('./bolt_app');

const clientOptions = { slackApiUrl: world.api_url };
// App itself does not hand its clientOptions to the receiver that it makes.
const receiver = new SocketModeReceiver({ appToken: world.app_token, logLevel: LogLevel.ERROR,
                                          installerOptions: { clientOptions } });
const app = new App({ token: world.bot_token, receiver, clientOptions, logLevel: LogLevel.ERROR });
equip(app);

test('it starts', async () => {
  await app.start();
  await eventually('connected', async () => (await control('connections')) === 1);
});
testAll();
test('it stops, having done nothing that it must not do', async () => {
  await app.stop();
  await eventually('left', async () => (await control('connections')) === 0);
  await noViolations();
});
