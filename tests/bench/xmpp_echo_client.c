/* SPDX-License-Identifier: Apache-2.0 */
/* A bare XMPP client that answers `!ping` with `pong` to whoever said it, and does nothing else: no
 * TLS, no XML parser, PLAIN. What no bot can be faster than. Its messages have ids (RFC 6120,
 * section 8.1.3), as without nobody can tell what an error is about; servers work for that, too. With `managed` it also manages the
 * stream (XEP-0198), as every client has to that is not to lose anything: the server pays for that.
 * xmpp_echo_client plain|managed <port> <domain> <user> <password> [room@service] */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { most = 1 << 17 };

static char in[most];
static char out[2 * most];
static size_t filled;
static size_t waiting;
static int to;

static void flush_out(void) {
  size_t done = 0;
  while (done < waiting) {
    const ssize_t n = write(to, out + done, waiting - done);
    if (n <= 0) exit(0);
    done += (size_t)n;
  }
  waiting = 0;
}

static void say(const char* text, size_t length) {
  if (waiting + length > sizeof out) flush_out();
  memcpy(out + waiting, text, length);
  waiting += length;
}

static void say_text(const char* text) { say(text, strlen(text)); }

static void read_more(void) {
  if (filled == sizeof in - 1) exit(1);
  const ssize_t n = read(to, in + filled, sizeof in - 1 - filled);
  if (n <= 0) exit(0);
  filled += (size_t)n;
  in[filled] = '\0';
}

/* Reads until this has come, and forgets it and all before it. */
static void wait_for(const char* part) {
  char* found = NULL;
  while ((found = strstr(in, part)) == NULL) read_more();
  found += strlen(part);
  filled -= (size_t)(found - in);
  memmove(in, found, filled + 1);
}

static void open_stream(const char* domain) {
  say_text("<?xml version='1.0'?><stream:stream to='");
  say_text(domain);
  say_text("' version='1.0' xmlns='jabber:client' "
           "xmlns:stream='http://etherx.jabber.org/streams'>");
  flush_out();
  wait_for("</stream:features>");
}

static void encode(const char* bytes, size_t length, char* text) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < length; i += 3) {
    unsigned long word = 0;
    for (size_t k = 0; k < 3; ++k) {
      word = word << 8 | (i + k < length ? (unsigned char)bytes[i + k] : 0U);
    }
    for (int k = 3; k >= 0; --k) *text++ = digits[word >> (6 * k) & 63];
    if (i + 1 >= length) text[-2] = '=';
    if (i + 2 >= length) text[-1] = '=';
  }
  *text = '\0';
}

/* The value of an attribute of the stanza that ends at `end`. */
static size_t attribute(const char* start, const char* end, const char* name, const char** value) {
  const size_t length = strlen(name);
  for (const char* at = start; at + length + 1 < end && *at != '>'; ++at) {
    if (*at != ' ' || strncmp(at + 1, name, length) != 0 || at[1 + length] != '=') continue;
    const char quote = at[2 + length];
    *value = at + 3 + length;
    const char* close = memchr(*value, quote, (size_t)(end - *value));
    return close == NULL ? 0 : (size_t)(close - *value);
  }
  return 0;
}

static unsigned unasked; /* answers since the server was asked whether it has them */

static void handle(const char* start, const char* end, const char* room) {
  if (strstr(start, "<body>!ping</body>") == NULL) return;
  const char* from = NULL;
  const size_t length = attribute(start, end, "from", &from);
  static unsigned said;
  char id[32];
  snprintf(id, sizeof id, "' id='answer-%u'", ++said);
  ++unasked;
  say_text("<message to='");
  if (room != NULL) {
    say_text(room);
    say_text(id);
    say_text(" type='groupchat'><body>pong</body></message>");
  } else {
    say(from, length);
    say_text(id);
    say_text(" type='chat'><body>pong</body></message>");
  }
}

/* Where the stanza that starts here ends, behind it; NULL if that has not come. */
static char* end_of(char* start, const char* close) {
  char* end = strchr(start, '>');
  if (end == NULL) return NULL;
  if (end[-1] == '/') return end + 1;
  end = strstr(end, close);
  return end == NULL ? NULL : end + strlen(close);
}

static unsigned received; /* stanzas, as stream management counts them */

/* Takes what has come whole, and gives where the rest begins. */
static char* handle_all(char* start, const char* room, int managed) {
  static const char* const stanzas[][2] = {
      {"<message", "</message>"}, {"<presence", "</presence>"}, {"<iq", "</iq>"}};
  int asked = 0;
  for (;;) {
    char* const tag = strchr(start, '<');
    if (tag == NULL) break;
    const char* close = NULL;
    for (size_t i = 0; i < 3; ++i) {
      if (strncmp(tag, stanzas[i][0], strlen(stanzas[i][0])) == 0) close = stanzas[i][1];
    }
    char* const end = close == NULL ? strchr(tag, '>') : end_of(tag, close);
    if (end == NULL) break;
    if (close != NULL) {
      ++received;
      const char kept = end[-1];
      end[-1] = '\0';
      if (tag[1] == 'm') handle(tag, end, room);
      end[-1] = kept;
      start = end;
    } else {
      if (tag[1] == 'r') asked = 1;
      start = end + 1;
    }
  }
  if (managed && asked) {
    char text[64];
    snprintf(text, sizeof text, "<a xmlns='urn:xmpp:sm:3' h='%u'/>", received);
    say_text(text);
  }
  if (managed && unasked >= 16) {
    say_text("<r xmlns='urn:xmpp:sm:3'/>");
    unasked = 0;
  }
  return start;
}

int main(int argc, char** argv) {
  if (argc < 6) return 2;
  const int managed = strcmp(argv[1], "managed") == 0;
  const char* room = argc > 6 ? argv[6] : NULL;
  to = socket(AF_INET, SOCK_STREAM, 0);
  const int yes = 1;
  setsockopt(to, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  struct sockaddr_in where;
  memset(&where, 0, sizeof where);
  where.sin_family = AF_INET;
  where.sin_port = htons((unsigned short)atoi(argv[2]));
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(to, (struct sockaddr*)&where, sizeof where) != 0) return 1;
  open_stream(argv[3]);
  char plain[512];
  char encoded[1024];
  const int size = snprintf(plain, sizeof plain, "%c%s%c%s", 0, argv[4], 0, argv[5]);
  encode(plain, (size_t)size, encoded);
  say_text("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>");
  say_text(encoded);
  say_text("</auth>");
  flush_out();
  wait_for("<success");
  wait_for(">");
  open_stream(argv[3]);
  say_text("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
  flush_out();
  wait_for("</iq>");
  if (managed) {
    say_text("<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
    flush_out();
    wait_for("<enabled");
    wait_for(">");
  }
  say_text("<presence/>");
  if (room != NULL) {
    say_text("<presence to='");
    say_text(room);
    say_text("/mynah'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>"
             "</presence>");
  }
  flush_out();
  for (;;) {
    char* start = handle_all(in, room, managed);
    filled -= (size_t)(start - in);
    memmove(in, start, filled + 1);
    flush_out();
    read_more();
  }
}
