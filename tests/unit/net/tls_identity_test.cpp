// SPDX-License-Identifier: Apache-2.0
// Certificates of clients, pinned ones of servers, and that equal options share a context.
#include <fstream>

#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <openssl/x509.h>

#include "catch.hpp"
#include "certificates.hpp"
#include "loopback.hpp"
#include "manual_clock.hpp"
#include "net/stream.hpp"
#include "net/tls.hpp"
#include "spawned.hpp"

namespace ssl = boost::asio::ssl;
using boost::asio::ip::tcp;
using mynah::errc;
using mynah::task;
using mynah::net::connect_options;
using mynah::net::parse_fingerprint;
using mynah::net::tls_context;
using mynah::net::tls_options;
using namespace mynah_test;
using namespace std::chrono_literals;

namespace {

// Who the client is by its certificate: the issuer's and its own name.
std::string name_of(SSL* session) {
  const X509* shown = SSL_get0_peer_certificate(session);
  if (shown == nullptr) return "nobody";
  char text[256];
  X509_NAME_oneline(X509_get_subject_name(shown), text, sizeof text);
  return text;
}

task<void> serve(loopback& listening, const certificate& own, const std::string& authority,
                 std::string& client) {
  ssl::context context(ssl::context::tls_server);
  context.use_certificate_chain_file(own.file);
  context.use_private_key_file(own.key_file, ssl::context::pem);
  context.load_verify_file(authority);
  context.set_verify_mode(ssl::verify_peer);
  tcp::socket socket = co_await listening.acceptor.async_accept(boost::asio::use_awaitable);
  ssl::stream<tcp::socket> session(std::move(socket), context);
  co_await session.async_handshake(ssl::stream_base::server, boost::asio::use_awaitable);
  client = name_of(session.native_handle());
  co_await session.async_shutdown(boost::asio::use_awaitable);
}

class fixture {
 public:
  /// Connects to a server with this certificate and gives the outcome.
  std::string connect(const certificate& own, const tls_options& options,
                      const std::string& host = "127.0.0.1") {
    loopback server(io);
    client.clear();
    opened.reset();
    std::string outcome;
    spawned serving(io.get_executor(), serve(server, own, authority.file(), client));
    connect_options where(host, server.port());
    where.tls = tls_context::make(options).value();
    spawned opening(io.get_executor(), mynah_test::open(clock, where, opened, outcome));
    CHECK(run_until(io, [&] { return opening.done(); }));
    if (opened) CHECK(run_until(io, [&] { return !client.empty() || serving.done(); }));
    return outcome;
  }

  std::string refusal(const std::string& file, const std::string& key_file) {
    tls_options options;
    options.certificate_file = file;
    options.key_file = key_file;
    const auto made = tls_context::make(options);
    return made.has_error() ? made.error().describe() : "accepted";
  }

  manual_clock clock;
  boost::asio::io_context io;
  certificate_authority authority;
  std::optional<mynah::net::stream> opened;
  std::string client;
};

const std::string rejected = make_error_code(errc::certificate_rejected).message();

}  // namespace

TEST_CASE("a client shows its certificate, if it has one", "[net][tls]") {
  fixture test;
  const certificate own = test.authority.issue("IP:127.0.0.1");
  const certificate mine = test.authority.issue("DNS:bot");
  tls_options options(test.authority.file());
  CHECK(test.connect(own, options) == "connected");
  CHECK(test.client == "nobody");
  CHECK(test.opened->tls_version() == "TLS 1.3");
  options.certificate_file = mine.file;
  options.key_file = mine.key_file;
  CHECK(test.connect(own, options) == "connected");
  CHECK(test.client == "/CN=server2");

  // Both in one file.
  temp_directory directory;
  std::ostringstream both;
  both << std::ifstream(mine.key_file).rdbuf() << std::ifstream(mine.file).rdbuf();
  options.certificate_file = directory.write("both.pem", both.str());
  options.key_file.clear();
  CHECK(test.connect(own, options) == "connected");
  CHECK(test.client == "/CN=server2");
}

