// SPDX-License-Identifier: Apache-2.0
#include "core/job.hpp"

#include "core/pipeline.hpp"

namespace mynah::detail {

job::job(std::shared_ptr<core::pipeline> home, std::shared_ptr<mynah::clock> clock,
         const core::registered_command& what, mynah::event&& said, std::string&& line,
         std::uint64_t id)
    : what(what),
      said(std::move(said)),
      id(id),
      clock(std::move(clock)),
      // The data is a part of this object, so the arguments must not own it.
      args(std::shared_ptr<argument_data>(std::shared_ptr<void>(), &data)),
      journaled(what.code->spec().effect == effects::changes),
      home_(std::move(home)),
      link(std::make_shared<job_link>(*home_)) {
  data.line = std::move(line);
}

void job::sending_one() {
  constexpr std::size_t most = 256;
  std::unique_lock lock(unsent_mutex_);
  fewer_unsent_.wait(lock, stop.get_token(), [this] { return unsent_ < most; });
  ++unsent_;
}

void job::sent_one() {
  const std::lock_guard lock(unsent_mutex_);
  if (unsent_ != 0) --unsent_;
  fewer_unsent_.notify_all();
}

}  // namespace mynah::detail
