// SPDX-License-Identifier: Apache-2.0
//
// The only file that knows libedit. All of it, and every write to the terminal, happens on one
// thread: libedit has no asynchronous form, but it reads characters through a function of ours,
// which waits for the keyboard and for the bot's replies at once.
#include "line_editor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cwchar>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include <histedit.h>
#include <locale.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "line_splitter.hpp"
#include "word_completion.hpp"

namespace mynah::console {

namespace {

constexpr int history_size = 1000;

// libedit converts by the locale of the thread. The bot speaks UTF-8 whatever the program's locale,
// and the program's must not change for a console's sake.
class thread_locale {
 public:
  thread_locale() : ours_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
    if (ours_ != nullptr) before_ = ::uselocale(ours_);
  }
  thread_locale(const thread_locale&) = delete;
  thread_locale& operator=(const thread_locale&) = delete;
  ~thread_locale() {
    if (ours_ == nullptr) return;
    ::uselocale(before_);
    ::freelocale(ours_);
  }

 private:
  locale_t ours_;
  locale_t before_ = nullptr;
};

std::string to_utf8(const wchar_t* wide, std::size_t length) {
  std::string out;
  for (std::size_t i = 0; i < length; ++i) {
    // NOLINTNEXTLINE(bugprone-signed-char-misuse): wchar_t is no char
    const auto code = static_cast<unsigned long>(wide[i]);
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xc0U | (code >> 6U));
      out += static_cast<char>(0x80U | (code & 0x3fU));
    } else if (code < 0x10000) {
      out += static_cast<char>(0xe0U | (code >> 12U));
      out += static_cast<char>(0x80U | ((code >> 6U) & 0x3fU));
      out += static_cast<char>(0x80U | (code & 0x3fU));
    } else {
      out += static_cast<char>(0xf0U | ((code >> 18U) & 0x07U));
      out += static_cast<char>(0x80U | ((code >> 12U) & 0x3fU));
      out += static_cast<char>(0x80U | ((code >> 6U) & 0x3fU));
      out += static_cast<char>(0x80U | (code & 0x3fU));
    }
  }
  return out;
}

// Columns that a text takes on the terminal.
std::size_t columns_of(const wchar_t* begin, const wchar_t* end) {
  std::size_t columns = 0;
  for (; begin != end; ++begin) {
    const int width = ::wcwidth(*begin);
    columns += width > 0 ? static_cast<std::size_t>(width) : width < 0 ? 2U : 0U;  // ^X
  }
  return columns;
}

std::size_t columns_of(const std::string& text) {
  std::mbstate_t state{};
  std::wstring wide(text.size() + 1, L'\0');
  const char* from = text.c_str();
  const std::size_t length = std::mbsrtowcs(wide.data(), &from, wide.size(), &state);
  if (length == static_cast<std::size_t>(-1)) return text.size();
  return columns_of(wide.data(), wide.data() + length);
}

class file_closer {
 public:
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using file_ptr = std::unique_ptr<std::FILE, file_closer>;

file_ptr stream_on(int descriptor, const char* mode) {
  const int copy = ::dup(descriptor);
  if (copy == -1) return nullptr;
  std::FILE* stream = ::fdopen(copy, mode);
  if (stream == nullptr) ::close(copy);
  return file_ptr(stream);
}

class editor {
 public:
  editor(channel& between, int in, int out, const editor_options& options)
      : between_(between),
        in_(in),
        out_(out),
        options_(options),
        prompt_(options.prompt),
        prompt_columns_(columns_of(prompt_)),
        in_stream_(stream_on(in, "r")),
        out_stream_(stream_on(out, "w")) {}
  editor(const editor&) = delete;
  editor& operator=(const editor&) = delete;
  ~editor() {
    if (edit_ != nullptr) ::el_end(edit_);
    if (history_ != nullptr) ::history_end(history_);
  }

