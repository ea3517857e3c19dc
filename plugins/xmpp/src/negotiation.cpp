// SPDX-License-Identifier: Apache-2.0
#include "negotiation.hpp"

#include <algorithm>
#include <array>

#include <openssl/evp.h>

#include "namespaces.hpp"
#include "sasl/base64.hpp"
#include "stanza_error.hpp"
#include "stream_management.hpp"

namespace mynah::xmpp {

namespace {

// Servers allow two to five.
constexpr int most_tries = 3;

// The best first. tls-unique says nothing on TLS 1.3, and the transport then has no bytes for it.
constexpr std::array<std::string_view, 3> binding_types = {"tls-exporter", "tls-server-end-point",
                                                           "tls-unique"};

constexpr std::string_view plus = "-PLUS";

std::string sha1_hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::string hex;
  constexpr std::string_view digits = "0123456789abcdef";
  for (unsigned i = 0; i < size; ++i) {
    hex += digits[digest[i] >> 4U];
    hex += digits[digest[i] & 15U];
  }
  return hex;
}

using mechanism_names = std::set<std::string, std::less<>>;

mechanism_names mechanisms_in(const element* list, std::string_view ns) {
  mechanism_names names;
  if (list == nullptr) return names;
  for (const element& each : list->children) {
    if (each.is("mechanism", ns)) names.insert(each.text);
  }
  return names;
}

bool binds(const mechanism_names& names) {
  return std::any_of(names.begin(), names.end(),
                     [](const std::string& name) { return name.ends_with(plus); });
}

// The conditions of a failed login that another password, or a person, can mend.
bool is_final(std::string_view condition) {
  return condition != "temporary-auth-failure";
}

}  // namespace

negotiation::negotiation(negotiation_options options, std::optional<element> before)
    : options_(std::move(options)), before_(std::move(before)), bound_(options_.account) {}

void negotiation::start(bool secure, channel_binding_source bindings) {
  secure_ = secure;
  if (options_.channel_binding) bindings_ = std::move(bindings);
  logged_in_ = false;
  tries_ = 0;
  sasl2_ = by_token_ = false;
  managed_.reset();
  handled_before_.reset();
  done_.reset();
  failed_.reset();
  output_.clear();
  open_stream();
}

void negotiation::secured(channel_binding_source bindings) {
  secure_ = true;
  if (options_.channel_binding) bindings_ = std::move(bindings);
  open_stream();
}

void negotiation::open_stream() {
  stage_ = stage::opening;
  restart_ = true;
  const std::string_view ns = options_.component ? ns::component : ns::client;
  output_ += "<?xml version='1.0'?><stream:stream to='" + xml_escaped(options_.account.domain()) +
             "' xmlns='" + std::string(ns) + "' xmlns:stream='" + std::string(ns::stream) + "'";
  // Who we are is said within TLS only (RFC 6120, section 4.7.1).
  if (secure_ && !options_.component) {
    output_ += " from='" + xml_escaped(options_.account.bare().to_string()) + "'";
  }
  output_ += options_.component ? ">" : " version='1.0' xml:lang='en'>";
}

void negotiation::opened(const element& header) {
  if (stage_ != stage::opening) return;
  stream_id_ = header.attr("id");
  if (options_.component) {
    stage_ = stage::shaking_hands;
    send(element("handshake", ns::component, sha1_hex(stream_id_ + options_.password)));
    return;
  }
  // Without a version no features would ever come.
  if (!header.attr("version").starts_with("1.")) {
    fail(failure(errc::protocol, "the server speaks no XMPP 1.0"));
    return;
  }
  stage_ = stage::features;
}

void negotiation::receive(const element& got) {
  switch (stage_) {
    case stage::shaking_hands:
      if (got.is("handshake", ns::component)) {
        bound_ = options_.account;
        finish(outcome::bound);
      }
      return;
    case stage::features:
      if (got.is("features", ns::stream)) on_features(got);
      return;
    case stage::starting_tls:
      on_tls_answer(got);
      return;
    case stage::logging_in:
      on_login_answer(got);
      return;
    case stage::resuming:
      on_resume_answer(got);
      return;
    case stage::binding:
    case stage::making_session:
      on_bind_answer(got);
      return;
    default:
      return;
  }
}

