// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/account_command.h"
#include "cli/commands.h"
#include "cli/options.h"

namespace tandem::cli {
namespace {

class AccountSetCommand : public Command {
 public:
  std::string_view summary() const override { return "Change an account's role or sign-in"; }
  std::string_view examples() const override {
    return "  tandem account set bob --role operator\n"
           "  tandem account set bob --disable\n"
           "  tandem account set bob --oidc-subject 248289761001\n"
           "  tandem account set bob --oidc-email \"\"                none any more";
  }
  void declare(CLI::App& app) override {
    app.add_option("NAME", name_, "As 'tandem account list' shows it")->required();
    app.add_option("--role", role_, "viewer, operator or administrator");
    auto* const disable = app.add_flag("--disable", disable_, "No sign-in, and sessions end");
    app.add_flag("--enable", enable_, "Sign-in again")->excludes(disable);
    subject_option_ = app.add_option("--oidc-subject", subject_, "\"sub\" at the OpenID provider");
    email_option_ = app.add_option("--oidc-email", email_, "Its address there, if verified");
    app.add_flag("--force", force_, "Even if it is the last administrator's");
  }

  Result<ExitCode> run(Session& session) override {
    const bool has_oidc = subject_option_->count() > 0 || email_option_->count() > 0;
    if (role_.empty() && !disable_ && !enable_ && !has_oidc) {
      session.note(
          "tandem: nothing to change: name --role, --disable, --enable, --oidc-subject or "
          "--oidc-email");
      return ExitCode::kUsage;
    }
    std::optional<access::Role> role;
    if (!role_.empty()) role = TRY(parseRole(role_));
    const auto last = force_ ? access::LastAdministrator::kMayGo : access::LastAdministrator::kKeep;
    const std::unique_ptr<HomeAccounts> home_accounts = TRY(HomeAccounts::open(session));
    access::Accounts& accounts = *home_accounts->operator->();
    if (role) TRY(accounts.setRole(name_, *role, last));
    if (disable_ || enable_) TRY(accounts.setDisabled(name_, disable_, last));
    if (has_oidc) TRY(setOidc(accounts));
    const std::optional<access::Account> now = TRY(accounts.find(name_));
    if (!now) return Error(ErrorCode::kConflict, "the account was removed meanwhile");
    if (session.json) {
      session.printJson({{"name", now->name},
                         {"role", toWord(now->role)},
                         {"disabled", now->is_disabled},
                         {"oidcSubject", now->oidc_subject},
                         {"oidcEmail", now->oidc_email}});
    } else {
      session.print(fmt::format("\"{}\" is {} and {}.",
                                now->name,
                                toWord(now->role),
                                now->is_disabled ? "disabled" : "enabled"));
    }
    return ExitCode::kDone;
  }

 private:
  Result<void> setOidc(access::Accounts& accounts) const {
    const std::optional<access::Account> before = TRY(accounts.find(name_));
    const bool keeps_subject = before && subject_option_->count() == 0;
    const bool keeps_email = before && email_option_->count() == 0;
    return accounts.setOidc(name_,
                            keeps_subject ? before->oidc_subject : subject_,
                            keeps_email ? before->oidc_email : email_);
  }

  std::string name_;
  std::string role_;
  bool disable_ = false;
  bool enable_ = false;
  bool force_ = false;
  std::string subject_;
  std::string email_;
  CLI::Option* subject_option_ = nullptr;
  CLI::Option* email_option_ = nullptr;
};

}  // namespace

std::unique_ptr<Command> makeAccountSetCommand() {
  return std::make_unique<AccountSetCommand>();
}

}  // namespace tandem::cli