  bool open() {
    if (!in_stream_ || !out_stream_) return false;
    edit_ =
        ::el_init(options_.program.c_str(), in_stream_.get(), out_stream_.get(), out_stream_.get());
    if (edit_ == nullptr) return false;
    ::el_set(edit_, EL_CLIENTDATA, this);
    ::el_set(edit_, EL_PROMPT, &editor::prompt);
    ::el_set(edit_, EL_SIGNAL, 0);  // signals are the program's
    ::el_set(edit_, EL_EDITOR, "emacs");
    ::el_set(edit_, EL_GETCFN, &editor::read_character);
    // The wide form: the other leaks copies of the texts.
    ::el_wset(edit_, EL_ADDFN, L"mynah-complete", L"Completes a command's name", &editor::tab);
    ::el_set(edit_, EL_BIND, "^I", "mynah-complete", static_cast<const char*>(nullptr));
    ::el_set(edit_, EL_BIND, "^R", "em-inc-search-prev", static_cast<const char*>(nullptr));
    open_history();
    ::el_source(edit_, nullptr);
    window_size(width_);
    return true;
  }

  void run() {
    while (!between_.shutting_down()) {
      write_output(false);
      if (!writable_) return;
      // Before the prompt: libedit would do it after, and keys pressed in between would be taken by
      // the terminal's own line editing.
      ::el_set(edit_, EL_PREP_TERM, 1);
      int count = 0;
      const wchar_t* line = ::el_wgets(edit_, &count);
      if (line == nullptr || count <= 0) {
        if (between_.shutting_down()) put("\r\n");
        break;
      }
      accept(to_utf8(line, static_cast<std::size_t>(count)));
    }
    if (between_.shutting_down()) return;
    put("\n");
    between_.end_of_input();
    // Commands may still answer.
    while (!between_.shutting_down() && writable_) {
      write_output(false);
      std::array<pollfd, 1> polled{pollfd{between_.wake_descriptor(), POLLIN, 0}};
      if (::poll(polled.data(), polled.size(), -1) == -1 && errno != EINTR) return;
      if (polled[0].revents != 0) between_.clear_wake();
    }
  }

 private:
  static editor& self_of(EditLine* edit) {
    void* self = nullptr;
    ::el_get(edit, EL_CLIENTDATA, &self);
    return *static_cast<editor*>(self);
  }

  static char* prompt(EditLine* edit) { return self_of(edit).prompt_.data(); }
  static int read_character(EditLine* edit, wchar_t* into) {
    return self_of(edit).next_character(into);
  }
  static unsigned char tab(EditLine* edit, int) { return self_of(edit).complete_word(); }

  void open_history() {
    history_ = ::history_init();
    if (history_ == nullptr) return;
    HistEvent event{};
    ::history(history_, &event, H_SETSIZE, history_size);
    ::history(history_, &event, H_SETUNIQUE, 1);
    if (!options_.history_file.empty()) {
      std::error_code ignored;
      const auto folder = std::filesystem::path(options_.history_file).parent_path();
      if (!folder.empty() && !std::filesystem::exists(folder, ignored)) {
        std::filesystem::create_directories(folder, ignored);
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
      }
      ::history(history_, &event, H_LOAD, options_.history_file.c_str());
    }
    ::el_set(edit_, EL_HIST, &::history, history_);
  }

  void accept(std::string line) {
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    if (history_ != nullptr && line.find_first_not_of(" \t") != std::string::npos) {
      HistEvent event{};
      ::history(history_, &event, H_ENTER, line.c_str());
      // At once, and not at the end only: a line is remembered even if the program is killed.
      if (!options_.history_file.empty()) {
        ::history(history_, &event, H_SAVE, options_.history_file.c_str());
      }
    }
    const bool too_long = line.size() > line_splitter::default_limit;
    std::vector<input_line> lines;
    lines.emplace_back(too_long ? std::string() : readable(line), too_long);
    between_.deliver(std::move(lines));
  }

