// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/error_code.hpp>

#include "element.hpp"
#include "negotiation_options.hpp"
#include "sasl/mechanism.hpp"

namespace mynah::xmpp {

/// From the first stream header to a session of our own: TLS, login, and a resource or the session
/// before (RFC 6120, sections 4 to 7; XEP-0198; XEP-0114). No I/O: elements in, text out.
///
/// Where the server can, login and resumption take one step (XEP-0388), and so does the making of a
/// session (XEP-0386) if the server is to choose its resource, for it would choose anyway. A token
/// from an earlier login spares the challenges (XEP-0484).
///
/// After each call look at `take_output`, `take_restart`, `wants_tls`, `done` and `failed`, in this
/// order.
class negotiation {
 public:
  enum class outcome : unsigned char {
    bound,   ///< a session that begins
    resumed  ///< the one before goes on
  };

  /// `before`: `<resume/>` for the session that may be taken up again.
  explicit negotiation(negotiation_options options, std::optional<element> before = {});

  /// Begins, perhaps once more on another connection. `secure`: the connection is within TLS
  /// already.
  void start(bool secure, channel_binding_source bindings = {});
  /// The handshake that `wants_tls` asked for is done.
  void secured(channel_binding_source bindings);
  /// The server's stream header.
  void opened(const element& header);
  void receive(const element& got);

  [[nodiscard]] std::string take_output() { return std::exchange(output_, {}); }
  /// The server's next bytes are a new stream.
  [[nodiscard]] bool take_restart() noexcept { return std::exchange(restart_, false); }
  /// The handshake is to begin now; what the server sent in clear behind its consent is forgotten.
  [[nodiscard]] bool wants_tls() const noexcept { return stage_ == stage::handshaking; }

  /// How it came out, when it is over.
  [[nodiscard]] const std::optional<outcome>& done() const noexcept { return done_; }
  /// Why it failed, if it did.
  [[nodiscard]] const std::optional<failure>& failed() const noexcept { return failed_; }

  /// Our address in the session that was bound.
  [[nodiscard]] const jid& bound() const noexcept { return bound_; }
  /// How we logged in ("SCRAM-SHA-256-PLUS"); empty for a component.
  [[nodiscard]] const std::string& mechanism() const noexcept { return mechanism_name_; }
  /// Whether the server can manage the stream (XEP-0198).
  [[nodiscard]] bool can_manage() const noexcept { return can_manage_; }
  /// `<enabled/>`, if stream management began with the session (XEP-0386).
  [[nodiscard]] const std::optional<element>& managed() const noexcept { return managed_; }
  /// Client state indication (XEP-0352).
  [[nodiscard]] bool can_indicate_state() const noexcept { return can_indicate_; }
  /// The count that came with the answer to `resume`: stanzas of ours that the server has.
  [[nodiscard]] const std::optional<std::uint32_t>& handled_before() const noexcept {
    return handled_before_;
  }

 private:
  enum class stage : unsigned char {
    opening,        ///< waiting for a stream header
    shaking_hands,  ///< of a component: waiting for its answer
    features,
    starting_tls,
    handshaking,
    logging_in,
    resuming,
    binding,
    making_session,
    over
  };

  void open_stream();
  void on_features(const element& features);
  void on_tls_answer(const element& got);
  void choose_mechanism(const element& features);
  [[nodiscard]] bool use_token(const element& offer);
  [[nodiscard]] std::string token_mechanism() const;
  [[nodiscard]] std::optional<std::string> binding_of_token(std::string_view mechanism) const;
  void send_first(const std::string& initial);
  void on_success2(const element& got);
  void take_token(const element& success);
  void try_mechanism();
  void on_login_answer(const element& got);
  void on_refusal(const element& got);
  void give_up_weaker(std::string_view condition);
  void on_success(const element& got);
  void take_resource(const element& features);
  void bind();
  void on_resume_answer(const element& got);
  void on_bind_answer(const element& got);
  void send(const element& one);
  void finish(outcome how);
  void fail(failure why);

  negotiation_options options_;
  std::optional<element> before_;
  channel_binding_source bindings_;
  stage stage_ = stage::opening;
  bool secure_ = false;
  bool logged_in_ = false;
  std::string stream_id_;
  /// Mechanisms still to be tried, and for those with channel binding its type.
  std::vector<std::pair<std::string, std::string>> left_;
  bool server_binds_ = false;  ///< it offers a "-PLUS" mechanism
  int tries_ = 0;
  bool sasl2_ = false;      ///< the login is that of XEP-0388
  bool may_bind2_ = false;  ///< with all that we want of it
  bool may_resume2_ = false;
  bool by_token_ = false;
  bool bound_login_ = false;                             ///< the mechanism has channel binding
  std::set<std::string, std::less<>> token_mechanisms_;  ///< that the server has
  std::optional<element> managed_;
  std::string mechanism_name_;
  std::unique_ptr<sasl::mechanism> mechanism_;
  bool must_make_session_ = false;
  bool can_manage_ = false;
  bool can_indicate_ = false;
  jid bound_;
  std::optional<std::uint32_t> handled_before_;
  std::string output_;
  bool restart_ = false;
  std::optional<outcome> done_;
  std::optional<failure> failed_;
};

}  // namespace mynah::xmpp
