// SPDX-License-Identifier: Apache-2.0
#include "cli/cmdlets.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "base/text.h"
#include "expression/suggestion.h"

namespace tandem::cli {
namespace {

using Kind = CmdletParameter::Kind;

const std::vector<Cmdlet>& table() {
  // Positional parameters stand in the order of the command's own arguments.
  static const std::vector<Cmdlet> kCmdlets{
      {"Start-ADSyncSyncCycle", "cycle", {{"PolicyType", Kind::kPositional, "delta", true}}},
      {"Invoke-ADSyncRunProfile",
       "run",
       {{"ConnectorName", Kind::kPositional, "", false, true},
        {"RunProfileName", Kind::kPositional, "", false, true}}},
      {"Get-ADSyncScheduler", "scheduler show", {}},
      {"Set-ADSyncScheduler",
       "scheduler set",
       {{"CustomizedSyncCycleInterval", Kind::kOption, "--interval"},
        {"SyncCycleEnabled", Kind::kOption, "--enabled", true},
        {"NextSyncCyclePolicyType", Kind::kOption, "--next", true},
        {"PurgeRunHistoryInterval", Kind::kOption, "--history"},
        {"MaintenanceEnabled", Kind::kOption, "--maintenance", true},
        {"SchedulerSuspended", Kind::kOption, "--suspended", true},
        {"Force", Kind::kIgnored, ""}}},
      {"Get-ADSyncSchedulerConnectorOverride",
       "scheduler overrides",
       {{"ConnectorName", Kind::kPositional, ""}, {"ConnectorIdentifier", Kind::kPositional, ""}}},
      {"Set-ADSyncSchedulerConnectorOverride",
       "scheduler override",
       {{"ConnectorName", Kind::kPositional, ""},
        {"ConnectorIdentifier", Kind::kPositional, ""},
        {"FullImportRequired", Kind::kOption, "--full-import", true},
        {"FullSyncRequired", Kind::kOption, "--full-sync", true}}},
      {"Get-ADSyncRunProfileResult",
       "runs --as-cmdlet",
       {{"ConnectorName", Kind::kOption, "--connector"},
        {"RunHistoryId", Kind::kOption, "--id"},
        {"NumberRequested", Kind::kOption, "--limit"},
        {"RunStepDetails", Kind::kSwitch, "--steps"}}},
      {"Start-ADSyncPurgeRunHistory",
       "history purge",
       {{"PurgeRunHistoryInterval", Kind::kOption, "--older-than"},
        {"Offline", Kind::kIgnored, ""}}},
      {"Get-ADSyncConnector", "connector list --as-cmdlet", {{"Name", Kind::kOption, "--name"}}},
      {"Get-ADSyncConnectorStatistics",
       "connector statistics --as-cmdlet",
       {{"ConnectorName", Kind::kPositional, "", false, true}}},
      {"Get-ADSyncCSObject",
       "show --as-cmdlet",
       {{"DistinguishedName", Kind::kPositional, ""},
        {"ConnectorName", Kind::kOption, "--connector"},
        {"Identifier", Kind::kOption, "--id"}}},
      {"Get-ADSyncMVObject",
       "show --metaverse --as-cmdlet",
       {{"Identifier", Kind::kOption, "--id", false, true}}},
      {"Get-ADSyncRule",
       "rule list --as-cmdlet",
       {{"Name", Kind::kOption, "--name"}, {"Identifier", Kind::kOption, "--id"}}},
      {"Get-ADSyncExportDeletionThreshold", "threshold show", {}},
      {"Enable-ADSyncExportDeletionThreshold",
       "threshold enable",
       {{"DeletionThreshold", Kind::kOption, "--count"}}},
      {"Disable-ADSyncExportDeletionThreshold", "threshold disable", {}},
  };
  return kCmdlets;
}

bool isCmdletName(std::string_view text) {
  const std::string lower = toLowerAscii(text);
  return lower.find("-adsync") != std::string::npos;
}

Error wrongUse(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<const Cmdlet*> findCmdlet(const std::string& name) {
  std::vector<std::string_view> known;
  for (const Cmdlet& cmdlet : table()) {
    if (equalsIgnoreCaseAscii(cmdlet.name, name)) return &cmdlet;
    known.push_back(cmdlet.name);
  }
  return wrongUse(fmt::format("there is no cmdlet \"{}\"{}",
                              name,
                              expression::didYouMean(expression::closest(name, known))));
}

// PowerShell takes any beginning of a name that fits one parameter only.
Result<const CmdletParameter*> findParameter(const Cmdlet& cmdlet, std::string_view name) {
  const CmdletParameter* found = nullptr;
  std::vector<std::string_view> known;
  for (const CmdletParameter& parameter : cmdlet.parameters) {
    known.push_back(parameter.name);
    if (equalsIgnoreCaseAscii(parameter.name, name)) return &parameter;
    if (!equalsIgnoreCaseAscii(parameter.name.substr(0, name.size()), name)) continue;
    if (found != nullptr) {
      return wrongUse(fmt::format("-{} could be -{} or -{}", name, found->name, parameter.name));
    }
    found = &parameter;
  }
  if (found != nullptr) return found;
  return wrongUse(fmt::format("{} has no parameter -{}{}",
                              cmdlet.name,
                              name,
                              expression::didYouMean(expression::closest(name, known))));
}

std::string valueFor(const CmdletParameter& parameter, std::string value) {
  if (equalsIgnoreCaseAscii(value, "$true")) value = "true";
  if (equalsIgnoreCaseAscii(value, "$false")) value = "false";
  return parameter.lower_case ? toLowerAscii(value) : value;
}

class Translator {
 public:
  explicit Translator(const Cmdlet& cmdlet)
      : cmdlet_(cmdlet), positional_(cmdlet.parameters.size()) {
    arguments_ = split(cmdlet.command, ' ');
  }

  Result<std::vector<std::string>> translate(const std::vector<std::string>& given) {
    for (next_ = 1; next_ < given.size(); ++next_)
      TRY(take(given));
    for (std::size_t i = 0; i < cmdlet_.parameters.size(); ++i)
      TRY(checkPresent(i));
    for (const auto& value : positional_) {
      if (value) arguments_.push_back(*value);
    }
    return std::move(arguments_);
  }

 private:
  Result<void> take(const std::vector<std::string>& given) {
    const std::string& argument = given[next_];
    if (argument.rfind("--", 0) == 0) {  // our own: --json, --yes, --home DIR
      arguments_.push_back(argument);
      const bool has_value = argument == "--home" && next_ + 1 < given.size();
      if (has_value) arguments_.push_back(given[++next_]);
      return {};
    }
    if (argument.empty() || argument[0] != '-') return takeBare(argument);
    const std::size_t colon = argument.find(':');
    const CmdletParameter* const parameter =
        TRY(findParameter(cmdlet_, std::string_view(argument).substr(1, colon - 1)));
    const auto index = static_cast<std::size_t>(parameter - cmdlet_.parameters.data());
    if (parameter->kind == Kind::kSwitch || parameter->kind == Kind::kIgnored) {
      if (parameter->kind == Kind::kSwitch) arguments_.emplace_back(parameter->option);
      seen_.push_back(index);
      return {};
    }
    std::string value;
    if (colon != std::string::npos) {
      value = argument.substr(colon + 1);
    } else if (next_ + 1 < given.size()) {
      value = given[++next_];
    } else {
      return wrongUse(fmt::format("-{} needs a value", parameter->name));
    }
    use(index, valueFor(*parameter, std::move(value)));
    return {};
  }

  // A value without a name goes to the first parameter that has none yet.
  Result<void> takeBare(const std::string& value) {
    for (std::size_t i = 0; i < cmdlet_.parameters.size(); ++i) {
      const CmdletParameter& parameter = cmdlet_.parameters[i];
      const bool seen = std::find(seen_.begin(), seen_.end(), i) != seen_.end();
      if (seen || parameter.kind == Kind::kSwitch || parameter.kind == Kind::kIgnored) continue;
      use(i, valueFor(parameter, value));
      return {};
    }
    return wrongUse(fmt::format("\"{}\" was not expected after {}", value, cmdlet_.name));
  }

  void use(std::size_t index, std::string value) {
    const CmdletParameter& parameter = cmdlet_.parameters[index];
    seen_.push_back(index);
    if (parameter.kind == Kind::kPositional) {
      positional_[index] = std::move(value);
    } else {
      arguments_.emplace_back(parameter.option);
      arguments_.push_back(std::move(value));
    }
  }

  Result<void> checkPresent(std::size_t index) {
    const CmdletParameter& parameter = cmdlet_.parameters[index];
    if (std::find(seen_.begin(), seen_.end(), index) != seen_.end()) return {};
    if (parameter.is_required) {
      return wrongUse(fmt::format("{} needs -{}", cmdlet_.name, parameter.name));
    }
    if (parameter.kind == Kind::kPositional && !parameter.option.empty()) {
      positional_[index] = std::string(parameter.option);  // its default
    }
    return {};
  }

  const Cmdlet& cmdlet_;
  std::vector<std::string> arguments_;
  std::vector<std::optional<std::string>> positional_;
  std::vector<std::size_t> seen_;
  std::size_t next_ = 1;
};

}  // namespace

std::span<const Cmdlet> allCmdlets() {
  return table();
}

Result<std::vector<std::string>> translateCmdlet(std::vector<std::string> arguments) {
  // Global options may stand before the cmdlet.
  const auto name = std::find_if(arguments.begin(), arguments.end(), isCmdletName);
  const bool only_options_before =
      std::all_of(arguments.begin(), name, [](const std::string& argument) {
        return argument == "--json" || argument == "--yes" || argument.rfind("--home=", 0) == 0;
      });
  if (name == arguments.end() || !only_options_before) return arguments;
  std::rotate(arguments.begin(), name, name + 1);
  const Cmdlet* const cmdlet = TRY(findCmdlet(arguments[0]));
  return Translator(*cmdlet).translate(arguments);
}

}  // namespace tandem::cli
