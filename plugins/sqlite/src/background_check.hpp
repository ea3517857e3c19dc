// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <thread>

#include <mynah/log.hpp>

#include "connection.hpp"

namespace mynah::sqlite {

/// Looks, in a thread and on a connection of its own, whether events, audit and full-text index are
/// whole, and logs an error if they are not. What is too much to wait for at start.
class background_check {
 public:
  background_check(std::string file, logger log);
  background_check(const background_check&) = delete;
  background_check& operator=(const background_check&) = delete;
  /// Breaks off.
  ~background_check();

 private:
  std::jthread thread_;
};

}  // namespace mynah::sqlite
