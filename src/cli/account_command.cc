// SPDX-License-Identifier: Apache-2.0
#include "cli/account_command.h"

#include <fmt/core.h>

#include "base/text.h"
#include "platform/files.h"

namespace tandem::cli {
namespace {

constexpr std::size_t kPasswordFileLimit = 64 * 1024;

}  // namespace

Result<std::unique_ptr<HomeAccounts>> HomeAccounts::open(const Session& session) {
  const home::Home home = TRY(session.openHome());
  return std::unique_ptr<HomeAccounts>(new HomeAccounts(home.resolve("access.json")));
}

Result<platform::SecretText> obtainPassword(const Session& session, const std::string& file) {
  if (!file.empty()) {
    std::string text = TRY(platform::readFile(file, kPasswordFileLimit));
    platform::SecretText password(trimAscii(text));
    platform::wipe(text);
    return password;
  }
  if (!session.can_ask) return session.read_secret_from_input();
  platform::SecretText first = TRY(session.ask_secret("password: "));
  TRY(access::checkNewPassword(first.reveal()));  // before it is typed again
  const platform::SecretText second = TRY(session.ask_secret("once more: "));
  if (first.reveal() != second.reveal()) {
    return Error(ErrorCode::kInvalidArgument, "the two differ; nothing was changed");
  }
  return first;
}

Result<access::Role> parseRole(const std::string& word) {
  if (const auto role = access::roleFromWord(word)) return *role;
  return Error(
      ErrorCode::kInvalidArgument,
      fmt::format("\"{}\" is no role; it is one of viewer, operator, administrator", word));
}

}  // namespace tandem::cli
