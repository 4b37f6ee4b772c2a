// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/account_command.h"
#include "cli/commands.h"
#include "cli/options.h"

namespace tandem::cli {
namespace {

class AccountTokenCommand : public Command {
 public:
  std::string_view summary() const override { return "Make or revoke a token for scripts"; }
  std::string_view examples() const override {
    return "  tandem account token ci --label nightly    prints it, this once\n"
           "  tandem account token ci --revoke nightly\n"
           "A script shows it as 'Authorization: Bearer TOKEN'; it may do what the account may.";
  }
  void declare(CLI::App& app) override {
    app.add_option("NAME", name_, "As 'tandem account list' shows it")->required();
    auto* const label = app.add_option("--label", label_, "What it is for")->capture_default_str();
    app.add_option("--revoke", revoked_, "Forget the token of this label")->excludes(label);
  }

  Result<ExitCode> run(Session& session) override {
    const std::unique_ptr<HomeAccounts> accounts = TRY(HomeAccounts::open(session));
    if (!revoked_.empty()) {
      TRY((*accounts)->removeToken(name_, revoked_));
      if (session.json) {
        session.printJson({{"name", name_}, {"label", revoked_}, {"revoked", true}});
      } else {
        session.print(fmt::format("The token \"{}\" of \"{}\" is revoked.", revoked_, name_));
      }
      return ExitCode::kDone;
    }
    const std::string token = TRY((*accounts)->addToken(name_, label_, session.now()));
    if (session.json) {
      session.printJson({{"name", name_}, {"label", label_}, {"token", token}});
      return ExitCode::kDone;
    }
    session.print(token);
    session.note("Keep it like a password: it is not shown again.");
    return ExitCode::kDone;
  }

 private:
  std::string name_;
  std::string label_ = "api";
  std::string revoked_;
};

}  // namespace

std::unique_ptr<Command> makeAccountTokenCommand() {
  return std::make_unique<AccountTokenCommand>();
}

}  // namespace tandem::cli