  // Waits for the keyboard; prints what the bot says meanwhile.
  int next_character(wchar_t* into) {
    std::string bytes;
    while (true) {
      if (between_.shutting_down() || !writable_) return 0;
      follow_window();
      write_output(true);
      std::array<pollfd, 2> polled{pollfd{between_.wake_descriptor(), POLLIN, 0},
                                   pollfd{in_, POLLIN, 0}};
      if (::poll(polled.data(), polled.size(), -1) == -1) {
        if (errno == EINTR) continue;
        return -1;
      }
      if (polled[0].revents != 0) between_.clear_wake();
      if (polled[1].revents == 0) continue;
      char byte = 0;
      const ssize_t got = ::read(in_, &byte, 1);
      if (got == 0) return 0;
      if (got < 0) {
        if (errno == EINTR || errno == EAGAIN) continue;
        return errno == EIO ? 0 : -1;
      }
      bytes += byte;
      std::mbstate_t state{};
      const std::size_t length = std::mbrtowc(into, bytes.data(), bytes.size(), &state);
      if (length == static_cast<std::size_t>(-2)) continue;  // more bytes of it will follow
      if (length == static_cast<std::size_t>(-1)) {
        bytes.clear();  // no character; typing goes on
        continue;
      }
      return 1;
    }
  }

  unsigned char complete_word() {
    const LineInfoW* line = ::el_wline(edit_);
    const std::string before =
        to_utf8(line->buffer, static_cast<std::size_t>(line->cursor - line->buffer));
    const completion found = complete(before, options_.prefix, options_.names);
    if (!found.insert.empty()) {
      return ::el_insertstr(edit_, found.insert.c_str()) == 0 ? CC_REFRESH : CC_REFRESH_BEEP;
    }
    if (found.choices.empty()) return CC_REFRESH_BEEP;
    std::string list;
    for (const std::string& choice : found.choices) list += (list.empty() ? "" : "  ") + choice;
    erase_line();
    put(list + "\n");
    return CC_REDISPLAY;
  }

  // From wherever the cursor is in the line being typed to a clean place for text.
  void erase_line() {
    const LineInfoW* line = ::el_wline(edit_);
    const std::size_t before_cursor = prompt_columns_ + columns_of(line->buffer, line->cursor);
    const std::size_t rows = before_cursor / width_;
    std::string control = "\r";
    if (rows > 0) control += "\x1b[" + std::to_string(rows) + "A";
    put(control + "\x1b[J");
  }

  void write_output(bool around_line) {
    bool erased = false;
    while (writable_ && !between_.shutting_down()) {
      const std::string text = between_.pending_output(65536);
      if (text.empty()) break;
      if (around_line && !erased) {
        erase_line();
        erased = true;
      }
      put(text);
      if (writable_) between_.output_done(text.size());
    }
    if (erased) {
      ::el_set(edit_, EL_REFRESH);
      std::fflush(out_stream_.get());
    }
  }

  // Past libedit, which knows nothing of it and is told to draw its line afresh.
  void put(std::string_view text) {
    std::fflush(out_stream_.get());
    while (!text.empty()) {
      const ssize_t written = ::write(out_, text.data(), text.size());
      if (written < 0) {
        if (errno == EINTR) continue;
        writable_ = false;
        between_.output_failed(errno);
        return;
      }
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void window_size(std::size_t& width) const {
    winsize size{};
    if (::ioctl(out_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) width = size.ws_col;
  }

  // Looked at with each key and each reply: a handler for SIGWINCH would be the program's.
  void follow_window() {
    std::size_t now = width_;
    window_size(now);
    if (now == width_) return;
    width_ = now;
    ::el_resize(edit_);
  }

  channel& between_;
  int in_;
  int out_;
  const editor_options& options_;
  std::string prompt_;
  std::size_t prompt_columns_;
  file_ptr in_stream_;
  file_ptr out_stream_;
  EditLine* edit_ = nullptr;
  History* history_ = nullptr;
  std::size_t width_ = 80;
  bool writable_ = true;
};

}  // namespace

bool can_edit_lines(int in, int out) {
  if (::isatty(in) == 0 || ::isatty(out) == 0) return false;
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && *terminal != '\0' && std::string_view(terminal) != "dumb";
}

void run_line_editor(channel& between, int in, int out, const editor_options& options) {
  const thread_locale utf8;
  editor terminal(between, in, out, options);
  if (!terminal.open()) {
    between.end_of_input();
    return;
  }
  terminal.run();
}

}  // namespace mynah::console
