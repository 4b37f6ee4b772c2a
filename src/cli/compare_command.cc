// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/compare_text.h"
#include "cli/options.h"
#include "cli/partner.h"
#include "run/compared_server.h"

namespace tandem::cli {
namespace {

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
           "Exit code 0: they agree. 1: they differ, or could not be compared.";
  }
  void declare(CLI::App& app) override {
    app.add_option("--with", with_, "The other server: its home folder, or the URL of a paired one")
        ->type_name("HOME|URL");
    app.add_option("--limit", limit_, "Show so many objects")->capture_default_str();
    app.add_flag("--all", all_, "Show every object that differs");
    app.add_flag("--refresh",
                 refresh_,
                 "First import and synchronize what has changed, on both; look twice");
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
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
  std::string with_;
  std::size_t limit_ = 50;
  bool all_ = false;
  bool refresh_ = false;
};

}  // namespace

std::unique_ptr<Command> makeCompareCommand() {
  return std::make_unique<CompareCommand>();
}

}  // namespace tandem::cli
