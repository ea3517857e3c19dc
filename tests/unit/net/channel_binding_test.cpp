// SPDX-License-Identifier: Apache-2.0
#include "net/channel_binding.hpp"

#include "catch.hpp"
#include "certificates.hpp"
#include "loopback.hpp"
#include "manual_clock.hpp"
#include "net/stream.hpp"
#include "spawned.hpp"
#include "tls_server.hpp"

using mynah::net::channel_binding_kind;
using mynah::net::connect_options;
using mynah::net::parse_fingerprint;
using mynah::net::tls_context;
using mynah::net::tls_options;
using namespace mynah_test;

namespace {

// As `openssl x509 -fingerprint` prints bytes.
std::string printed(const std::optional<std::string>& bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (const char c : bytes.value_or("")) {
    if (!text.empty()) text += ':';
    text += digits[static_cast<unsigned char>(c) >> 4U];
    text += digits[static_cast<unsigned char>(c) & 15U];
  }
  return text;
}

// The server's view of a connection.
class seen {
 public:
  explicit seen(SSL* session) {
    unsigned char bytes[64];
    const std::string label = "EXPORTER-Channel-Binding";
    REQUIRE(SSL_export_keying_material(session, bytes, 32, label.data(), label.size(), bytes, 0,
                                       1) == 1);
    exporter.assign(reinterpret_cast<const char*>(bytes), 32);
    // The client's Finished is the first.
    const std::size_t size = SSL_get_peer_finished(session, bytes, sizeof bytes);
    unique.assign(reinterpret_cast<const char*>(bytes), size);
  }

  std::string exporter;
  std::string unique;
};

class fixture {
 public:
  void connect(tls_server server) {
    there.reset();
    opened.reset();
    server.shaken = [this](SSL* session) { there.emplace(session); };
    loopback listening(io);
    spawned serving(io.get_executor(), server.serve(listening));
    connect_options options("127.0.0.1", listening.port());
    tls_options pinned;
    pinned.fingerprints = {parse_fingerprint(fingerprint_of(server.own.file)).value()};
    options.tls = tls_context::make(pinned).value();
    std::string outcome;
    spawned opening(io.get_executor(), mynah_test::open(clock, options, opened, outcome));
    REQUIRE(run_until(io, [&] { return opening.done() && (there || serving.done()); }));
    REQUIRE(outcome == "connected");
    // It refers to the server.
    serving.cancel();
    REQUIRE(run_until(io, [&] { return serving.done(); }));
  }

  manual_clock clock;
  boost::asio::io_context io;
  certificate_authority authority;
  std::optional<mynah::net::stream> opened;
  std::optional<seen> there;
};

}  // namespace

TEST_CASE("both ends of a connection know what binds to it", "[net][tls]") {
  fixture test;
  tls_server server(test.authority.self_signed("DNS:chat.test"));
  const std::string end_point = fingerprint_of(server.own.file, "sha256");
  SECTION("TLS 1.3") {
    test.connect(server);
    CHECK(test.opened->channel_binding(channel_binding_kind::tls_exporter) == test.there->exporter);
    CHECK_FALSE(test.opened->channel_binding(channel_binding_kind::tls_unique));
  }
  SECTION("TLS 1.2") {
    server.version = TLS1_2_VERSION;
    test.connect(server);
    CHECK(test.opened->channel_binding(channel_binding_kind::tls_exporter) == test.there->exporter);
    CHECK(test.opened->channel_binding(channel_binding_kind::tls_unique) == test.there->unique);
    CHECK(test.there->unique.size() == 12);
  }
  SECTION("TLS 1.2 without the extended master secret") {
    server.version = TLS1_2_VERSION;
    server.without = SSL_OP_NO_EXTENDED_MASTER_SECRET;
    test.connect(server);
    CHECK_FALSE(test.opened->channel_binding(channel_binding_kind::tls_exporter));
    CHECK(test.opened->channel_binding(channel_binding_kind::tls_unique) == test.there->unique);
  }
  CHECK(printed(test.opened->channel_binding(channel_binding_kind::tls_server_end_point)) ==
        end_point);
}

TEST_CASE("another connection binds to something else", "[net][tls]") {
  fixture test;
  const tls_server server(test.authority.self_signed("DNS:chat.test"));
  test.connect(server);
  const auto first = test.opened->channel_binding(channel_binding_kind::tls_exporter);
  REQUIRE(first);
  test.connect(server);
  CHECK(test.opened->channel_binding(channel_binding_kind::tls_exporter) != first);
}

TEST_CASE("a certificate is bound to by the hash that it was signed with", "[net][tls]") {
  fixture test;
  // What it is signed with, and what to hash with: nothing weak, and nothing that is not said.
  const auto [signature, hash] = GENERATE(table<std::string, std::string>(
      {{"sha1", "sha256"}, {"sha384", "sha384"}, {"sha512", "sha512"}, {"ed25519", ""}}));
  CAPTURE(signature);
  const tls_server server(test.authority.self_signed("DNS:chat.test", signature));
  test.connect(server);
  const auto binding = test.opened->channel_binding(channel_binding_kind::tls_server_end_point);
  CHECK(printed(binding) == (hash.empty() ? "" : fingerprint_of(server.own.file, hash)));
}

TEST_CASE("there is nothing to bind to without TLS", "[net][stream]") {
  manual_clock clock;
  boost::asio::io_context io;
  loopback listening(io);
  std::optional<mynah::net::stream> opened;
  std::string outcome;
  spawned opening(
      io.get_executor(),
      mynah_test::open(clock, connect_options("127.0.0.1", listening.port()), opened, outcome));
  REQUIRE(run_until(io, [&] { return opening.done(); }));
  REQUIRE(opened);
  for (const auto kind :
       {channel_binding_kind::tls_exporter, channel_binding_kind::tls_server_end_point,
        channel_binding_kind::tls_unique}) {
    CHECK_FALSE(opened->channel_binding(kind));
  }
}

TEST_CASE("kinds of channel bindings have their registered names", "[net]") {
  CHECK(name_of(channel_binding_kind::tls_exporter) == "tls-exporter");
  CHECK(name_of(channel_binding_kind::tls_server_end_point) == "tls-server-end-point");
  CHECK(name_of(channel_binding_kind::tls_unique) == "tls-unique");
}
