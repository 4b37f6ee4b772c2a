// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/time_text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/policy_edit.h"
#include "cli/table.h"
#include "policy/policy_check.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string byWhom(const home::PolicyEdit& edit) {
  return edit.who.empty() ? std::string("(nobody is known)") : edit.who;
}

class PolicyHistoryCommand : public Command {
 public:
  std::string_view summary() const override { return "What the policy was, and who changed it"; }
  std::string_view examples() const override {
    return "  tandem policy history              the versions, the newest first\n"
           "  tandem policy history 12 > then.json\n"
           "  tandem policy diff then.json policy.json";
  }
  void declare(CLI::App& app) override {
    app.add_option("VERSION", number_, "Print the policy of this version");
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    if (number_ != 0) return printVersion(session, home);
    Json list = Json::array();
    Table table({{"VERSION", Column::Kind::kNumber},
                 {"WHEN", Column::Kind::kText},
                 {"WHO", Column::Kind::kText},
                 {"WHAT", Column::Kind::kLong}});
    for (const home::PolicyVersion& version : TRY(home.policyHistory().list())) {
      list.push_back({{"n", version.number},
                      {"at", formatUtc(version.edit.at)},
                      {"who", version.edit.who},
                      {"summary", version.edit.what},
                      {"digest", version.digest}});
      table.add({fmt::format("{}", version.number),
                 formatUtc(version.edit.at),
                 byWhom(version.edit),
                 version.edit.what});
    }
    if (session.json) {
      session.printJson({{"versions", list}});
    } else {
      session.print(table.isEmpty() ? "The policy is as it was set up."
                                    : table.render(session.width));
    }
    return ExitCode::kDone;
  }

 private:
  Result<ExitCode> printVersion(const Session& session, const home::Home& home) const {
    const std::string text = TRY(home.policyHistory().policyOf(number_));
    if (session.json) {
      const Json policy = Json::parse(text, nullptr, /*allow_exceptions=*/false);
      session.printJson({{"n", number_}, {"policy", policy.is_discarded() ? Json(text) : policy}});
    } else {
      session.print(text);
    }
    return ExitCode::kDone;
  }

  std::int64_t number_ = 0;
};

class PolicyRestoreCommand : public Command {
 public:
  std::string_view summary() const override { return "Put a former policy in force again"; }
  std::string_view examples() const override {
    return "  tandem policy history\n"
           "  tandem policy restore 12\n"
           "Nothing is lost by it: the policy so far is a version too.";
  }
  void declare(CLI::App& app) override {
    app.add_option("VERSION", number_, "As 'tandem policy history' numbers it")->required();
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const std::string name = fmt::format("version {}", number_);
    const policy::ReadPolicy read =
        policy::checkPolicy(TRY(home.policyHistory().policyOf(number_)), name);
    if (!read.document) {
      return Error(
          ErrorCode::kInvalidArgument,
          fmt::format("this release cannot use {}:\n{}", name, home::listProblems(read.problems)));
    }
    if (!TRY(session.confirm(fmt::format("{} takes the place of the policy in force.", name)))) {
      return ExitCode::kFailed;
    }
    const platform::FileLock lock = TRY(home.editLock());
    TRY(home.writePolicy(*read.document,
                         editOf(session, fmt::format("policy restore {}", number_))));
    if (session.json) {
      session.printJson({{"restored", number_}});
    } else {
      session.print(fmt::format("{} is in force from the next run on.", name));
    }
    return ExitCode::kDone;
  }

 private:
  std::int64_t number_ = 0;
};

}  // namespace

std::unique_ptr<Command> makePolicyHistoryCommand() {
  return std::make_unique<PolicyHistoryCommand>();
}
std::unique_ptr<Command> makePolicyRestoreCommand() {
  return std::make_unique<PolicyRestoreCommand>();
}

}  // namespace tandem::cli
