// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/account_command.h"
#include "cli/commands.h"
#include "cli/options.h"

namespace tandem::cli {
namespace {

class AccountRemoveCommand : public Command {
 public:
  std::string_view summary() const override { return "Forget an account with its tokens"; }
  std::string_view examples() const override { return "  tandem account remove bob --yes"; }
  void declare(CLI::App& app) override {
    app.add_option("NAME", name_, "As 'tandem account list' shows it")->required();
    app.add_flag("--force", force_, "Even if it is the last administrator's");
  }

  Result<ExitCode> run(Session& session) override {
    const std::unique_ptr<HomeAccounts> accounts = TRY(HomeAccounts::open(session));
    const std::optional<access::Account> account = TRY((*accounts)->find(name_));
    if (account) {
      const bool sure = TRY(session.confirm(
          fmt::format("This removes the account \"{}\" ({}) and its {} tokens for good.",
                      account->name,
                      toWord(account->role),
                      account->tokens.size())));
      if (!sure) return ExitCode::kFailed;
    }
    TRY((*accounts)->remove(
        name_, force_ ? access::LastAdministrator::kMayGo : access::LastAdministrator::kKeep));
    if (session.json) {
      session.printJson({{"name", name_}, {"removed", true}});
    } else {
      session.print(fmt::format("\"{}\" is removed.", name_));
    }
    return ExitCode::kDone;
  }

 private:
  std::string name_;
  bool force_ = false;
};

}  // namespace

std::unique_ptr<Command> makeAccountRemoveCommand() {
  return std::make_unique<AccountRemoveCommand>();
}

}  // namespace tandem::cli
