// SPDX-License-Identifier: Apache-2.0
// The names that only XMPP has in certificates.
#include "net/xmpp_names.hpp"

#include "catch.hpp"
#include "certificates.hpp"
#include "loopback.hpp"
#include "manual_clock.hpp"
#include "net/stream.hpp"
#include "spawned.hpp"
#include "tls_server.hpp"

using mynah::errc;
using mynah::net::connect_options;
using mynah::net::tls_context;
using mynah::net::tls_options;
using namespace mynah_test;

namespace {

const std::string address = "otherName:1.3.6.1.5.5.7.8.5;UTF8:";
const std::string service = "otherName:1.3.6.1.5.5.7.8.7;IA5:";

// "connected", or why not.
std::string outcome_of(const certificate& own, const std::string& ca_file, bool xmpp_names,
                       const std::string& name = "chat.test") {
  manual_clock clock;
  boost::asio::io_context io;
  loopback listening(io);
  tls_server server(own);
  spawned serving(io.get_executor(), server.serve(listening));
  connect_options options("127.0.0.1", listening.port());
  options.tls = tls_context::make(tls_options(ca_file)).value();
  options.tls_name = name;
  options.xmpp_names = xmpp_names;
  std::optional<mynah::net::stream> opened;
  std::string outcome;
  spawned opening(io.get_executor(), mynah_test::open(clock, options, opened, outcome));
  CHECK(run_until(io, [&] { return opening.done(); }));
  if (outcome.starts_with(make_error_code(errc::certificate_rejected).message())) {
    return outcome.substr(outcome.rfind(": ") + 2);
  }
  return outcome;
}

const std::string other_name = X509_verify_cert_error_string(X509_V_ERR_HOSTNAME_MISMATCH);

}  // namespace

TEST_CASE("names of XMPP are accepted where they are wanted, and only there", "[net][tls]") {
  certificate_authority authority;
  const std::string names = GENERATE_COPY(
      address + "chat.test", service + "_xmpp-client.chat.test", address + "Chat.TEST",
      service + "_XMPP-client.Chat.test",
      "DNS:other.test," + service + "_xmpp-server.chat.test," + address + "chat.test");
  CAPTURE(names);
  const certificate own = authority.issue(names);
  CHECK(outcome_of(own, authority.file(), true) == "connected");
  CHECK(outcome_of(own, authority.file(), true, "chat.test.") == "connected");
  CHECK(outcome_of(own, authority.file(), false) == other_name);
}

TEST_CASE("what is no name of XMPP for that host is refused", "[net][tls]") {
  certificate_authority authority;
  const std::string names = GENERATE_COPY(
      address + "other.test", address + "bot@chat.test", address + "chat.test/bot",
      address + "a.chat.test", address + "*.test", address + "_xmpp-client.chat.test",
      service + "chat.test", service + "_xmpp-server.chat.test", service + "_imaps.chat.test",
      service + "_xmpp-client.other.test", service + "_xmpp-client.*.test",
      // Of another kind, or written in another way.
      "otherName:1.3.6.1.5.5.7.8.5;IA5:chat.test",
      "otherName:1.3.6.1.5.5.7.8.7;UTF8:_xmpp-client.chat.test",
      "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:chat.test", "email:chat.test", "URI:xmpp:chat.test",
      "otherName:1.3.6.1.5.5.7.8.5;BOOL:TRUE", "DNS:other.test");
  CAPTURE(names);
  CHECK(outcome_of(authority.issue(names), authority.file(), true) == other_name);
}

TEST_CASE("DNS names and addresses do as ever beside those of XMPP", "[net][tls]") {
  certificate_authority authority;
  const std::string& trusted = authority.file();
  CHECK(outcome_of(authority.issue("DNS:chat.test"), trusted, true) == "connected");
  CHECK(outcome_of(authority.issue("DNS:*.chat.test"), trusted, true, "a.chat.test") ==
        "connected");
  CHECK(outcome_of(authority.issue("IP:127.0.0.1"), trusted, true, "127.0.0.1") == "connected");
  const std::string other_address = X509_verify_cert_error_string(X509_V_ERR_IP_ADDRESS_MISMATCH);
  CHECK(outcome_of(authority.issue(address + "127.0.0.1"), trusted, true, "127.0.0.1") ==
        other_address);
}

TEST_CASE("with names of XMPP, everything else is verified, too", "[net][tls]") {
  certificate_authority authority;
  certificate_authority unknown;
  const std::string names = address + "chat.test";
  CHECK(outcome_of(authority.issue(names, -1), authority.file(), true) ==
        X509_verify_cert_error_string(X509_V_ERR_CERT_HAS_EXPIRED));
  CHECK(outcome_of(unknown.issue(names), authority.file(), true) ==
        X509_verify_cert_error_string(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY));
  CHECK(outcome_of(authority.self_signed(names), authority.file(), true) ==
        X509_verify_cert_error_string(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT));
}

TEST_CASE("an authority limited to some names cannot get round that", "[net][tls]") {
  certificate_authority authority("permitted;DNS:allowed.test");
  const certificate own = authority.issue("DNS:allowed.test," + address + "chat.test");
  CHECK(outcome_of(own, authority.file(), true, "allowed.test") == "connected");
  CHECK(outcome_of(own, authority.file(), true) == other_name);
}

TEST_CASE("a name in the subject only is none of XMPP's", "[net][tls]") {
  certificate_authority authority;
  // Its subject is the first that the authority gave out.
  const certificate own = authority.issue("");
  CHECK(outcome_of(own, authority.file(), false, "server1") == "connected");
  CHECK(outcome_of(own, authority.file(), true, "server1") == other_name);
}
