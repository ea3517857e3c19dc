#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A slixmpp client for tests: connects to a port of the test and does what it is told there, a JSON
object a line; what it sees it tells the same way.

  {"do": "say", "to": jid, "type": "chat", "body": text}       also "id", "thread", "replace", "xml"
  {"do": "join", "room": jid, "nick": nick, "password": text}
  {"do": "leave", "room": jid, "nick": nick}
  {"do": "raw", "xml": text}
  {"do": "iq", "xml": text}           the answer is told as {"event": "iq", "xml": text}
  {"do": "presence", "to": jid, "type": type}
  {"do": "command", "to": jid, "node": node}    also "action", "sessionid", "fields": {name: value};
      the answer is told as {"event": "command", "status": text, "sessionid": text, "note": text}
  {"do": "commands", "to": jid}       told as {"event": "commands", "nodes": [node]}
"""
import asyncio
import json
import sys

import slixmpp
from slixmpp.xmlstream import ET


class Client(slixmpp.ClientXMPP):
    def __init__(self, jid, password, ca_file, tell):
        super().__init__(jid, password)
        self.ca_certs = ca_file
        self.tell = tell
        for name in ("xep_0030", "xep_0045", "xep_0050", "xep_0085", "xep_0092", "xep_0115",
                     "xep_0184", "xep_0199", "xep_0202", "xep_0203", "xep_0308", "xep_0313"):
            self.register_plugin(name)
        self.plugin["xep_0184"].auto_request = False
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("failed_auth", lambda _: tell({"event": "failed_auth"}))
        self.add_event_handler("disconnected", lambda why: tell({"event": "disconnected"}))
        self.add_event_handler("message", self.heard)
        self.add_event_handler("presence", self.seen)
        self.add_event_handler("chatstate", lambda got: tell(
            {"event": "state", "from": str(got["from"]), "type": got["type"],
             "state": got["chat_state"]}))
        self.add_event_handler("receipt_received",
                               lambda got: tell({"event": "receipt", "id": got["receipt"]}))

    async def started(self, _):
        self.send_presence()
        self.tell({"event": "online", "jid": str(self.boundjid)})

    def heard(self, message):
        thread = message.xml.find("{jabber:client}thread")
        self.tell({"event": "message", "from": str(message["from"]), "type": message["type"],
                   "body": message["body"], "id": message["id"],
                   "thread": thread.text if thread is not None else "",
                   "xml": ET.tostring(message.xml, encoding="unicode")})

    def seen(self, presence):
        self.tell({"event": "presence", "from": str(presence["from"]), "type": presence["type"],
                   "xml": ET.tostring(presence.xml, encoding="unicode")})

    async def do(self, what):
        kind = what["do"]
        if kind == "say":
            message = self.make_message(mto=what["to"], mbody=what.get("body"),
                                        mtype=what.get("type", "chat"))
            if "id" in what:
                message["id"] = what["id"]
            if "thread" in what:
                message["thread"] = what["thread"]
            if "replace" in what:
                message["replace"]["id"] = what["replace"]
            if "xml" in what:
                message.append(ET.fromstring(what["xml"]))
            message.send()
        elif kind == "join":
            presence = self.make_presence(pto=f"{what['room']}/{what['nick']}")
            x = ET.SubElement(presence.xml, "{http://jabber.org/protocol/muc}x")
            ET.SubElement(x, "{http://jabber.org/protocol/muc}history", {"maxstanzas": "0"})
            if what.get("password"):
                ET.SubElement(x, "{http://jabber.org/protocol/muc}password").text = what["password"]
            presence.send()
        elif kind == "leave":
            self.send_presence(pto=f"{what['room']}/{what['nick']}", ptype="unavailable")
        elif kind == "presence":
            self.send_presence(pto=what.get("to"), ptype=what.get("type"))
        elif kind == "raw":
            self.send_raw(what["xml"])
        elif kind == "iq":
            given = ET.fromstring(what["xml"])
            iq = self.Iq()
            iq["type"] = given.get("type", "get")
            if given.get("to"):
                iq["to"] = given.get("to")
            for child in given:
                iq.append(child)
            try:
                answer = await iq.send(timeout=20)
            except slixmpp.exceptions.IqError as error:
                answer = error.iq
            self.tell({"event": "iq", "type": answer["type"],
                       "xml": ET.tostring(answer.xml, encoding="unicode")})
        elif kind == "command":
            form = None
            if "fields" in what:
                form = self["xep_0004"].make_form(ftype="submit")
                for name, value in what["fields"].items():
                    form.add_field(var=name, value=value)
            try:
                answer = await self["xep_0050"].send_command(
                    what["to"], what["node"], action=what.get("action", "execute"), payload=form,
                    sessionid=what.get("sessionid"), timeout=40)
            except slixmpp.exceptions.IqError as error:
                answer = error.iq
            command = answer["command"]
            refused = answer["type"] == "error"
            self.tell({"event": "command", "status": "error" if refused else command["status"],
                       "sessionid": command["sessionid"],
                       "note": "\n".join(text for _, text in command["notes"]),
                       "xml": ET.tostring(answer.xml, encoding="unicode")})
        elif kind == "commands":
            answer = await self["xep_0050"].get_commands(what["to"])
            nodes = [item[1] for item in answer["disco_items"]["items"]]
            self.tell({"event": "commands", "nodes": sorted(nodes)})
        else:
            raise ValueError(f"unknown: {kind}")


async def main(control, port, ca_file, jid, password):
    reader, writer = await asyncio.open_connection("127.0.0.1", int(control))

    def tell(what):
        writer.write(json.dumps(what).encode() + b"\n")

    client = Client(jid, password, ca_file, tell)
    client.connect(address=("127.0.0.1", int(port)), disable_starttls=False, force_starttls=True)
    while line := await reader.readline():
        await client.do(json.loads(line))


asyncio.set_event_loop(asyncio.new_event_loop())
asyncio.get_event_loop().run_until_complete(main(*sys.argv[1:]))
