// SPDX-License-Identifier: Apache-2.0
#include "net/srv.hpp"

#include <sys/time.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string_view>
#include <tuple>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

// Newer releases would have us use what Debian 12's does not have.
#define CARES_NO_DEPRECATED
#include <ares.h>
#include <arpa/nameser.h>

#include "net/condition.hpp"

namespace mynah::net {

namespace asio = boost::asio;
using asio::posix::stream_descriptor;

namespace {

// For each server in turn, and that again with twice the patience, and once more.
constexpr int first_patience_ms = 2000;
constexpr int most_rounds = 3;
// A service with more servers than this is a pool; knowing more of it helps nobody.
constexpr std::size_t most_targets = 64;
constexpr std::size_t longest_name = 253;

bool is_host_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= longest_name &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

/// One question to DNS. c-ares decides what to send to whom and when again; it is told here when
/// its sockets are ready and its time has come. That is real time, which it reads itself.
class lookup : public std::enable_shared_from_this<lookup> {
 public:
  explicit lookup(const asio::any_io_executor& executor)
      : ended(executor), executor_(executor), timer_(executor) {}
  lookup(const lookup&) = delete;
  lookup& operator=(const lookup&) = delete;
  ~lookup() {
    if (channel_ != nullptr) ares_destroy(channel_);
  }

  /// A status of c-ares; success means that the answer is on its way.
  int begin(const std::string& name, const std::vector<std::string>& servers);

  condition ended;
  bool done = false;
  int status = ARES_SUCCESS;
  std::vector<unsigned char> answer;

 private:
  /// A socket of c-ares, which opens and closes it.
  class watched {
   public:
    explicit watched(const asio::any_io_executor& executor) : descriptor(executor) {}
    watched(const watched&) = delete;
    watched& operator=(const watched&) = delete;
    ~watched() {
      if (descriptor.is_open()) (void)descriptor.release();
    }

    stream_descriptor descriptor;
    bool for_reading = false;
    bool for_writing = false;
    bool reading = false;  // a wait is outstanding
    bool writing = false;
  };

  void watch(ares_socket_t socket, bool for_reading, bool for_writing);
  void wait_for(const std::shared_ptr<watched>& on);
  void work(ares_socket_t readable, ares_socket_t writable);
  void answered(int outcome, const unsigned char* bytes, int size);

