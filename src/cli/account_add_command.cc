// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/account_command.h"
#include "cli/commands.h"
#include "cli/options.h"

namespace tandem::cli {
namespace {

class AccountAddCommand : public Command {
 public:
  std::string_view summary() const override { return "Let somebody sign in"; }
  std::string_view examples() const override {
    return "  tandem account add ada --role administrator          asks for the password\n"
           "  tandem account add help --role viewer --password-file f\n"
           "  tandem account add ci --role operator --no-password  for an API token only\n"
           "  tandem account add bob --role operator --oidc-email bob@example.com";
  }
  void declare(CLI::App& app) override {
    app.add_option("NAME", name_, "Of the account: a-z, A-Z, 0-9, \".\", \"_\", \"-\", \"@\"")
        ->required();
    app.add_option("--role", role_, "viewer, operator or administrator")->required();
    app.add_option("--password-file", password_file_, "Read the password from this file");
    app.add_flag("--no-password", no_password_, "No sign-in by password");
    app.add_option("--oidc-subject", subject_, "Who this is at the OpenID provider: \"sub\"");
    app.add_option("--oidc-email", email_, "Or by the address that the provider has verified");
  }

  Result<ExitCode> run(Session& session) override {
    access::NewAccount account;
    account.name = name_;
    account.role = TRY(parseRole(role_));
    account.oidc_subject = subject_;
    account.oidc_email = email_;
    TRY(access::checkAccountName(name_));
    const std::unique_ptr<HomeAccounts> accounts = TRY(HomeAccounts::open(session));
    const bool is_oidc = !subject_.empty() || !email_.empty();
    const bool has_password = !no_password_ && (!is_oidc || !password_file_.empty());
    if (has_password) {
      account.password = TRY(obtainPassword(session, password_file_));
      TRY(access::checkNewPassword(account.password.reveal()));
    }
    TRY((*accounts)->add(std::move(account), session.now()));
    if (session.json) {
      session.printJson({{"name", name_}, {"role", role_}, {"added", true}});
      return ExitCode::kDone;
    }
    session.print(fmt::format("\"{}\" may sign in as {}.", name_, role_));
    if (!has_password && !is_oidc) {
      session.note(fmt::format("Make a token with 'tandem account token {}'.", name_));
    }
    return ExitCode::kDone;
  }

 private:
  std::string name_;
  std::string role_;
  std::string password_file_;
  bool no_password_ = false;
  std::string subject_;
  std::string email_;
};

}  // namespace

std::unique_ptr<Command> makeAccountAddCommand() {
  return std::make_unique<AccountAddCommand>();
}

}  // namespace tandem::cli
