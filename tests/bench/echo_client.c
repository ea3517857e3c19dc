/* SPDX-License-Identifier: Apache-2.0 */
/* A bare IRC client that answers `!ping` with `pong` where it was said, and does nothing else: what
 * no bot can be faster than. echo_client <port> <nick> <channel> */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { most = 1 << 16 };

static char in[most];
static char out[2 * most];
static size_t filled;
static size_t waiting;

static void flush_to(int to) {
  size_t done = 0;
  while (done < waiting) {
    const ssize_t n = write(to, out + done, waiting - done);
    if (n <= 0) exit(0);
    done += (size_t)n;
  }
  waiting = 0;
}

static void say(int to, const char* before, const char* middle, size_t length, const char* after) {
  if (waiting + 1024 > sizeof out) flush_to(to);
  waiting += (size_t)snprintf(out + waiting, sizeof out - waiting, "%s%.*s%s", before, (int)length,
                              middle, after);
}

static void handle(int to, char* line, const char* channel) {
  if (strncmp(line, "PING ", 5) == 0) {
    say(to, "PONG ", line + 5, strlen(line + 5), "\r\n");
    return;
  }
  char* command = line;
  if (*line == ':') {
    command = strchr(line, ' ');
    if (command == NULL) return;
    ++command;
  }
  if (strncmp(command, "376 ", 4) == 0 || strncmp(command, "422 ", 4) == 0) {
    say(to, "JOIN ", channel, strlen(channel), "\r\n");
  } else if (strncmp(command, "PRIVMSG ", 8) == 0) {
    const char* target = command + 8;
    const char* end = strchr(target, ' ');
    if (end != NULL && strcmp(end, " :!ping") == 0) {
      say(to, "PRIVMSG ", target, (size_t)(end - target), " :pong\r\n");
    }
  }
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const int to = socket(AF_INET, SOCK_STREAM, 0);
  const int yes = 1;
  setsockopt(to, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  struct sockaddr_in where;
  memset(&where, 0, sizeof where);
  where.sin_family = AF_INET;
  where.sin_port = htons((unsigned short)atoi(argv[1]));
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(to, (struct sockaddr*)&where, sizeof where) != 0) return 1;
  say(to, "NICK ", argv[2], strlen(argv[2]), "\r\nUSER echo 0 * :echo\r\n");
  flush_to(to);
  for (;;) {
    const ssize_t n = read(to, in + filled, sizeof in - filled - 1);
    if (n <= 0) return 0;
    filled += (size_t)n;
    char* start = in;
    for (;;) {
      char* end = memchr(start, '\n', filled - (size_t)(start - in));
      if (end == NULL) break;
      *end = '\0';
      if (end > start && end[-1] == '\r') end[-1] = '\0';
      handle(to, start, argv[3]);
      start = end + 1;
    }
    filled -= (size_t)(start - in);
    memmove(in, start, filled);
    flush_to(to);
  }
}
