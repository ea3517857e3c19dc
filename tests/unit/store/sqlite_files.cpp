// SPDX-License-Identifier: Apache-2.0
// The files of the store: who may open them, and what if they are not as they should be.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <iterator>
#include <mutex>

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "background_check.hpp"
#include "catch.hpp"
#include "child.hpp"
#include "opened.hpp"

namespace {

using namespace mynah;
using namespace mynah_test;
namespace fs = std::filesystem;

unsigned mode(const std::string& file) {
  struct stat status{};
  REQUIRE(stat(file.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

std::string content(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> files(const fs::path& directory) {
  std::vector<std::string> result;
  for (const auto& each : fs::directory_iterator(directory)) {
    result.push_back(each.path().filename().string());
  }
  std::sort(result.begin(), result.end());
  return result;
}

/// Bare SQLite on a file that no store has open.
std::int64_t with_sqlite(const std::string& file, const char* sql) {
  std::int64_t result = 0;
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
  const int code = sqlite3_exec(
      database, sql,
      [](void* to, int, char** values, char**) {
        *static_cast<std::int64_t*>(to) = std::stoll(values[0] == nullptr ? "0" : values[0]);
        return 0;
      },
      &result, nullptr);
  CHECK(code == SQLITE_OK);
  sqlite3_close(database);
  return result;
}

void expect_refused(const temp_directory& in, store_problem problem, const std::string& part) {
  const auto why = refused(in.path().string());
  REQUIRE(why);
  CHECK(why->problem() == problem);
  CHECK_THAT(why->what(), ContainsSubstring(in.path().string() + "/mynah."));
  CHECK_THAT(why->what(), ContainsSubstring(part));
}

/// Without root's right to write everything.
class as_nobody {
 public:
  as_nobody() {
    if (root_) REQUIRE(seteuid(65534) == 0);
  }
  as_nobody(const as_nobody&) = delete;
  as_nobody& operator=(const as_nobody&) = delete;
  ~as_nobody() {
    if (root_ && seteuid(0) != 0) std::terminate();
  }

 private:
  bool root_ = geteuid() == 0;
};

void fill(const std::string& directory) {
  const auto store = opened(directory);
  store->write([](transaction& tx) {
    for (int i = 0; i < 200; ++i) {
      tx.put("s", std::to_string(i), std::string(100, 'v'));
      tx.append_event("irc", std::to_string(i));
      tx.enqueue("q", "", std::string(100, 'b'));
      audit_entry entry;
      entry.raw = std::string(100, 'r');
      tx.append_audit(entry);
    }
  });
}

}  // namespace

TEST_CASE("state is its owner's only", "[store][sqlite]") {
  const temp_directory above;
  const std::string directory = above.file("a/b?c#d%41/state");
  const auto store = opened(directory);
  put(*store, "k", "v");
  CHECK(mode(directory) == 0700);
  for (const char* file : {"/mynah.db", "/mynah.db-wal", "/mynah.db-shm", "/mynah.lock"}) {
    INFO(file);
    CHECK(mode(directory + file) == 0600);
  }
}

TEST_CASE("a store without a directory says what to set", "[store][sqlite]") {
  const auto why = refused("");
  REQUIRE(why);
  CHECK_THAT(why->what(), ContainsSubstring("set state-dir"));
}

TEST_CASE("nothing is touched before open, and nothing works", "[store][sqlite]") {
  const temp_directory above;
  const auto store = make_sqlite(above.file("state"), std::make_shared<testkit::virtual_clock>());
  CHECK_THROWS_WITH(put(*store, "k", "v"), ContainsSubstring("is not open"));
  CHECK_THROWS_WITH(value_of(*store, "k"), ContainsSubstring("is not open"));
  CHECK_FALSE(fs::exists(above.file("state")));
}

TEST_CASE("one process has the state open", "[store][sqlite]") {
  const temp_directory in;
  const std::string directory = in.path().string();
  child other([&](const auto& tell) {
    const auto store = opened(directory);
    put(*store, "k", "v");
    tell(1);
    pause();
  });
  REQUIRE(other.hear() == 1);
  expect_refused(in, store_problem::in_use, "is used by process " + std::to_string(other.id()));
  other.kill();
  CHECK(value_of(*opened(directory), "k") == "v");
}

TEST_CASE("one store of a process has the state open", "[store][sqlite]") {
  const temp_directory in;
  {
    const auto store = opened(in.path().string());
    expect_refused(in, store_problem::in_use, "is used by process " + std::to_string(getpid()));
    put(*store, "k", "v");
  }
  CHECK(value_of(*opened(in.path().string()), "k") == "v");
}

TEST_CASE("a directory or a file that cannot be written is refused", "[store][sqlite]") {
  const temp_directory in;
  fs::permissions(in.path(), fs::perms(0755));
  fill(in.path().string());
  fs::permissions(in.file("mynah.db"), fs::perms(0444));
  const std::string before = content(in.file("mynah.db"));
  SECTION("directory") {
    fs::permissions(in.path(), fs::perms(0555));
    fs::remove(in.file("mynah.lock"));
    const as_nobody weak;
    expect_refused(in, store_problem::read_only, "Permission denied");
  }
  SECTION("file") {
    fs::permissions(in.path(), fs::perms(0777));
    fs::remove(in.file("mynah.lock"));
    const as_nobody weak;
    expect_refused(in, store_problem::read_only, "Permission denied");
  }
  SECTION("directory above") {
    fs::permissions(in.path(), fs::perms(0555));
    const as_nobody weak;
    const auto why = refused(in.file("new"));
    REQUIRE(why);
    CHECK(why->problem() == store_problem::read_only);
  }
  fs::permissions(in.path(), fs::perms(0755));
  CHECK(content(in.file("mynah.db")) == before);
}

TEST_CASE("a file in the place of the directory is refused", "[store][sqlite]") {
  const temp_directory in;
  const auto why = refused(in.write("state", "text"));
  REQUIRE(why);
  CHECK_THAT(why->what(), ContainsSubstring("Not a directory"));
}

TEST_CASE("a damaged file is refused and left alone", "[store][sqlite]") {
  const temp_directory in;
  fill(in.path().string());
  const std::string file = in.file("mynah.db");
  std::string damaged = content(file);
  REQUIRE(damaged.size() > 80'000);
  std::string part = "damaged";
  SECTION("garbage") {
    damaged.replace(0, 100, std::string(100, '\x2a'));
    part = "not a database";
  }
  SECTION("truncated") {
    damaged.resize(damaged.size() / 2);
    part = "malformed";
  }
  SECTION("cut inside of the header") {
    damaged.resize(50);
    part = "malformed";
  }
  SECTION("a page") {
    const char* table = GENERATE("item", "value", "event", "audit", "audit_words_data");
    INFO(table);
    const std::string where =
        "SELECT rootpage FROM sqlite_schema WHERE name = '" + std::string(table) + "'";
    const auto page = static_cast<std::size_t>(with_sqlite(file, where.c_str()));
    damaged = content(file);
    damaged.replace((page - 1) * 4096, 4096, std::string(4096, '\x2a'));
    part = "Page " + std::to_string(page);
  }
  SECTION("the list of tables") {
    damaged.replace(100, 3996, std::string(3996, '\x2a'));
    part = "malformed";
  }
  in.write("mynah.db", damaged);
  expect_refused(in, store_problem::corrupt, part);
  expect_refused(in, store_problem::corrupt, "put a backup in its place");
  CHECK(content(file) == damaged);
}

TEST_CASE("damage that is found while the bot runs is logged", "[store][sqlite]") {
  const temp_directory in;
  fill(in.path().string());
  const std::string file = in.file("mynah.db");
  std::mutex mutex;
  std::condition_variable logged;
  std::string line;
  const logger log(
      [&](const log_record& record) {
        const std::lock_guard lock(mutex);
        line = std::string(record.message) + " " + std::string(record.fields.at(0).second);
        logged.notify_all();
      },
      log_level::warning, "store");
  const auto page = static_cast<std::size_t>(
      with_sqlite(file, "SELECT rootpage FROM sqlite_schema WHERE name = 'audit_time'"));
  std::string damaged = content(file);
  damaged.replace((page - 1) * 4096, 4096, std::string(4096, '\x2a'));
  in.write("mynah.db", damaged);
  const sqlite::background_check running(file, log);
  std::unique_lock lock(mutex);
  REQUIRE(logged.wait_for(lock, std::chrono::seconds(30), [&] { return !line.empty(); }));
  CHECK_THAT(line, ContainsSubstring("state is damaged " + file + ": is damaged"));
}

TEST_CASE("the state of a newer version is refused and left alone", "[store][sqlite]") {
  const temp_directory in;
  fill(in.path().string());
  with_sqlite(in.file("mynah.db"), "PRAGMA user_version = 99");
  const std::string before = content(in.file("mynah.db"));
  expect_refused(in, store_problem::newer, "has version 99 of the tables, this program knows 1");
  CHECK(content(in.file("mynah.db")) == before);
  const auto why = refused(in.path().string(), true);
  REQUIRE(why);
  CHECK(why->problem() == store_problem::newer);
}

TEST_CASE("the SQLite file of somebody else is refused and left alone", "[store][sqlite]") {
  const temp_directory in;
  with_sqlite(in.file("mynah.db"), "CREATE TABLE recipes (name TEXT)");
  const std::string before = content(in.file("mynah.db"));
  expect_refused(in, store_problem::corrupt, "no state of mynah");
  CHECK(content(in.file("mynah.db")) == before);
}

TEST_CASE("a missing table shows at open", "[store][sqlite]") {
  const temp_directory in;
  fill(in.path().string());
  with_sqlite(in.file("mynah.db"), "DROP TABLE event");
  CHECK(refused(in.path().string()));
}

TEST_CASE("an empty file is filled", "[store][sqlite]") {
  const temp_directory in;
  in.write("mynah.db", "");
  put(*opened(in.path().string()), "k", "v");
  CHECK(value_of(*opened(in.path().string()), "k") == "v");
}

TEST_CASE("reading goes beside a writer and changes nothing", "[store][sqlite]") {
  const temp_directory in;
  const std::string directory = in.path().string();
  const auto writing = opened(directory);
  const auto reading = opened(directory, true);
  for (const char* value : {"1", "2"}) {
    put(*writing, "k", value);
    CHECK(value_of(*reading, "k") == value);
  }
  CHECK_THROWS_WITH(put(*reading, "k", "3"), ContainsSubstring("open for reading only"));
  CHECK(value_of(*writing, "k") == "2");
}

TEST_CASE("reading without a writer leaves no traces", "[store][sqlite]") {
  const temp_directory in;
  const std::string directory = in.path().string();
  fill(directory);
  const auto before = files(in.path());
  const std::string bytes = content(in.file("mynah.db"));
  const auto reading = opened(directory, true);
  CHECK(value_of(*reading, "7") == std::string(100, 'v'));
  CHECK(files(in.path()) == before);
  CHECK(content(in.file("mynah.db")) == bytes);
}

TEST_CASE("reading what is not there makes nothing", "[store][sqlite]") {
  const temp_directory in;
  auto why = refused(in.path().string(), true);
  REQUIRE(why);
  CHECK_THAT(why->what(), ContainsSubstring("is not there"));
  CHECK(files(in.path()).empty());
  why = refused(in.file("none"), true);
  REQUIRE(why);
  CHECK(files(in.path()).empty());
  in.write("mynah.db", "");
  why = refused(in.path().string(), true);
  REQUIRE(why);
  CHECK_THAT(why->what(), ContainsSubstring("is empty"));
}
