// SPDX-License-Identifier: Apache-2.0
//
// What people take along as a file. A plain link must do, so the session's cookie alone admits.
#include "home/home.h"
#include "platform/files.h"
#include "web/answer.h"
#include "web/call.h"
#include "web/command_call.h"
#include "web/route.h"
#include "web/site.h"
#include "web/work.h"

namespace tandem::web {
namespace {

using access::Role;
using platform::ServerResponse;

constexpr std::size_t kDownloadLimit = 1024 * 1024 * 1024;
constexpr std::string_view kCsv = "text/csv; charset=utf-8";

// Runs a command that writes a file, and hands that over.
Result<ServerResponse> download(Call& call,
                                std::vector<std::string> command,
                                std::string_view name,
                                const std::string& value = {}) {
  const home::Home home =
      TRY(home::Home::open(call.site().folder(), call.site().session().environment));
  const auto paper = TRY(ScratchPaper::write(home.stateFolder(), ""));
  command.push_back("--csv=" + paper->path());
  if (!value.empty()) command.insert(command.end(), {"--", value});
  CommandOutcome outcome = runCommand(call.session(), std::move(command));
  if (!outcome.isDone()) return commandAnswer(std::move(outcome));
  return fileAnswer(TRY(platform::readFile(paper->path(), kDownloadLimit)), kCsv, name);
}

Result<ServerResponse> pendingCsv(Call& call) {
  return download(call, {"pending"}, "pending-exports.csv", call.text("connector"));
}

Result<ServerResponse> findingsCsv(Call& call) {
  return download(call, {"check", "attributes", "--all"}, "attribute-checks.csv");
}

}  // namespace

std::vector<Route> downloadRoutes() {
  return {
      {.method = Method::kGet,
       .path = "/pending.csv",
       .role = Role::kViewer,
       .summary = "What this server would write, as CSExportAnalyzer's CSV",
       .parameters = {{.name = "connector", .doc = "Default: all"}},
       .resource = pendingCsv},
      {.method = Method::kGet,
       .path = "/checks/attributes.csv",
       .role = Role::kViewer,
       .summary = "Every finding of the attribute checks, as CSV",
       .resource = findingsCsv},
  };
}

}  // namespace tandem::web
