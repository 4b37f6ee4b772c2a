// SPDX-License-Identifier: Apache-2.0
#include "web/operation_title.h"

#include <array>

#include <fmt/format.h>

#include "cli/run_profile_name.h"

namespace tandem::web {
namespace {

std::string profileIn(const Call& call) {
  const std::string typed = call.text("profile");
  const auto step = cli::standardProfile(typed);
  return step ? std::string(policy::wordFor(policy::kRunSteps, *step)) : typed;
}

// The guards that are set aside, and a run that writes nothing: nobody should have to guess.
std::string remarks(const Call& call) {
  std::string text;
  if (call.flag("dryRun")) text += ", dry run";
  if (call.flag("allowDeletions")) text += ", deletions allowed";
  if (call.flag("allowAbsence")) text += ", absence allowed";
  return text;
}

std::string cycleTitle(const Call& call) {
  const std::string type = call.text("policyType");
  if (type.empty()) return "Cycle";
  return type == "initial" ? "Initial cycle" : "Delta cycle";
}

struct Title {
  std::string_view act, text;
};
constexpr std::array kTitles{Title{"check preflight", "Preflight"},
                             Title{"compare", "Comparison with the partner"},
                             Title{"staging on", "Staging on"},
                             Title{"staging off", "Staging off"},
                             Title{"failover", "Failover"},
                             Title{"decommission", "Decommission"},
                             Title{"policy effect", "Effect of a policy"}};

}  // namespace

std::string operationTitle(std::string_view act, const Call& call) {
  if (act == "cycle") return cycleTitle(call) + remarks(call);
  if (act == "run") {
    return fmt::format("{} of {}{}", profileIn(call), call.text("connector"), remarks(call));
  }
  if (act == "connector test") return "Connection test of " + call.text("connector");
  if (act == "swap") return call.flag("back") ? "Swap back" : "Swap";
  if (act == "canary") {
    const std::string user = call.text("user");
    return user.empty() ? "Test user into the tenant" : fmt::format("{} into the tenant", user);
  }
  for (const Title& title : kTitles) {
    if (title.act == act) return std::string(title.text);
  }
  return std::string(call.route().summary);
}

}  // namespace tandem::web
