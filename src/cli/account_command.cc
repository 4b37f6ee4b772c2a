// SPDX-License-Identifier: Apache-2.0
#include "cli/account_command.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "platform/files.h"

namespace tandem::cli {
namespace {

constexpr std::size_t kPasswordFileLimit = 64 * 1024;

}  // namespace

nlohmann::ordered_json accountJson(const access::Account& account,
                                   const access::SignInTimes& sign_ins) {
  using Json = nlohmann::ordered_json;
  Json tokens = Json::array();
  for (const access::ApiToken& token : account.tokens) {
    tokens.push_back(
        {{"name", token.name}, {"created", token.created}, {"lastFour", token.last_four}});
  }
  const std::string last = sign_ins.textOf(account.name);
  return {{"name", account.name},
          {"role", toWord(account.role)},
          {"disabled", account.is_disabled},
          {"created", account.created},
          {"hasPassword", !account.password_hash.empty()},
          {"oidcSubject", account.oidc_subject},
          {"oidcEmail", account.oidc_email},
          {"tokens", std::move(tokens)},
          {"lastSignIn", last.empty() ? Json(nullptr) : Json(last)}};
}

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
