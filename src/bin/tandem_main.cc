// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include <pwd.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/log_fields.h"
#include "base/text.h"
#include "cli/app.h"
#include "platform/clock.h"
#include "platform/machine.h"
#include "web/web_server.h"

namespace {

using tandem::Error;
using tandem::ErrorCode;
using tandem::Result;
using tandem::platform::SecretText;

std::atomic<bool> cancelled{false};

// The first Ctrl-C asks the run to end where everything is consistent; a second one ends the
// process, which is safe too: the store then goes back to its last commit.
extern "C" void onSignal(int number) {
  if (cancelled.exchange(true)) {
    std::signal(number, SIG_DFL);
    std::raise(number);
    return;
  }
  constexpr char kText[] = "\nstopping; once more to stop at once\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kText, sizeof kText - 1);
}

std::optional<std::string> environment(const char* name) {
  const char* const value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

std::size_t terminalWidth() {
  constexpr std::size_t kLeast = 40;
  if (const auto columns = environment("COLUMNS")) {
    const auto number = tandem::parseInteger(*columns);
    if (number && *number > 0) return std::max(kLeast, static_cast<std::size_t>(*number));
  }
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    return std::max<std::size_t>(kLeast, size.ws_col);
  }
  return 0;
}

Result<std::string> ask(std::string_view prompt) {
  std::cerr << prompt << std::flush;
  std::string line;
  if (!std::getline(std::cin, line)) {
    return Error(ErrorCode::kCancelled, "no answer; nothing was done");
  }
  return line;
}

// Reads a line without showing it.
Result<SecretText> askSecret(std::string_view prompt) {
  termios before{};
  const bool is_terminal = ::tcgetattr(STDIN_FILENO, &before) == 0;
  if (is_terminal) {
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  Result<std::string> line = ask(prompt);
  if (is_terminal) {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    std::cerr << '\n';
  }
  if (!line.ok()) return std::move(line).error();
  SecretText secret(line.value());
  tandem::platform::wipe(line.value());
  return secret;
}

Result<SecretText> readSecretFromInput() {
  std::string text(std::istreambuf_iterator<char>(std::cin), {});
  SecretText secret(tandem::trimAscii(text));
  tandem::platform::wipe(text);
  return secret;
}

// With sudo the person, not root.
std::string userName() {
  if (const auto person = environment("SUDO_USER")) return *person;
  const passwd* const entry = ::getpwuid(::geteuid());
  return entry != nullptr ? entry->pw_name : std::to_string(::geteuid());
}

tandem::cli::Session makeSession() {
  tandem::cli::Session session;
  session.out = &std::cout;
  session.err = &std::cerr;
  session.is_terminal = ::isatty(STDOUT_FILENO) == 1;
  session.can_ask = ::isatty(STDIN_FILENO) == 1;
  session.width = session.is_terminal || environment("COLUMNS") ? terminalWidth() : 0;
  session.environment.key_file_override = environment("TANDEM_SECRETS_KEY_FILE");
  session.environment.credentials_folder = environment("CREDENTIALS_DIRECTORY");
  session.now = [] {
    const auto now = tandem::platform::SystemClock().wallNow().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
  };
  session.now_millis = [] {
    const auto now = tandem::platform::SystemClock().wallNow().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  };
  session.steady = [] {
    const auto now = tandem::platform::SystemClock().monotonicNow().time_since_epoch();
    return std::chrono::duration<double>(now).count();
  };
  session.cancel = &cancelled;
  session.ask = ask;
  session.ask_secret = askSecret;
  session.read_secret_from_input = readSecretFromInput;
  session.user_name = userName();
  session.host_name = tandem::platform::hostName();
  session.variable = [](const std::string& name) { return environment(name.c_str()); };
  session.open_doors = [](const tandem::cli::DoorPlan& plan) {
    return tandem::web::openDoors(plan, tandem::web::consoleFiles());
  };
  session.home_folder = environment("TANDEM_HOME").value_or("/var/lib/tandem");
  return session;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGINT, onSignal);
  std::signal(SIGTERM, onSignal);
  std::signal(SIGPIPE, SIG_IGN);
  tandem::useJournal(environment("JOURNAL_STREAM").value_or(""));
  tandem::cli::Session session = makeSession();
  const auto code =
      tandem::cli::runTandem(std::vector<std::string>(argv + 1, argv + argc), session);
  std::cout.flush();
  // A full disk behind a redirection must not look like success.
  const bool lost_output = !std::cout && code == tandem::cli::ExitCode::kDone;
  return static_cast<int>(lost_output ? tandem::cli::ExitCode::kFailed : code);
}