void negotiation::on_features(const element& features) {
  if (!secure_ && !options_.plain_stream) {
    if (features.child("starttls", ns::tls) == nullptr) {
      fail(failure(errc::certificate_rejected,
                   "the server does not offer TLS, and nothing is said without"));
      return;
    }
    stage_ = stage::starting_tls;
    send(element("starttls", ns::tls));
    return;
  }
  if (!logged_in_) {
    choose_mechanism(features);
    return;
  }
  can_manage_ = features.child("sm", ns::sm) != nullptr;
  can_indicate_ = features.child("csi", ns::csi) != nullptr;
  const element* const session = features.child("session", ns::session);
  must_make_session_ = session != nullptr && session->child("optional", ns::session) == nullptr;
  take_resource(features);
}

void negotiation::on_tls_answer(const element& got) {
  if (got.is("proceed", ns::tls)) {
    stage_ = stage::handshaking;
  } else if (got.is("failure", ns::tls)) {
    fail(failure(errc::closed, "the server can not begin TLS now"));
  }
}

void negotiation::choose_mechanism(const element& features) {
  const element* const newer = features.child("authentication", ns::sasl2);
  const mechanism_names older = mechanisms_in(features.child("mechanisms", ns::sasl), ns::sasl);
  const mechanism_names newest = mechanisms_in(newer, ns::sasl2);
  // Of a server that binds logins only in the older way that is the better one.
  const bool older_binds = bindings_ && binds(older) && !binds(newest);
  sasl2_ = options_.sasl2 && secure_ && newer != nullptr && !older_binds;
  const mechanism_names& offered = sasl2_ ? newest : older;
  if (sasl2_ && use_token(*newer)) return;
  server_binds_ = binds(older) || binds(newest);
  // XEP-0440. A server that tells nothing may still know tls-unique.
  std::set<std::string, std::less<>> types;
  if (const element* const told = features.child("sasl-channel-binding", ns::sasl_cb)) {
    for (const element& each : told->children) types.emplace(each.attr("type"));
  } else {
    types.insert("tls-unique");
  }
  std::string type;
  for (const std::string_view each : binding_types) {
    if (type.empty() && types.contains(each) && bindings_ && bindings_(each)) type = each;
  }
  left_.clear();
  for (const std::string& name : options_.mechanisms) {
    const std::string bound_name = name + std::string(plus);
    if (!type.empty() && offered.contains(bound_name)) left_.emplace_back(bound_name, type);
    if (name == "PLAIN" && !secure_ && !options_.plain_without_tls) continue;
    if (offered.contains(name)) left_.emplace_back(name, "");
  }
  // All with channel binding first: nobody can sit between without being noticed.
  std::stable_partition(left_.begin(), left_.end(),
                        [](const auto& each) { return !each.second.empty(); });
  if (left_.empty()) {
    std::string names;
    for (const std::string& each : offered) names += (names.empty() ? "" : ", ") + each;
    fail(failure(errc::authentication_failed,
                 "the server offers no way to log in that may be used here", names));
    return;
  }
  try_mechanism();
}

void negotiation::try_mechanism() {
  mechanism_name_ = left_.front().first;
  const std::string type = left_.front().second;
  bound_login_ = !type.empty();
  left_.erase(left_.begin());
  ++tries_;
  sasl::channel_binding binding;
  if (!type.empty()) {
    binding = sasl::channel_binding::with(type, *bindings_(type));
  } else if (!server_binds_ && bindings_ && mechanism_name_.starts_with("SCRAM-")) {
    // If somebody took the offer away on the way, the server will see it by this.
    const bool could = std::any_of(binding_types.begin(), binding_types.end(),
                                   [&](std::string_view each) { return bindings_(each); });
    if (could) binding = sasl::channel_binding::not_offered();
  }
  if (mechanism_name_ == "EXTERNAL") {
    mechanism_ = sasl::make_external(options_.account.bare().to_string());
  } else {
    mechanism_ = sasl::make_mechanism(mechanism_name_, std::string(options_.account.local()),
                                      options_.password, options_.nonce, std::move(binding));
  }
  if (!mechanism_) {
    fail(failure(errc::authentication_failed, "cannot log in with " + mechanism_name_));
    return;
  }
  const result<std::string> first = mechanism_->answer({});
  if (first.has_error()) {
    fail(first.error());
    return;
  }
  send_first(*first);
}

