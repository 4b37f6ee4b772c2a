// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/settings_conversion.h"

#include <chrono>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "policy/duration.h"

namespace tandem::policy::entra {
namespace {

constexpr std::string_view kConsistencyGuid = "mS-DS-ConsistencyGuid";
constexpr std::uint32_t kMany = 1000000000;

bool isTrue(std::string_view text) {
  return equalsIgnoreCaseAscii(trimAscii(text), "true");
}

std::string wordOf(bool flag) {
  return flag ? "True" : "False";
}

// One setting on its way into the document.
struct Arrival {
  const Parameter& setting;
  PolicyDocument& document;
  Report& report;

  void carried(std::string text) const {
    report.push_back({Outcome::kCarried, subject(), std::move(text), "", "", ""});
  }
  void adapted(std::string text) const {
    report.push_back({Outcome::kAdapted, subject(), std::move(text), "", "", ""});
  }
  void notCarried(std::string text, std::string question, std::string fallback) const {
    report.push_back({Outcome::kNotCarried,
                      subject(),
                      std::move(text),
                      std::move(question),
                      std::move(fallback),
                      ""});
  }
  std::string subject() const { return "setting " + setting.name; }
};

void takeAnchor(const Arrival& in) {
  std::string& anchor = in.document.source_anchor.attribute;
  const std::string value(trimAscii(in.setting.value));
  if (value.empty()) return;
  for (const std::string_view changing : {"userPrincipalName", "mail", "sAMAccountName"}) {
    if (!equalsIgnoreCaseAscii(value, changing)) continue;
    return in.notCarried(
        fmt::format("the source anchor is {}, which changes when a person's name does", value),
        "which attribute with the same values never changes?",
        "\"automatic\": mS-DS-ConsistencyGuid; objects in the tenant are then not recognised");
  }
  const bool automatic = equalsIgnoreCaseAscii(value, kConsistencyGuid);
  anchor = automatic ? "" : value;
  in.carried(automatic ? "sourceAnchor.attribute: automatic, which is mS-DS-ConsistencyGuid"
                       : fmt::format("sourceAnchor.attribute: {}", value));
}

void takeJoinCriteria(const Arrival& in) {
  if (equalsIgnoreCaseAscii(in.setting.value, "AlwaysProvision")) {
    return in.carried("accounts of several directories are not taken for one person");
  }
  if (equalsIgnoreCaseAscii(in.setting.value, "ObjectSID")) {
    return in.carried("with several directories the standard rules join by objectSid");
  }
  in.notCarried(fmt::format("people of several directories are joined by {}", in.setting.value),
                "is there more than one directory? Then write a rule that joins them",
                "the standard rules join by source anchor and objectSid");
}

void takeUserPrincipalName(const Arrival& in) {
  if (equalsIgnoreCaseAscii(in.setting.value, "userPrincipalName")) {
    return in.carried("the standard rules take userPrincipalName");
  }
  in.notCarried(fmt::format("people sign in with {}", in.setting.value),
                fmt::format("write a rule that flows {} to userPrincipalName?", in.setting.value),
                "userPrincipalName");
}

void takeSignIn(const Arrival& in) {
  const std::string method = toLowerAscii(in.setting.value);
  const auto names = [&](std::string_view part) { return method.find(part) != std::string::npos; };
  SignInMethod found = SignInMethod::kNotConfigured;
  if (names("hash")) found = SignInMethod::kPasswordHashSync;
  if (names("through")) found = SignInMethod::kPassThrough;
  if (names("adfs") || names("federation")) found = SignInMethod::kFederationAdfs;
  if (names("ping")) found = SignInMethod::kFederationPing;
  in.document.sign_in = found;
  in.carried(fmt::format("signIn.method: {}", wordFor(kSignInMethods, found)));
}

void takePasswordHashes(const Arrival& in) {
  if (!isTrue(in.setting.value)) return in.carried("off, as here");
  if (in.document.sign_in == SignInMethod::kNotConfigured) {
    in.document.sign_in = SignInMethod::kPasswordHashSync;
  }
  in.notCarried("password hashes are not synchronized: public Graph has no way to write them",
                "how will people sign in?",
                "signIn.method is carried; hashes stay as they are in the tenant");
}

void takeInterval(const Arrival& in) {
  const auto span = parseTimeSpan(in.setting.value);
  if (!span || *span < std::chrono::seconds(1)) {
    return in.notCarried(fmt::format("\"{}\" is no time span", in.setting.value),
                         "how often should a cycle start?",
                         "00:30:00");
  }
  in.document.scheduler.cycle_interval = *span;
  in.carried(fmt::format("scheduler.cycleInterval: {}", formatTimeSpan(*span)));
}

void takeHistory(const Arrival& in) {
  const auto span = parseTimeSpan(in.setting.value);
  if (!span || *span < std::chrono::hours(1)) {
    return in.notCarried(fmt::format("\"{}\" is no time span of an hour or more", in.setting.value),
                         "how long should run history be kept?",
                         "7.00:00:00");
  }
  in.document.retention.run_history = *span;
  in.carried(fmt::format("retention.runHistory: {}", formatTimeSpan(*span)));
}

void takeDeletionCount(const Arrival& in) {
  const auto count = parseInteger(trimAscii(in.setting.value));
  if (!count || *count < 0 || *count > kMany) {
    return in.notCarried(fmt::format("\"{}\" is no number", in.setting.value),
                         "how many deletions may one export make?",
                         "500");
  }
  DeletionThreshold& limit = in.document.thresholds.deletions;
  limit.count = static_cast<std::uint32_t>(*count);
  in.adapted(
      fmt::format("thresholds.deletions.count: {}; here {} % of the objects stop an export, "
                  "too",
                  limit.count,
                  limit.percent));
}

void takeExtensions(const Arrival& in) {
  std::string list = in.setting.value;
  for (char& c : list) {
    if (c == ';' || c == '\n') c = ',';
  }
  for (const std::string& part : split(list, ',')) {
    const std::string_view name = trimAscii(part);
    if (!name.empty()) in.document.features.directory_extensions.emplace_back(name);
  }
  if (in.document.features.directory_extensions.empty()) return;
  in.adapted(
      fmt::format("optionalFeatures.directoryExtensions: {}; this release does not act on it",
                  fmt::join(in.document.features.directory_extensions, ", ")));
}

template <bool Scheduler::*Field>
void takeScheduler(const Arrival& in) {
  in.document.scheduler.*Field = isTrue(in.setting.value);
  in.carried(fmt::format("scheduler: {}", in.document.scheduler.*Field));
}

void takeDeletionSwitch(const Arrival& in) {
  in.document.thresholds.deletions.enabled = isTrue(in.setting.value);
  in.carried(
      fmt::format("thresholds.deletions.enabled: {}", in.document.thresholds.deletions.enabled));
}

template <bool OptionalFeatures::*Field>
void takeFeature(const Arrival& in) {
  in.document.features.*Field = isTrue(in.setting.value);
  if (!isTrue(in.setting.value)) return in.carried("off");
  in.adapted(
      "optionalFeatures: on, and carried on to the next server; this release does not act "
      "on it");
}

template <bool OptionalFeatures::*Field>
std::string giveFeature(const PolicyDocument& document) {
  return wordOf(document.features.*Field);
}

template <bool Scheduler::*Field>
std::string giveScheduler(const PolicyDocument& document) {
  return wordOf(document.scheduler.*Field);
}

struct HeldSetting {
  std::string_view name;
  void (*take)(const Arrival&);
  std::string (*give)(const PolicyDocument&);
};

constexpr HeldSetting kHeld[] = {
    {"Microsoft.SynchronizationOption.AnchorAttribute",
     takeAnchor,
     [](const PolicyDocument& document) {
       const std::string& anchor = document.source_anchor.attribute;
       return anchor.empty() ? std::string(kConsistencyGuid) : anchor;
     }},
    {"Microsoft.UserSignIn.SignOnMethod",
     takeSignIn,
     [](const PolicyDocument& document) {
       return std::string(wordFor(kSignInMethods, document.sign_in));
     }},
    {"Microsoft.Synchronize.TimeInterval",
     takeInterval,
     [](const PolicyDocument& document) {
       return formatTimeSpan(document.scheduler.cycle_interval);
     }},
    {"Microsoft.Synchronize.RunHistoryPurgeInterval",
     takeHistory,
     [](const PolicyDocument& document) { return formatTimeSpan(document.retention.run_history); }},
    {"Microsoft.Synchronize.SynchronizationSchedule",
     takeScheduler<&Scheduler::cycle_enabled>,
     giveScheduler<&Scheduler::cycle_enabled>},
    {"Microsoft.Synchronize.MaintenanceEnabled",
     takeScheduler<&Scheduler::maintenance_enabled>,
     giveScheduler<&Scheduler::maintenance_enabled>},
    {"Microsoft.OptionalFeature.ExportDeletionThreshold",
     takeDeletionSwitch,
     [](const PolicyDocument& document) { return wordOf(document.thresholds.deletions.enabled); }},
    {"Microsoft.OptionalFeature.ExportDeletionThresholdValue",
     takeDeletionCount,
     [](const PolicyDocument& document) {
       return std::to_string(document.thresholds.deletions.count);
     }},
    {"Microsoft.OptionalFeature.PasswordWriteback",
     takeFeature<&OptionalFeatures::password_writeback>,
     giveFeature<&OptionalFeatures::password_writeback>},
    {"Microsoft.OptionalFeature.GroupWriteBack",
     takeFeature<&OptionalFeatures::group_writeback>,
     giveFeature<&OptionalFeatures::group_writeback>},
    {"Microsoft.OptionalFeature.DeviceWriteBack",
     takeFeature<&OptionalFeatures::device_writeback>,
     giveFeature<&OptionalFeatures::device_writeback>},
    {"Microsoft.OptionalFeature.UserWriteBack",
     takeFeature<&OptionalFeatures::user_writeback>,
     giveFeature<&OptionalFeatures::user_writeback>},
    {"Microsoft.OptionalFeature.HybridExchange",
     takeFeature<&OptionalFeatures::exchange_hybrid>,
     giveFeature<&OptionalFeatures::exchange_hybrid>},
    {"Microsoft.OptionalFeature.ExchangeMailPublicFolder",
     takeFeature<&OptionalFeatures::exchange_mail_public_folders>,
     giveFeature<&OptionalFeatures::exchange_mail_public_folders>},
    {"Microsoft.OptionalFeature.DirectoryExtensionAttributes",
     takeExtensions,
     [](const PolicyDocument& document) {
       return fmt::format("{}", fmt::join(document.features.directory_extensions, ","));
     }},
};

// Looked at, and answered by other parts of a policy or a server.
struct AnsweredSetting {
  std::string_view name;
  void (*take)(const Arrival&);
};

constexpr AnsweredSetting kAnswered[] = {
    {"Microsoft.SynchronizationOption.JoinCriteria", takeJoinCriteria},
    {"Microsoft.SynchronizationOption.UPNAttribute", takeUserPrincipalName},
    {"Microsoft.OptionalFeature.PasswordHashSync", takePasswordHashes},
    {"Microsoft.Synchronize.StagingMode",
     [](const Arrival& in) {
       in.adapted(
           fmt::format("was {}; a server made from a policy starts in staging, and its role "
                       "is its own",
                       in.setting.value));
     }},
    {"Microsoft.OptionalFeature.GroupFiltering",
     [](const Arrival& in) {
       if (isTrue(in.setting.value))
         in.adapted(
             "the group of the pilot is optionalFeatures."
             "pilotGroup; this release does not act on it");
     }},
};

// State, version and bookkeeping of the server: nothing that another server should be told.
constexpr std::string_view kOfTheServer[] = {
    "Microsoft.Synchronize.SynchronizationPolicy",
    "Microsoft.Synchronize.NextStartTime",
    "Microsoft.Synchronize.SchedulerSuspended",
    "Microsoft.Synchronize.ServerConfigurationVersion",
    "Microsoft.Version.SynchronizationRuleImmutableTag",
    "Microsoft.OptionalFeature.AutoUpgradeState",
    "Microsoft.OptionalFeature.AutoUpgradeSuspensionReason",
    "Microsoft.ConnectDirectories.WizardDirectoryMode",
    "Microsoft.SystemInformation.MachineRole"};

bool isOfTheServer(std::string_view name) {
  for (const std::string_view one : kOfTheServer) {
    if (equalsIgnoreCaseAscii(one, name)) return true;
  }
  return false;
}

bool isOff(std::string_view value) {
  value = trimAscii(value);
  return value.empty() || equalsIgnoreCaseAscii(value, "false");
}

void takeOne(const Arrival& in) {
  for (const HeldSetting& held : kHeld) {
    if (equalsIgnoreCaseAscii(held.name, in.setting.name)) return held.take(in);
  }
  for (const AnsweredSetting& answered : kAnswered) {
    if (equalsIgnoreCaseAscii(answered.name, in.setting.name)) return answered.take(in);
  }
  if (isOff(in.setting.value)) return;
  if (isOfTheServer(in.setting.name)) {
    return in.adapted("is the old server's own state or version; the new one has its own");
  }
  in.notCarried("a policy has no such setting",
                fmt::format("is it needed? It was \"{:.60}\"", in.setting.value),
                "left out");
}

}  // namespace

void convertSettings(const std::vector<Parameter>& settings,
                     PolicyDocument& document,
                     Report& report) {
  for (const Parameter& setting : settings)
    takeOne({setting, document, report});
}

std::vector<Parameter> settingsOfPolicy(const PolicyDocument& document) {
  std::vector<Parameter> settings;
  for (const HeldSetting& held : kHeld) {
    Parameter& setting = settings.emplace_back();
    setting.name = held.name;
    setting.value = held.give(document);
    setting.use = "SynchronizationGlobal";
  }
  return settings;
}

bool isHeldByPolicy(std::string_view setting) {
  for (const HeldSetting& held : kHeld) {
    if (equalsIgnoreCaseAscii(held.name, setting)) return true;
  }
  return false;
}

}  // namespace tandem::policy::entra
