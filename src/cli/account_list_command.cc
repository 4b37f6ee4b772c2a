// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/account_command.h"
#include "cli/commands.h"
#include "cli/table.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string signInOf(const access::Account& account) {
  std::string text;
  const auto add = [&](const std::string& way) { text += (text.empty() ? "" : ", ") + way; };
  if (!account.password_hash.empty()) add("password");
  if (!account.oidc_subject.empty()) add("OIDC subject " + account.oidc_subject);
  if (!account.oidc_email.empty()) add("OIDC e-mail " + account.oidc_email);
  for (const access::ApiToken& token : account.tokens)
    add(fmt::format("token \"{}\" (…{})", token.name, token.last_four));
  return text.empty() ? "nothing" : text;
}

class AccountListCommand : public Command {
 public:
  std::string_view summary() const override { return "Who may sign in, and by what"; }
  std::string_view examples() const override { return "  tandem account list"; }

  Result<ExitCode> run(Session& session) override {
    const std::unique_ptr<HomeAccounts> accounts = TRY(HomeAccounts::open(session));
    const std::vector<access::Account> all = TRY((*accounts)->list());
    const access::SignInTimes sign_ins = access::SignInTimes::read(TRY(session.openHome()));
    if (session.json) {
      Json list = Json::array();
      for (const access::Account& account : all)
        list.push_back(accountJson(account, sign_ins));
      session.printJson({{"accounts", std::move(list)}});
      return ExitCode::kDone;
    }
    if (all.empty()) {
      session.print(
          "There are no accounts. 'tandem account add NAME --role administrator' makes one.");
      return ExitCode::kDone;
    }
    Table table({{"NAME", Column::Kind::kText},
                 {"ROLE", Column::Kind::kText},
                 {"STATE", Column::Kind::kText},
                 {"LAST SIGN-IN", Column::Kind::kText},
                 {"SIGNS IN BY", Column::Kind::kLong}});
    for (const access::Account& account : all) {
      table.add({account.name,
                 std::string(toWord(account.role)),
                 account.is_disabled ? "disabled" : "enabled",
                 sign_ins.textOf(account.name),
                 signInOf(account)});
    }
    session.print(table.render(session.width));
    return ExitCode::kDone;
  }
};

}  // namespace

std::unique_ptr<Command> makeAccountListCommand() {
  return std::make_unique<AccountListCommand>();
}

}  // namespace tandem::cli
