// SPDX-License-Identifier: Apache-2.0
#include "dialling.hpp"

#include <array>
#include <random>
#include <vector>

#include "net/server_address.hpp"
#include "net/srv.hpp"
#include "net/with_deadline.hpp"
#include "stanza_error.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::xmpp {

namespace {

constexpr std::uint16_t starttls_port = 5222;
constexpr std::uint16_t direct_port = 5223;
constexpr std::uint16_t component_port = 5347;
constexpr int most_redirections = 3;
// Of a host name, with a port behind it.
constexpr std::size_t most_address = 255 + 6;

/// A server that may be tried.
class target {
 public:
  target(std::string host, std::uint16_t port, bool direct)
      : host(std::move(host)), port(port), direct(direct) {}

  std::string host;
  std::uint16_t port;
  bool direct;  ///< TLS from the first byte
};

std::uint32_t any_up_to(std::uint32_t most) {
  static thread_local std::mt19937 source{std::random_device{}()};
  return std::uniform_int_distribution<std::uint32_t>(0, most)(source);
}

// Of the domain, for DNS and in certificates. `flags` has seen to it that there is one.
std::string name_of(const jid& account) {
  return account.ascii_domain().value_or(std::string(account.domain()));
}

// For the log, before there is any.
std::string_view planned_tls(const target& to, const connection_options& options) noexcept {
  if (to.direct) return "direct";
  return options.login.plain_stream ? "none" : "starttls";
}

task<std::vector<target>> find_targets(mynah::clock& clock, logger log,
                                       const connection_options& options) {
  std::vector<target> found;
  if (!options.host.empty()) {
    const std::uint16_t usual = options.login.component ? component_port
                                : options.direct_tls    ? direct_port
                                                        : starttls_port;
    found.emplace_back(options.host, options.port.value_or(usual), options.direct_tls);
    co_return found;
  }
  const std::string domain = name_of(options.login.account);
  std::vector<net::srv_target> targets;
  bool not_offered = false;
  const std::array<std::string, 2> services = {"_xmpps-client._tcp", "_xmpp-client._tcp"};
  for (const std::string& service : services) {
    const result<net::srv_records> told = co_await net::with_deadline(
        clock, options.connect_limit, net::resolve_srv(service, domain, options.dns_servers));
    if (told.has_error()) {
      const std::string why = told.error().describe();
      log.debug("no servers from DNS", {{"service", service}, {"reason", why}});
      continue;
    }
    not_offered = not_offered || told->not_offered;
    targets.insert(targets.end(), told->targets.begin(), told->targets.end());
  }
  const std::vector<net::srv_target> ordered = net::in_order(std::move(targets), any_up_to);
  for (const net::srv_target& each : ordered) {
    found.emplace_back(each.host, each.port, each.service == services[0]);
  }
  if (found.empty() && !not_offered) found.emplace_back(domain, starttls_port, false);
  co_return found;
}

channel_binding_source bindings_of(const net::stream& stream) {
  return [&stream](std::string_view type) -> std::optional<std::string> {
    for (const auto kind :
         {net::channel_binding_kind::tls_exporter, net::channel_binding_kind::tls_server_end_point,
          net::channel_binding_kind::tls_unique}) {
      if (net::name_of(kind) == type) return stream.channel_binding(kind);
    }
    return std::nullopt;
  };
}

net::tls_peer peer_of(const connection_options& options) {
  net::tls_peer peer{name_of(options.login.account)};
  peer.xmpp_names = true;
  return peer;
}

failure ended_with(const stream_error& why) {
  const failure ended = why.to_failure();
  if (why.condition != "not-authorized") return ended;
  return failure(errc::authentication_failed, ended.message(), why.text);
}

/// What a login on one stream came to: nothing if it is done.
class login_end {
 public:
  login_end() = default;

