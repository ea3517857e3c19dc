// SPDX-License-Identifier: Apache-2.0
#include "sts_policies.hpp"

#include <charconv>
#include <exception>
#include <utility>

#include "casemapping.hpp"
#include "net/ask_store.hpp"
#include "net/thrown_text.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::irc {

namespace {

constexpr const char* space = "irc.sts";

std::string key_of(const std::string& host) {
  std::string key = folded(host, casemapping::ascii);
  if (key.ends_with('.')) key.pop_back();
  return key;
}

/// What is kept of a host, as text: port, blank, end in seconds since 1970.
class policy {
 public:
  [[nodiscard]] static std::optional<policy> parse(std::string_view text) {
    policy read;
    const char* const end = text.data() + text.size();
    const auto [behind_port, bad_port] = std::from_chars(text.data(), end, read.port);
    if (bad_port != std::errc() || read.port == 0 || behind_port == end || *behind_port != ' ') {
      return std::nullopt;
    }
    const auto [behind_expiry, bad_expiry] = std::from_chars(behind_port + 1, end, read.expiry);
    if (bad_expiry != std::errc() || behind_expiry != end) return std::nullopt;
    return read;
  }
  [[nodiscard]] std::string text() const {
    return std::to_string(port) + " " + std::to_string(expiry);
  }

  std::uint16_t port = 0;
  std::int64_t expiry = 0;
};

std::int64_t seconds_now(const mynah::clock& clock) {
  return std::chrono::duration_cast<std::chrono::seconds>(clock.wall().time_since_epoch()).count();
}

}  // namespace

sts_policies::sts_policies(std::shared_ptr<store> kept_in, std::shared_ptr<mynah::clock> clock,
                           logger log)
    : kept_in_(std::move(kept_in)), clock_(std::move(clock)), log_(std::move(log)) {}

task<result<std::optional<std::uint16_t>>> sts_policies::port_of(std::string host) {
  std::optional<std::uint16_t> port;
  if (!kept_in_) co_return port;
  const auto found = std::make_shared<std::optional<std::string>>();
  auto look = [found, key = key_of(host)](transaction& tx) { *found = tx.get(space, key); };
  const result<void> answered =
      co_await net::ask_store(*clock_, kept_in_, net::store_access::reading, std::move(look),
                              "looking up whether " + host + " is for TLS only (STS)");
  if (answered.has_error()) co_return answered.error();
  if (!*found) co_return port;
  const std::optional<policy> kept = policy::parse(**found);
  if (!kept) {
    log_.warning("what is kept of a host cannot be read and does not count (STS)",
                 {{"host", host}});
    co_return port;
  }
  if (kept->expiry > seconds_now(*clock_)) port = kept->port;
  co_return port;
}

void sts_policies::keep(const std::string& host, std::uint16_t port,
                        std::chrono::seconds duration) {
  if (!kept_in_) return;
  policy made;
  made.port = port;
  made.expiry = seconds_now(*clock_) + duration.count();
  const bool forget = duration.count() == 0;
  kept_in_->submit(
      [key = key_of(host), text = made.text(), forget](transaction& tx) {
        if (forget) {
          (void)tx.erase(space, key);
        } else {
          tx.put(space, key, text);
        }
      },
      [log = log_, host](const std::exception_ptr& thrown) {
        if (!thrown) return;
        const std::string reason = net::thrown_text(thrown);
        log.warning("cannot keep that a host is for TLS only (STS)",
                    {{"host", host}, {"reason", reason}});
      });
}

void sts_policies::ask_for_tls(const std::string& host, std::uint16_t port) {
  asked_[key_of(host)] = port;
}

std::optional<std::uint16_t> sts_policies::take_asked(const std::string& host) {
  const auto found = asked_.find(key_of(host));
  if (found == asked_.end()) return std::nullopt;
  const std::uint16_t port = found->second;
  asked_.erase(found);
  return port;
}

}  // namespace mynah::irc