// Looks at what the server can do in the same step; true if a token logs us in.
bool negotiation::use_token(const element& offer) {
  const element* const extra = offer.child("inline", ns::sasl2);
  const element* const bind = extra == nullptr ? nullptr : extra->child("bind", ns::bind2);
  const element* const more = bind == nullptr ? nullptr : bind->child("inline", ns::bind2);
  const bool binds_managed =
      more != nullptr &&
      std::any_of(more->children.begin(), more->children.end(),
                  [](const element& each) { return each.attr("var") == ns::sm; });
  may_resume2_ = before_ && extra != nullptr && extra->child("sm", ns::sm) != nullptr;
  // Not if that would put an end to the session before.
  may_bind2_ = bind != nullptr && options_.account.is_bare() &&
               (binds_managed || !options_.manage_stream) && (!before_ || may_resume2_);
  token_mechanisms_.clear();
  const element* const fast = extra == nullptr ? nullptr : extra->child("fast", ns::fast);
  if (fast != nullptr && options_.token) {
    for (const element& each : fast->children) {
      if (each.is("mechanism", ns::fast)) token_mechanisms_.insert(each.text);
    }
  }
  if (!options_.token || !options_.token->is_set()) return false;
  const std::string& name = options_.token->mechanism();
  const std::optional<std::string> binding = binding_of_token(name);
  if (!token_mechanisms_.contains(name) || !binding) return false;
  by_token_ = true;
  mechanism_name_ = name;
  mechanism_ = sasl::make_hashed_token(std::string(options_.account.local()),
                                       options_.token->text(), *binding);
  send_first(*mechanism_->answer({}));
  return true;
}

// The best that both have.
std::string negotiation::token_mechanism() const {
  for (const char* const name :
       {"HT-SHA-256-EXPR", "HT-SHA-256-ENDP", "HT-SHA-256-UNIQ", "HT-SHA-256-NONE"}) {
    if (token_mechanisms_.contains(name) && binding_of_token(name)) return name;
  }
  return {};
}

std::optional<std::string> negotiation::binding_of_token(std::string_view mechanism) const {
  if (mechanism.ends_with("-NONE")) return std::string();
  if (!bindings_) return std::nullopt;
  if (mechanism.ends_with("-EXPR")) return bindings_("tls-exporter");
  if (mechanism.ends_with("-ENDP")) return bindings_("tls-server-end-point");
  if (mechanism.ends_with("-UNIQ")) return bindings_("tls-unique");
  return std::nullopt;
}

void negotiation::send_first(const std::string& initial) {
  stage_ = stage::logging_in;
  if (!sasl2_) {
    const std::string text = initial.empty() ? "=" : sasl::base64_encoded(initial);
    send(element("auth", ns::sasl, text).set("mechanism", mechanism_name_));
    return;
  }
  element made("authenticate", ns::sasl2);
  made.set("mechanism", mechanism_name_);
  made.add(element("initial-response", ns::sasl2, sasl::base64_encoded(initial)));
  if (options_.token) {
    made.add(element("user-agent", ns::sasl2)
                 .set("id", options_.token->client_id())
                 .add(element("software", ns::sasl2, options_.software)));
  }
  if (may_resume2_) made.add(*before_);
  if (may_bind2_) {
    element wish("bind", ns::bind2);
    wish.add(element("tag", ns::bind2, options_.software));
    if (options_.manage_stream) wish.add(element("enable", ns::sm).set("resume", "true"));
    made.add(std::move(wish));
  }
  const std::string next = token_mechanism();
  if (by_token_) {
    made.add(element("fast", ns::fast));
  } else if (!next.empty()) {
    made.add(element("request-token", ns::fast).set("mechanism", next));
  }
  send(made);
}

