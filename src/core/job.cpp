// SPDX-License-Identifier: Apache-2.0
#include "core/job.hpp"

#include "core/pipeline.hpp"

namespace mynah::detail {

job::job(std::shared_ptr<core::pipeline> home, std::shared_ptr<mynah::clock> clock,
         const core::registered_command& what, mynah::event said, std::string line,
         std::uint64_t id)
    : what(what),
      said(std::move(said)),
      id(id),
      clock(std::move(clock)),
      // The data is a part of this object, so the arguments must not own it.
      args(std::shared_ptr<argument_data>(std::shared_ptr<void>(), &data)),
      home_(std::move(home)),
      link(std::make_shared<job_link>(*home_)) {
  data.line = std::move(line);
}

}  // namespace mynah::detail