  std::optional<failure> why;
  std::optional<net::server_address> elsewhere;  ///< where the server sends us, if it does
};

// Until the login is done, or has failed.
task<login_end> log_in(mynah::clock& clock, const connection_options& options, negotiation& how,
                       dialled_stream& on) {
  login_end ended;
  std::array<char, 4096> buffer;
  while (true) {
    if (how.take_restart()) on.parser.reset();
    const std::string bytes = how.take_output();
    if (!bytes.empty()) {
      const result<void> written = co_await on.stream.write_all(bytes);
      if (written.has_error()) {
        ended.why = written.error();
        co_return ended;
      }
    }
    if (how.failed()) {
      ended.why = *how.failed();
      co_return ended;
    }
    if (how.done()) co_return ended;
    if (how.wants_tls()) {
      const result<void> secured =
          co_await on.stream.start_tls(clock, options.connect_limit, options.tls, peer_of(options));
      if (secured.has_error()) {
        ended.why = secured.error();
        co_return ended;
      }
      how.secured(bindings_of(on.stream));
      continue;
    }
    const result<std::size_t> got = co_await on.stream.read_some(buffer.data(), buffer.size());
    if (got.has_error()) {
      ended.why = got.error();
      co_return ended;
    }
    on.parser.feed(std::string_view(buffer.data(), *got));
    while (!how.done() && !how.failed() && !how.wants_tls()) {
      const std::optional<stream_item> item = on.parser.next();
      if (!item) break;
      if (item->what == stream_item::kind::header) {
        how.opened(item->body);
      } else if (item->what == stream_item::kind::end) {
        ended.why = failure(errc::closed, "the server closed the stream");
        co_return ended;
      } else if (item->what == stream_item::kind::fault) {
        ended.why = failure(errc::protocol, "the server's stream: " + item->text);
        co_return ended;
      } else if (const auto error = stream_error::read(item->body)) {
        if (error->condition == "see-other-host" && error->address.size() <= most_address) {
          ended.elsewhere = net::server_address::parse(error->address);
        }
        ended.why = ended_with(*error);
        co_return ended;
      } else {
        how.receive(item->body);
      }
    }
  }
}

}  // namespace

task<result<dialled_stream>> dial(mynah::clock& clock, logger log,
                                  const connection_options& options, negotiation& how) {
  std::vector<target> targets = co_await find_targets(clock, log, options);
  failure last(errc::closed, "the domain says that it has no XMPP");
  int redirections = 0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const target to = targets[i];
    net::connect_options where(to.host, to.port);
    where.resolve_limit = options.connect_limit;
    where.connect_limit = options.connect_limit;
    where.handshake_limit = options.connect_limit;
    if (to.direct) {
      where.tls = options.tls;
      where.tls_name = name_of(options.login.account);
      where.alpn = "xmpp-client";
      where.xmpp_names = true;
    }
    const std::string peer = where.peer();
    log.debug("connecting", {{"server", peer}, {"tls", planned_tls(to, options)}});
    result<net::stream> connected = co_await net::connect(clock, where);
    if (connected.has_error()) {
      last = connected.error();
      log.debug("not connected", {{"server", peer}, {"reason", last.describe()}});
      continue;
    }
    dialled_stream dialled(std::move(*connected), peer);
    how.start(to.direct, to.direct ? bindings_of(dialled.stream) : channel_binding_source());
    const result<login_end> ended = co_await net::with_deadline(
        clock, options.login_limit, log_in(clock, options, how, dialled), "logging in at " + peer);
    if (ended.has_error()) {
      last = ended.error();
      continue;
    }
    if (!ended->why) {
      std::string tls = dialled.stream.tls_version();
      if (tls.empty()) tls = "none";
      const std::string mechanism = options.login.component ? "handshake" : how.mechanism();
      log.info("logged in", {{"server", peer}, {"tls", tls}, {"mechanism", mechanism}});
      co_return std::move(dialled);
    }
    const failure& why = *ended->why;
    last = failure(why.code(), "logging in at " + peer + ": " + why.message(), why.remote());
    if (ended->elsewhere && ++redirections <= most_redirections) {
      const std::string next = ended->elsewhere->host;
      log.info("the server sends us elsewhere", {{"server", peer}, {"to", next}});
      targets.emplace(targets.begin() + static_cast<std::ptrdiff_t>(i) + 1, ended->elsewhere->host,
                      ended->elsewhere->port.value_or(to.port), to.direct);
      continue;
    }
    co_return last;
  }
  co_return last;
}

}  // namespace mynah::xmpp