void negotiation::on_login_answer(const element& got) {
  const std::string_view ns = sasl2_ ? ns::sasl2 : ns::sasl;
  if (got.ns != ns) return;
  if (got.name == "challenge") {
    const auto challenge = sasl::base64_decoded(got.text);
    if (!challenge) {
      fail(failure(errc::protocol, "a challenge of the login is no base64"));
      return;
    }
    const result<std::string> answer = mechanism_->answer(*challenge);
    if (answer.has_error()) {
      send(element("abort", ns));
      fail(answer.error());
      return;
    }
    send(element("response", ns, answer->empty() ? "" : sasl::base64_encoded(*answer)));
  } else if (got.name == "success") {
    on_success(got);
  } else if (got.name == "failure") {
    on_refusal(got);
  } else if (got.name == "continue") {
    fail(failure(errc::authentication_failed, "the server wants more than a password"));
  }
}

void negotiation::on_success(const element& got) {
  const std::string_view proof =
      sasl2_ ? got.child_text("additional-data", ns::sasl2) : std::string_view(got.text);
  if (!proof.empty() && proof != "=" && !mechanism_->satisfied()) {
    const auto last = sasl::base64_decoded(proof);
    if (!last) {
      fail(failure(errc::protocol, "the end of the login is no base64"));
      return;
    }
    const result<std::string> answer = mechanism_->answer(*last);
    if (answer.has_error()) {
      fail(answer.error());
      return;
    }
  }
  // Whoever cannot prove that it knows the password is not the server.
  if (!mechanism_->satisfied()) {
    fail(failure(errc::authentication_failed,
                 "the server did not prove that it knows the password"));
    return;
  }
  logged_in_ = true;
  mechanism_.reset();
  if (sasl2_) {
    on_success2(got);
  } else {
    open_stream();
  }
}

// The stream goes on as it is, with whatever was done in the same step.
void negotiation::on_success2(const element& got) {
  take_token(got);
  if (const element* const resumed = got.child("resumed", ns::sm); resumed && may_resume2_) {
    on_resume_answer(*resumed);
    return;
  }
  if (const element* const failed = got.child("failed", ns::sm); failed && may_resume2_) {
    handled_before_ = read_h(*failed);
    before_.reset();
  }
  const element* const bound = got.child("bound", ns::bind2);
  if (bound != nullptr && may_bind2_) {
    const auto address = jid::parse(got.child_text("authorization-identifier", ns::sasl2));
    if (!address || address->is_bare()) {
      fail(failure(errc::protocol, "the server bound no address"));
      return;
    }
    bound_ = *address;
    if (const element* const enabled = bound->child("enabled", ns::sm)) managed_ = *enabled;
    finish(outcome::bound);
    return;
  }
  stage_ = stage::features;
}

void negotiation::take_token(const element& success) {
  const element* const given = success.child("token", ns::fast);
  if (given == nullptr || !options_.token || given->attr("token").empty()) return;
  const std::string name = by_token_ ? options_.token->mechanism() : token_mechanism();
  if (!name.empty()) options_.token->set(std::string(given->attr("token")), name);
}

void negotiation::on_refusal(const element& got) {
  std::string condition = "not-authorized";
  for (const element& each : got.children) {
    if (each.ns == ns::sasl && each.name != "text") condition = each.name;
  }
  std::string said(got.child_text("text", sasl2_ ? ns::sasl2 : ns::sasl));
  if (said.empty()) said = condition;
  if (by_token_) {
    // The password still counts, on another stream.
    options_.token->forget();
    fail(failure(errc::closed, "the server does not take its token any more", said));
    return;
  }
  give_up_weaker(condition);
  // A mechanism may be listed that this account has nothing for.
  const bool other_way = condition == "invalid-mechanism" || condition == "mechanism-too-weak" ||
                         condition == "encryption-required" || condition == "not-authorized" ||
                         condition == "malformed-request";
  if (other_way && !left_.empty() && tries_ < most_tries) {
    try_mechanism();
    return;
  }
  if (!is_final(condition)) {
    fail(failure(errc::closed, "the server can not log anybody in now", said));
    return;
  }
  std::string words = "the server refuses the login of " + options_.account.bare().to_string();
  if (bound_login_) {
    words +=
        ", which was bound to the TLS connection: the password is wrong, or TLS ends before the "
        "server (where it may, channel-binding has to be no)";
  }
  fail(failure(errc::authentication_failed, std::move(words), said));
}

