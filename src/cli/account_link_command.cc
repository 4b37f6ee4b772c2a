// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/api_client.h"
#include "cli/commands.h"
#include "cli/options.h"

namespace tandem::cli {
namespace {

class AccountLinkCommand : public Command {
 public:
  std::string_view summary() const override { return "A link that signs in to the console, once"; }
  std::string_view examples() const override {
    return "  tandem account link                          for the first sign-in, and the wizard\n"
           "  tandem account link --name ada --role viewer\n"
           "It works for ten minutes, once, while 'tandem serve' runs on this machine.";
  }
  void declare(CLI::App& app) override {
    app.add_option("--name", name_, "Under which name its acts are recorded; default: yours");
    app.add_option("--role", role_, "viewer, operator or administrator")
        ->check(CLI::IsMember({"viewer", "operator", "administrator"}))
        ->capture_default_str();
  }

  Result<ExitCode> run(Session& session) override {
    nlohmann::ordered_json body{{"role", role_}};
    body["name"] = name_.empty() ? session.user_name : name_;
    const nlohmann::ordered_json answer =
        TRY(callService(session.home_folder, "POST", "/session/links", body, session.user_name));
    if (session.json) {
      session.printJson(answer);
      return ExitCode::kDone;
    }
    session.print(answer.value("url", ""));
    session.note(fmt::format(
        "It signs in as {}, once, within {} minutes.", role_, answer.value("minutes", 10)));
    return ExitCode::kDone;
  }

 private:
  std::string name_;
  std::string role_ = "administrator";
};

}  // namespace

std::unique_ptr<Command> makeAccountLinkCommand() {
  return std::make_unique<AccountLinkCommand>();
}

}  // namespace tandem::cli
