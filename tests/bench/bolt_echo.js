// SPDX-License-Identifier: Apache-2.0
// What micro-bot does under load, as a Bolt app: answers "!ping" with "pong".
//
//     node bolt_echo.js <directory with node_modules> <api url> <bot token> <app token>
'use strict';

const { createRequire } = require('node:module');

const [directory, slackApiUrl, token, appToken] = process.argv.slice(2);
const major = Number(process.versions.node.split('.')[0]);
const { App, LogLevel, SocketModeReceiver } = createRequire(`${directory}/`)(
  major >= 20 ? '@slack/bolt' : 'bolt-for-node-18');

const app = new App({
  token,
  receiver: new SocketModeReceiver({ appToken, logLevel: LogLevel.ERROR,
                                     installerOptions: { clientOptions: { slackApiUrl } } }),
  clientOptions: { slackApiUrl },
  logLevel: LogLevel.ERROR,
});
app.message('!ping', async ({ say }) => say('pong'));
app.start().then(() => console.log('online'));
