// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/account_command.h"
#include "cli/commands.h"
#include "cli/options.h"

namespace tandem::cli {
namespace {

class AccountPasswordCommand : public Command {
 public:
  std::string_view summary() const override { return "Give an account another password"; }
  std::string_view examples() const override {
    return "  tandem account password ada                    asks, without echo\n"
           "  tandem account password ada --password-file f  the file's text, blanks trimmed";
  }
  void declare(CLI::App& app) override {
    app.add_option("NAME", name_, "As 'tandem account list' shows it")->required();
    app.add_option("--password-file", password_file_, "Read the password from this file");
  }

  Result<ExitCode> run(Session& session) override {
    const std::unique_ptr<HomeAccounts> accounts = TRY(HomeAccounts::open(session));
    const platform::SecretText password = TRY(obtainPassword(session, password_file_));
    TRY((*accounts)->setPassword(name_, password));
    if (session.json) {
      session.printJson({{"name", name_}, {"changed", true}});
    } else {
      session.print(
          fmt::format("\"{}\" has another password, and is signed out everywhere.", name_));
    }
    return ExitCode::kDone;
  }

 private:
  std::string name_;
  std::string password_file_;
};

}  // namespace

std::unique_ptr<Command> makeAccountPasswordCommand() {
  return std::make_unique<AccountPasswordCommand>();
}

}  // namespace tandem::cli
