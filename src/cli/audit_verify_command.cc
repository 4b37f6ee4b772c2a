// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "access/audit_log.h"
#include "cli/commands.h"
#include "cli/options.h"

namespace tandem::cli {
namespace {

class AuditVerifyCommand : public Command {
 public:
  std::string_view summary() const override { return "Whether the audit log was tampered with"; }
  std::string_view examples() const override {
    return "  tandem audit verify                 lines and the last hash: keep both elsewhere\n"
           "  tandem audit verify --file copy.log\n"
           "A log that was cut off at its end is found by the number or the hash that were kept.";
  }
  void declare(CLI::App& app) override {
    app.add_option("--file", file_, "Of this file instead of the home folder's log");
  }

  Result<ExitCode> run(Session& session) override {
    std::string path = file_;
    if (path.empty()) path = TRY(session.openHome()).resolve("audit.log");
    const access::AuditVerdict verdict = TRY(access::verifyAuditLog(path));
    if (session.json) {
      nlohmann::ordered_json problem;
      if (verdict.problem) {
        problem = {{"line", verdict.problem->line}, {"message", verdict.problem->message}};
      }
      session.printJson({{"lines", verdict.lines},
                         {"torn", verdict.torn},
                         {"lastHash", verdict.last_hash},
                         {"problem", std::move(problem)}});
    } else if (verdict.problem) {
      session.print(fmt::format("{}:{}: {}\nThe {} acts before it are as they were written.",
                                path,
                                verdict.problem->line,
                                verdict.problem->message,
                                verdict.lines));
    } else {
      session.print(fmt::format("All {} acts are as they were written.\nLast hash: {}",
                                verdict.lines,
                                verdict.last_hash));
      if (verdict.torn > 0) {
        session.print(fmt::format("{} lines were torn by a power cut or a kill.", verdict.torn));
      }
    }
    return verdict.problem ? ExitCode::kFailed : ExitCode::kDone;
  }

 private:
  std::string file_;
};

}  // namespace

std::unique_ptr<Command> makeAuditVerifyCommand() {
  return std::make_unique<AuditVerifyCommand>();
}

}  // namespace tandem::cli