TEST_CASE("files of client certificates that are no such files", "[net][tls]") {
  fixture test;
  const certificate one = test.authority.issue("DNS:one");
  const certificate two = test.authority.issue("DNS:two");
  temp_directory directory;
  const std::string nonsense = directory.write("nonsense.pem", "open sesame");
  const std::string missing = directory.file("missing.pem");
  CHECK(test.refusal(one.file, one.key_file) == "accepted");
  for (const std::string& file : {nonsense, missing, one.key_file}) {
    CHECK_THAT(test.refusal(file, one.key_file),
               ContainsSubstring("loading the client certificate from '" + file + "'"));
  }
  for (const std::string& file : {nonsense, missing, one.file}) {
    CHECK_THAT(test.refusal(one.file, file),
               ContainsSubstring("loading the key of the client certificate from '" + file + "'"));
  }
  CHECK_THAT(test.refusal(one.file, one.file), ContainsSubstring("there is no key in it"));
  CHECK_THAT(test.refusal(one.file, nonsense), !ContainsSubstring("sesame"));
  CHECK_THAT(test.refusal(one.file, two.key_file),
             ContainsSubstring("it does not belong to the certificate in '" + one.file + "'"));
  CHECK_THAT(test.refusal(one.file, test.authority.encrypted(one).key_file),
             ContainsSubstring("expected a key without a passphrase"));
}

TEST_CASE("a pinned certificate is accepted, whoever signed it and for whom", "[net][tls]") {
  fixture test;
  const certificate alone = test.authority.self_signed("DNS:elsewhere.test");
  const certificate other = test.authority.self_signed("DNS:elsewhere.test");
  const std::string fingerprint = parse_fingerprint(fingerprint_of(alone.file)).value();
  const std::string second = parse_fingerprint(fingerprint_of(other.file)).value();
  tls_options options;
  CHECK_THAT(test.connect(alone, options), ContainsSubstring(rejected));
  options.fingerprints = {fingerprint};
  const std::string host = GENERATE("127.0.0.1", "localhost");
  CHECK(test.connect(alone, options, host) == "connected");
  const std::string refused = test.connect(other, options, host);
  CHECK_THAT(refused, ContainsSubstring(rejected));
  CHECK_THAT(refused, ContainsSubstring("its SHA-256 fingerprint is " + second));
  // One of several, while the server changes its certificate.
  options.fingerprints = {fingerprint, second};
  CHECK(test.connect(other, options, host) == "connected");
}

TEST_CASE("a pin is instead of the authorities, not besides", "[net][tls]") {
  fixture test;
  const certificate issued = test.authority.issue("IP:127.0.0.1");
  tls_options options(test.authority.file());
  CHECK(test.connect(issued, options) == "connected");
  options.fingerprints = {std::string(64, '0')};
  CHECK_THAT(test.connect(issued, options), ContainsSubstring(rejected));
}

TEST_CASE("fingerprints with colons and without", "[net][tls]") {
  std::string plain;
  std::string colons;
  for (int i = 0; i < 32; ++i) {
    plain += "a9";
    colons += i == 0 ? "A9" : ":a9";
  }
  CHECK(parse_fingerprint(plain) == plain);
  CHECK(parse_fingerprint(colons) == plain);
  for (const std::string& bad : {std::string(), plain + "0", plain.substr(2), colons + ":",
                                 ":" + colons, plain.substr(0, 2) + ":" + plain.substr(2),
                                 "g" + plain.substr(1), " " + plain, "SHA256:" + plain}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_fingerprint(bad));
  }
}

TEST_CASE("equal options share one context", "[net][tls]") {
  certificate_authority authority;
  temp_directory directory;
  std::ostringstream text;
  text << std::ifstream(authority.file()).rdbuf();
  const std::string file = directory.write("ca.pem", text.str());
  const tls_context first = tls_context::make(tls_options(file)).value();
  CHECK(&first.internals() == &tls_context::make(tls_options(file)).value().internals());
  CHECK(&first.internals() != &tls_context::make().value().internals());
  tls_options pinned(file);
  pinned.fingerprints = {std::string(64, '0')};
  CHECK(&first.internals() != &tls_context::make(pinned).value().internals());
  // Not when the file has become another one.
  (void)directory.write("ca.pem", text.str() + "\n");
  CHECK(&first.internals() != &tls_context::make(tls_options(file)).value().internals());
}
