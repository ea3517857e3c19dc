// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "delivery.hpp"

namespace mynah_test::slack {

class server;
class outgoing_connection;

/// Events, commands and interactions by signed HTTP requests. Belongs to the emulator's thread.
class http_delivery {
 public:
  explicit http_delivery(server& owner) : owner_(owner) {}
  ~http_delivery();

  void send(delivery what);
  /// One signed request; `done` gets the answer.
  void post(app_record& app, const std::string& url, const std::string& body,
            const std::string& content_type, const std::string& more_fields, const signing& how,
            std::function<void(http_result, std::string fields)> done);
  void shut();

 private:
  friend class outgoing_connection;

  void judge(const delivery& what, const http_result& result, const std::string& fields);

  server& owner_;
  /// Kept alive and not in use.
  std::vector<std::shared_ptr<outgoing_connection>> idle_;
};

}  // namespace mynah_test::slack