  asio::any_io_executor executor_;
  asio::steady_timer timer_;
  std::map<ares_socket_t, std::shared_ptr<watched>> sockets_;
  ares_channel channel_ = nullptr;
};

int lookup::begin(const std::string& name, const std::vector<std::string>& servers) {
  // Of no effect here, but asked for by its manual; it must not run twice at a time.
  static const int ready = ares_library_init(ARES_LIB_INIT_ALL);
  if (ready != ARES_SUCCESS) return ready;
  ares_options options{};
  options.timeout = first_patience_ms;
  options.tries = most_rounds;
  options.sock_state_cb_data = this;
  options.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) {
    static_cast<lookup*>(self)->watch(socket, readable != 0, writable != 0);
  };
  const int opened = ares_init_options(
      &channel_, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
  if (opened != ARES_SUCCESS) return opened;
  if (!servers.empty()) {
    std::string list;
    for (const std::string& each : servers) list += (list.empty() ? "" : ",") + each;
    const int accepted = ares_set_servers_ports_csv(channel_, list.c_str());
    if (accepted != ARES_SUCCESS) return accepted;
  }
  ares_query(
      channel_, name.c_str(), ns_c_in, ns_t_srv,
      [](void* self, int outcome, int, unsigned char* bytes, int size) {
        static_cast<lookup*>(self)->answered(outcome, bytes, size);
      },
      this);
  work(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  return ARES_SUCCESS;
}

void lookup::watch(ares_socket_t socket, bool for_reading, bool for_writing) {
  const auto known = sockets_.find(socket);
  if (!for_reading && !for_writing) {
    // It is about to be closed.
    if (known == sockets_.end()) return;
    (void)known->second->descriptor.release();
    sockets_.erase(known);
    return;
  }
  std::shared_ptr<watched> on;
  if (known != sockets_.end()) {
    on = known->second;
  } else {
    on = std::make_shared<watched>(executor_);
    error_code code;
    on->descriptor.assign(socket, code);
    // To c-ares this is then a server that is silent.
    if (code) return;
    sockets_.emplace(socket, on);
  }
  on->for_reading = for_reading;
  on->for_writing = for_writing;
  wait_for(on);
}

void lookup::wait_for(const std::shared_ptr<watched>& on) {
  // Weak: what is left of a lookup ends with the coroutine that asked.
  const std::weak_ptr<lookup> asking = weak_from_this();
  const std::weak_ptr<watched> seen = on;
  const ares_socket_t socket = on->descriptor.native_handle();
  if (on->for_reading && !on->reading) {
    on->reading = true;
    on->descriptor.async_wait(stream_descriptor::wait_read,
                              [asking, seen, socket](const error_code& code) {
                                const auto self = asking.lock();
                                const auto there = seen.lock();
                                if (code || !self || !there) return;
                                there->reading = false;
                                if (there->for_reading) self->work(socket, ARES_SOCKET_BAD);
                                if (there->descriptor.is_open()) self->wait_for(there);
                              });
  }
  if (on->for_writing && !on->writing) {
    on->writing = true;
    on->descriptor.async_wait(stream_descriptor::wait_write,
                              [asking, seen, socket](const error_code& code) {
                                const auto self = asking.lock();
                                const auto there = seen.lock();
                                if (code || !self || !there) return;
                                there->writing = false;
                                if (there->for_writing) self->work(ARES_SOCKET_BAD, socket);
                                if (there->descriptor.is_open()) self->wait_for(there);
                              });
  }
}

void lookup::work(ares_socket_t readable, ares_socket_t writable) {
  ares_process_fd(channel_, readable, writable);
  timeval left{};
  if (ares_timeout(channel_, nullptr, &left) == nullptr) {
    timer_.cancel();
    return;
  }
  // One more, because c-ares rounds down.
  timer_.expires_after(std::chrono::seconds(left.tv_sec) + std::chrono::microseconds(left.tv_usec) +
                       std::chrono::milliseconds(1));
  timer_.async_wait([asking = weak_from_this()](const error_code& code) {
    const auto self = asking.lock();
    if (!code && self) self->work(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  });
}

void lookup::answered(int outcome, const unsigned char* bytes, int size) {
  // Said by our own destructor.
  if (outcome == ARES_EDESTRUCTION) return;
  done = true;
  status = outcome;
  if (bytes != nullptr) answer.assign(bytes, bytes + size);
  ended.notify_all();
}

failure failed(int status, const std::string& name) {
  std::string doing = "looking up the SRV records of " + name + ": " + ares_strerror(status);
  switch (status) {
    case ARES_ETIMEOUT:
      return {errc::timed_out, std::move(doing)};
    case ARES_EBADRESP:
      return {errc::protocol, std::move(doing)};
    case ARES_EBADNAME:
    case ARES_EBADSTR:
      return {make_error_code(boost::system::errc::invalid_argument), std::move(doing)};
    case ARES_ENOMEM:
      return {make_error_code(boost::system::errc::not_enough_memory), std::move(doing)};
    default:
      return {asio::error::host_not_found_try_again, std::move(doing)};
  }
}

class replies_free {
 public:
  void operator()(ares_srv_reply* held) const noexcept { ares_free_data(held); }
};

result<srv_records> records_of(const lookup& asked, const std::string& service,
                               const std::string& name) {
  srv_records found;
  if (asked.status == ARES_ENODATA || asked.status == ARES_ENOTFOUND) return found;
  if (asked.status != ARES_SUCCESS) return failed(asked.status, name);
  ares_srv_reply* first = nullptr;
  const int parsed =
      ares_parse_srv_reply(asked.answer.data(), static_cast<int>(asked.answer.size()), &first);
  const std::unique_ptr<ares_srv_reply, replies_free> owned(first);
  if (parsed == ARES_ENODATA) return found;
  if (parsed == ARES_ENOMEM) return failed(parsed, name);
  // Also where c-ares says that a name is bad: it is not ours.
  if (parsed != ARES_SUCCESS) return failed(ARES_EBADRESP, name);
  for (const ares_srv_reply* each = first; each != nullptr; each = each->next) {
    const std::string_view host = each->host;
    if (host.empty() || host == ".") {
      found.not_offered = true;
    } else if (is_host_name(host) && each->port != 0 && found.targets.size() < most_targets) {
      found.targets.emplace_back(service, std::string(host), each->port, each->priority,
                                 each->weight);
    }
  }
  // Beside other targets it says nothing.
  if (!found.targets.empty()) found.not_offered = false;
  return found;
}

}  // namespace

task<result<srv_records>> resolve_srv(std::string service, std::string domain,
                                      std::vector<std::string> servers) {
  const std::string name = service + "." + domain;
  if (!is_host_name(domain)) co_return failed(ARES_EBADNAME, name);
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto asked = std::make_shared<lookup>(executor);
  const int begun = asked->begin(name, servers);
  if (begun != ARES_SUCCESS) co_return failed(begun, name);
  while (!asked->done) co_await asked->ended.wait();
  co_return records_of(*asked, service, name);
}

std::vector<srv_target> in_order(std::vector<srv_target> targets, const random_number& random) {
  // Weight zero first among equal ones, so that it is chosen by the random number zero only.
  std::stable_sort(targets.begin(), targets.end(), [](const srv_target& a, const srv_target& b) {
    return std::tuple(a.priority, a.weight != 0) < std::tuple(b.priority, b.weight != 0);
  });
  for (auto next = targets.begin(); next != targets.end(); ++next) {
    const auto end = std::find_if(next, targets.end(), [&](const srv_target& each) {
      return each.priority != next->priority;
    });
    std::uint32_t sum = 0;
    for (auto each = next; each != end; ++each) sum += each->weight;
    const std::uint32_t wanted = sum == 0 ? 0 : random(sum);
    std::uint32_t running = next->weight;
    auto chosen = next;
    while (running < wanted && std::next(chosen) != end) running += (++chosen)->weight;
    std::rotate(next, chosen, std::next(chosen));
  }
  return targets;
}

}  // namespace mynah::net
