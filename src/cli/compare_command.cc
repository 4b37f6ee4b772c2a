// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/compare_text.h"
#include "cli/options.h"
#include "cli/partner.h"
#include "compare/pending_file.h"
#include "run/compared_server.h"
#include "run/server.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kDescribedMin = 1000;  // enough to find causes, whatever --limit says

class CompareCommand : public Command {
 public:
  std::string_view summary() const override { return "Where two servers of a pair differ"; }
  std::string_view examples() const override {
    return "  tandem compare --with /srv/tandem-old            the policies, what was imported, "
           "the\n"
           "                                                   metaverse, what is to be exported\n"
           "  tandem compare --with /srv/tandem-old --refresh  import and synchronize on both "
           "first\n"
           "  tandem compare --with /srv/tandem-old --all --json > differences.json\n"
           "  tandem compare --with csexport.xml               the pending exports of an Entra "
           "Connect\n"
           "                                                   server: csexport NAME csexport.xml "
           "/f:x\n"
           "Exit code 0: they agree. 1: they differ, or could not be compared.";
  }
  void declare(CLI::App& app) override {
    app.add_option("--with",
                   with_,
                   "The other server: its home folder, the URL of a paired one, or "
                   "what csexport wrote there")
        ->type_name("HOME|URL|FILE.xml");
    app.add_option("--connector", connector_, "With a file: the tenant that it is about");
    app.add_option("--limit", limit_, "Show so many objects")->capture_default_str();
    app.add_flag("--all", all_, "Show every object that differs");
    app.add_flag("--refresh",
                 refresh_,
                 "First import and synchronize what has changed, on both; look twice");
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    if (isFile(with_)) return compareFile(session, home);
    compare::CompareOptions options;
    options.refresh = refresh_;
    options.described_max = all_ || session.json ? SIZE_MAX : std::max(limit_, kDescribedMin);
    Partner partner = TRY(openPartner(session, home, with_));
    compare::Comparer comparer(run::accessForCompare(home), std::move(partner.compare));
    const compare::Comparison comparison = TRY(comparer.compare(options));
    if (session.json) {
      session.printJson(compareJson(comparison));
    } else {
      session.print(compareText(comparison, {session.width, all_ ? SIZE_MAX : limit_}));
    }
    const bool equal = comparison.differing == 0;
    return equal ? ExitCode::kDone : ExitCode::kFailed;
  }

 private:
  static bool isFile(const std::string& with) {
    return equalsIgnoreCaseAscii(std::filesystem::path(with).extension().string(), ".xml") &&
           !std::filesystem::is_directory(with);
  }

  Result<ExitCode> compareFile(Session& session, const home::Home& home) {
    if (refresh_) {
      return Error(ErrorCode::kInvalidArgument,
                   "--refresh needs a server: a file stays as it is. Let csexport write it anew");
    }
    std::ifstream in(with_, std::ios::binary);
    if (!in) {
      return Error(ErrorCode::kNotFound,
                   fmt::format("cannot read {}: see whether it is there and can be read", with_));
    }
    const std::unique_ptr<run::Server> server = TRY(run::Server::openReader(home));
    const sync::Engine engine = TRY(server->engine());
    const directory::ConnectorId tenant = TRY(tenantOf(*server));
    const store::Transaction reading =
        TRY(store::Transaction::beginReading(server->store().database()));
    compare::PendingComparison found = TRY(compare::comparePendingFile(
        engine, tenant, {in, with_}, all_ || session.json ? SIZE_MAX : limit_));
    found.comparison.here = home.folder();
    if (session.json) {
      Json json = compareJson(found.comparison);
      json["leftOut"] = found.left_out;
      session.printJson(json);
    } else {
      session.print(compareText(found.comparison, {session.width, all_ ? SIZE_MAX : limit_}));
    }
    noteLeftOut(session, found.left_out);
    return found.comparison.differing == 0 ? ExitCode::kDone : ExitCode::kFailed;
  }

  // The connector that was named, or the only tenant there is.
  Result<directory::ConnectorId> tenantOf(run::Server& server) const {
    if (!connector_.empty()) return TRY(server.findConnector(connector_))->id;
    std::vector<const run::ServerConnector*> tenants;
    for (const run::ServerConnector& connector : server.connectors()) {
      if (!connector.isSource()) tenants.push_back(&connector);
    }
    if (tenants.size() == 1) return tenants.front()->id;
    return Error(ErrorCode::kInvalidArgument,
                 tenants.empty() ? "this server's policy has no tenant to compare with"
                                 : "which tenant is the file about? Name it with --connector");
  }

  static void noteLeftOut(const Session& session, const std::set<std::string>& names) {
    if (names.empty()) return;
    std::string list;
    for (const std::string& name : names)
      list += (list.empty() ? "" : ", ") + name;
    session.note("not compared, because this server cannot write them: " + list);
  }

  std::string with_;
  std::string connector_;
  std::size_t limit_ = 50;
  bool all_ = false;
  bool refresh_ = false;
};

}  // namespace

std::unique_ptr<Command> makeCompareCommand() {
  return std::make_unique<CompareCommand>();
}

}  // namespace tandem::cli
