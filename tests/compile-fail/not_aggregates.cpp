// SPDX-License-Identifier: Apache-2.0
// g++ 12 destroys an aggregate temporary twice when it stands in a co_await expression. So no type
// of ours that is passed into coroutines may be one: each must have a constructor.
#include <mynah/mynah.hpp>

#include <type_traits>

namespace {

template <class... Types>
constexpr bool no_aggregates = (!std::is_aggregate_v<Types> && ...);

static_assert(no_aggregates<mynah::event, mynah::address, mynah::principal>);
static_assert(no_aggregates<mynah::reply, mynah::card, mynah::card_action, mynah::fragment>);
static_assert(no_aggregates<mynah::outgoing, mynah::receipt, mynah::failure>);
static_assert(
    no_aggregates<mynah::result<mynah::event>, mynah::result<mynah::receipt>, mynah::result<void>>);
static_assert(no_aggregates<mynah::ask_options, mynah::command_spec, mynah::parameter,
                            mynah::arguments, mynah::async_context>);
static_assert(no_aggregates<mynah::input_environment, mynah::input_type, mynah::flag,
                            mynah::settings, mynah::setting_values, mynah::bot_options,
                            mynah::flag_group, mynah::logger, mynah::redactor>);
static_assert(
    no_aggregates<mynah::job_info, mynah::input_info, mynah::audit_record, mynah::log_record>);

// The check itself can fail: this is what it guards against.
struct aggregate {
  std::string text;
};
static_assert(!no_aggregates<mynah::event, aggregate>);

}  // namespace
