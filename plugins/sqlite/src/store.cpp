// SPDX-License-Identifier: Apache-2.0
#include "store.hpp"

#include <optional>

#include "background_check.hpp"
#include "database.hpp"
#include "errors.hpp"
#include "files.hpp"
#include "reader.hpp"
#include "worker.hpp"
#include "writer.hpp"

namespace mynah::sqlite {

namespace {

class sqlite_store final : public store {
 public:
  explicit sqlite_store(const store_environment& given)
      : given_(given), file_(given.directory + "/mynah.db") {}

  void open() override {
    if (given_.directory.empty()) {
      throw store_error(store_problem::failed,
                        "the store 'sqlite' keeps its state in a directory; set state-dir");
    }
    if (!given_.reading) open_writer();
    reader_.emplace(open_for_reading(file_), given_.clock);
    reading_.emplace([this](std::vector<job>& jobs) {
      reader_->run(jobs);
      return worker::duration(0);
    });
  }

  void submit(work what, done then) override {
    if (writing_) return writing_->add(job(std::move(what), std::move(then)));
    then(std::make_exception_ptr(
        given_.reading ? store_error(store_problem::read_only, file_ + ": is open for reading only")
                       : not_open()));
  }

  void submit_reading(work what, done then) override {
    if (reading_) return reading_->add(job(std::move(what), std::move(then)));
    then(std::make_exception_ptr(not_open()));
  }

 private:
  void open_writer() {
    make_directory(given_.directory);
    lock_.emplace(given_.directory + "/mynah.lock");
    auto opened = open_for_writing(file_);
    const bool checked = is_small(*opened);
    writer_.emplace(std::move(opened), given_.clock);
    if (!checked) check_.emplace(file_, given_.log);
    writing_.emplace([this](std::vector<job>& jobs) { return writer_->run(jobs); });
  }

  [[nodiscard]] store_error not_open() const {
    return {store_problem::failed, file_ + ": is not open"};
  }

  store_environment given_;
  std::string file_;
  // What comes later is destroyed first: threads before what they use, the lock at the very end,
  // and the writer's connection after all others, because the last one tidies up.
  std::optional<lock_file> lock_;
  std::optional<writer> writer_;
  std::optional<reader> reader_;
  std::optional<background_check> check_;
  std::optional<worker> reading_;
  std::optional<worker> writing_;
};

}  // namespace

std::unique_ptr<store> make_store(const store_environment& given) {
  return std::make_unique<sqlite_store>(given);
}

}  // namespace mynah::sqlite
