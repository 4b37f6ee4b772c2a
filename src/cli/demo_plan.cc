// SPDX-License-Identifier: Apache-2.0
#include "cli/demo_plan.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "platform/files.h"

namespace tandem::cli {
namespace {

constexpr std::size_t kLimit = 64 * 1024;
constexpr unsigned kPrivateFile = 0600;

std::string planPath(const home::Home& home) {
  return home.stateFolder() + "/demo.json";
}

}  // namespace

Result<DemoPlan> DemoPlan::load(const home::Home& home) {
  const Result<std::string> text = platform::readFile(planPath(home), kLimit);
  if (!text.ok() && text.error().code() == ErrorCode::kNotFound) {
    return Error(ErrorCode::kNotFound,
                 fmt::format("{} has no demo organisation: make one with 'tandem init --demo' in "
                             "another folder",
                             home.folder()));
  }
  if (!text.ok()) return Error(text.error());
  const auto json = nlohmann::json::parse(text.value(), nullptr, /*allow_exceptions=*/false);
  const auto number = [&](const char* key) {
    const auto found = json.is_object() ? json.find(key) : json.end();
    return found != json.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
  };
  DemoPlan plan;
  plan.forest.people = number("people");
  plan.forest.seed = number("seed");
  plan.hired = number("hired");
  if (plan.forest.people == 0) {
    return Error(ErrorCode::kCorruption, planPath(home) + " is damaged: make a new demo");
  }
  return plan;
}

Result<void> DemoPlan::save(const home::Home& home) const {
  const nlohmann::ordered_json json{
      {"people", forest.people}, {"seed", forest.seed}, {"hired", hired}};
  return platform::writeFileDurably(planPath(home), json.dump(2) + "\n", kPrivateFile);
}

Result<std::string> demoFolder(const home::Home& home) {
  const policy::PolicyDocument document = TRY(home.usablePolicy());
  for (const policy::ConnectorPolicy& connector : document.connectors) {
    if (connector.kind == policy::ConnectorKind::kLdif) {
      return home.resolve(connector.ldif.folder);
    }
  }
  return Error(ErrorCode::kNotFound, "the policy has no connector of kind \"ldif\"");
}

}  // namespace tandem::cli