// Whoever sits between can refuse what would tell on them, so that something weaker comes next.
void negotiation::give_up_weaker(std::string_view condition) {
  if (bound_login_) {
    std::erase_if(left_, [](const auto& each) { return each.second.empty(); });
  }
  // A password that is wrong is not right in the clear, and a server that found out that its offer
  // was changed on the way says one of these.
  const bool is_about_us = condition == "not-authorized" || condition == "malformed-request";
  if (is_about_us && mechanism_name_.starts_with("SCRAM-")) {
    std::erase_if(left_, [](const auto& each) { return each.first == "PLAIN"; });
  }
}

void negotiation::take_resource(const element& features) {
  if (before_ && can_manage_) {
    stage_ = stage::resuming;
    send(*before_);
    return;
  }
  if (features.child("bind", ns::bind) == nullptr) {
    fail(failure(errc::protocol, "the server offers no resource to bind"));
    return;
  }
  bind();
}

void negotiation::bind() {
  stage_ = stage::binding;
  element wish("bind", ns::bind);
  if (!options_.account.is_bare()) {
    wish.add(element("resource", ns::bind, std::string(options_.account.resource())));
  }
  send(element("iq", ns::client).set("type", "set").set("id", "bind").add(std::move(wish)));
}

void negotiation::on_resume_answer(const element& got) {
  if (got.ns != ns::sm) return;
  if (got.name == "resumed") {
    const auto handled = read_h(got);
    if (!handled || got.attr("previd") != before_->attr("previd")) {
      fail(failure(errc::protocol, "the server resumes something else"));
      return;
    }
    handled_before_ = handled;
    finish(outcome::resumed);
  } else if (got.name == "failed") {
    handled_before_ = read_h(got);
    bind();
  }
}

void negotiation::on_bind_answer(const element& got) {
  if (!got.is("iq", ns::client)) return;
  const std::string_view id = stage_ == stage::binding ? "bind" : "session";
  if (got.attr("id") != id) return;
  if (got.attr("type") == "error") {
    const auto why = stanza_error::read(got);
    const std::string said =
        why ? why->condition + (why->text.empty() ? "" : ": " + why->text) : std::string();
    // Another program has our resource, and keeps it: let the server choose.
    if (stage_ == stage::binding && why && why->condition == "conflict" &&
        !options_.account.is_bare()) {
      options_.account = options_.account.bare();
      bind();
      return;
    }
    const bool later = why && why->condition == "resource-constraint";
    fail(failure(later ? errc::throttled : errc::protocol, "the server gives no session", said));
    return;
  }
  if (got.attr("type") != "result") return;
  if (stage_ == stage::binding) {
    const element* const given = got.child("bind", ns::bind);
    const auto address =
        given == nullptr ? std::nullopt : jid::parse(given->child_text("jid", ns::bind));
    if (!address || address->is_bare()) {
      fail(failure(errc::protocol, "the server bound no address"));
      return;
    }
    bound_ = *address;
    if (must_make_session_) {
      stage_ = stage::making_session;
      send(element("iq", ns::client)
               .set("type", "set")
               .set("id", "session")
               .add(element("session", ns::session)));
      return;
    }
  }
  finish(outcome::bound);
}

void negotiation::send(const element& one) {
  output_ += one.to_xml(options_.component ? ns::component : ns::client);
}

void negotiation::finish(outcome how) {
  stage_ = stage::over;
  done_ = how;
}

void negotiation::fail(failure why) {
  stage_ = stage::over;
  failed_ = std::move(why);
}

}  // namespace mynah::xmpp
