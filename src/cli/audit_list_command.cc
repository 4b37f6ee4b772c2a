// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "access/audit_log.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/table.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;

Json toJson(const access::AuditEntry& entry) {
  return {{"number", entry.number},
          {"at", entry.at},
          {"who", entry.who},
          {"door", entry.door},
          {"from", entry.from},
          {"act", entry.act},
          {"on", entry.on},
          {"outcome", entry.outcome}};
}

class AuditListCommand : public Command {
 public:
  std::string_view summary() const override { return "What was changed, newest first"; }
  std::string_view examples() const override {
    return "  tandem audit list                    the latest 50\n"
           "  tandem audit list --who ada --limit 10\n"
           "  tandem audit list --act policy       policy.import, policy.save, …\n"
           "  tandem audit list --text failed";
  }
  void declare(CLI::App& app) override {
    app.add_option("--limit", limit_, "How many")
        ->check(CLI::Range(std::size_t{1}, access::kAuditPageMax))
        ->capture_default_str();
    app.add_option("--who", filter_.who, "Only what this one did");
    app.add_option("--act", filter_.act, "Only this act, or those whose first word it is");
    app.add_option("--text", filter_.text, "Only with this text somewhere");
    app.add_option("--before", before_, "Go on where a page ended: its \"before\"");
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    access::AuditPage page = TRY(collect(home.resolve("audit.log")));
    if (session.json) {
      Json entries = Json::array();
      for (const access::AuditEntry& entry : page.entries)
        entries.push_back(toJson(entry));
      Json before;
      if (page.before) before = *page.before;
      session.printJson({{"entries", std::move(entries)}, {"before", std::move(before)}});
    } else if (page.entries.empty()) {
      session.print("There are no such acts.");
    } else {
      print(session, page.entries);
    }
    return ExitCode::kDone;
  }

 private:
  // One page reads a bounded part of the log; a person wants so many entries.
  Result<access::AuditPage> collect(const std::string& path) const {
    access::AuditPage all;
    all.before = before_;
    do {
      access::AuditPage page =
          TRY(access::readAuditPage(path, all.before, limit_ - all.entries.size(), filter_));
      for (access::AuditEntry& entry : page.entries)
        all.entries.push_back(std::move(entry));
      all.before = page.before;
    } while (all.before && all.entries.size() < limit_);
    return all;
  }

  static void print(const Session& session, const std::vector<access::AuditEntry>& entries) {
    Table table({{"NO", Column::Kind::kNumber},
                 {"TIME", Column::Kind::kText},
                 {"WHO", Column::Kind::kText},
                 {"ACT", Column::Kind::kText},
                 {"ON", Column::Kind::kLong},
                 {"OUTCOME", Column::Kind::kLong}});
    for (const access::AuditEntry& entry : entries) {
      table.add({fmt::format("{}", entry.number),
                 entry.at.substr(0, 19),
                 entry.who,
                 entry.act,
                 entry.on,
                 entry.outcome});
    }
    session.print(table.render(session.width));
  }

  std::size_t limit_ = 50;
  access::AuditFilter filter_;
  std::optional<std::uint64_t> before_;
};

}  // namespace

std::unique_ptr<Command> makeAuditListCommand() {
  return std::make_unique<AuditListCommand>();
}

}  // namespace tandem::cli
