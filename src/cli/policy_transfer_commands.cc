// SPDX-License-Identifier: Apache-2.0
//
// The policy from one server to another as one file. What is in it are settings; secrets never are,
// so each side lists which ones the other has to bring.
#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/checklist.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/options.h"
#include "cli/policy_edit.h"
#include "cli/policy_file.h"
#include "platform/files.h"
#include "policy/policy_check.h"
#include "policy/policy_diff.h"
#include "policy/policy_writer.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;
using policy::PolicyChange;
using policy::PolicyDocument;

constexpr unsigned kPrivateFile = 0600;
constexpr std::size_t kPolicyLimit = 64 * 1024 * 1024;

std::string changeLine(const PolicyChange& change) {
  const std::string_view word = wordFor(policy::kChangeKinds, change.kind);
  std::string line = fmt::format("  {:<8} {}", word, change.what);
  switch (change.kind) {
    case policy::ChangeKind::kChanged:
      return line + fmt::format(": {} → {}", change.before, change.after);
    case policy::ChangeKind::kAdded:
      return change.after.empty() ? line : line + ": " + change.after;
    case policy::ChangeKind::kRemoved:
      return change.before.empty() ? line : line + ": " + change.before;
  }
  return line;
}

std::string changeLines(const std::vector<PolicyChange>& changes) {
  std::string text;
  for (const PolicyChange& change : changes)
    text += changeLine(change) + "\n";
  return text;
}

Json changesJson(const std::vector<PolicyChange>& changes) {
  Json list = Json::array();
  for (const PolicyChange& change : changes) {
    list.push_back({{"change", wordFor(policy::kChangeKinds, change.kind)},
                    {"what", change.what},
                    {"before", change.before},
                    {"after", change.after}});
  }
  return list;
}

// "2026-11-22T13:05:09Z"
std::string isoTime(std::int64_t now) {
  std::string text = formatTime(now);
  if (const std::size_t blank = text.find(' '); blank != std::string::npos) text[blank] = 'T';
  return text;
}

class PolicyExportCommand : public Command {
 public:
  std::string_view summary() const override { return "Write the settings for another server"; }
  std::string_view examples() const override {
    return "  tandem policy export settings.json          then: tandem init --import "
           "settings.json\n"
           "  tandem policy export --rules-in-full | less with the standard rules, to read\n"
           "Secrets are never in it; the ones to bring are listed on standard error.";
  }
  void declare(CLI::App& app) override {
    app.add_option("FILE", file_, "Default: standard output");
    app.add_flag("--rules-in-full", in_full_, "Write the standard rules out, too, for reading");
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    PolicyDocument document = TRY(home.usablePolicy());
    document.exported = policy::Exported{session.user_name,
                                         session.host_name,
                                         home.settings().server_id,
                                         isoTime(session.now()),
                                         TANDEM_VERSION};
    if (in_full_) document.standard_rules.in_full = policy::standardRulesInForce(document);
    const std::string text = policy::writePolicy(document);
    if (!file_.empty()) {
      if (!TRY(mayWrite(session))) return ExitCode::kFailed;
      TRY(platform::writeFileDurably(file_, text, kPrivateFile));
    }
    report(session, text, checklistOf(document));
    return ExitCode::kDone;
  }

 private:
  Result<bool> mayWrite(Session& session) const {
    if (!platform::fileExists(file_)) return true;
    return session.confirm(fmt::format("This replaces {}.", file_));
  }

  void report(Session& session, const std::string& text, const Checklist& checklist) const {
    if (session.json) {
      Json json = toJson(checklist);
      if (file_.empty()) {
        json["policy"] = Json::parse(text);
      } else {
        json["file"] = file_;
      }
      session.printJson(json);
    } else if (file_.empty()) {
      session.print(text);
    } else {
      session.print(fmt::format("{} holds the settings of this server.", file_));
    }
    if (!checklist.secrets.empty()) {
      session.note("Secrets are not in it. The other server needs them:\n" +
                   listSecrets(checklist.secrets));
    }
    if (!checklist.files.empty()) {
      session.note("It names these files; the other server needs them, too:\n" +
                   listFiles(checklist.files));
    }
  }

  std::string file_;
  bool in_full_ = false;
};

// The home's settings beside those of a file.
struct Comparison {
  policy::ReadPolicy file;
  std::optional<PolicyDocument> present;  // none: it has errors, or is not there
  std::vector<PolicyChange> changes;
};

Result<Comparison> compareWithFile(const home::Home& home, const std::string& file) {
  Comparison comparison;
  comparison.file = TRY(readPolicyFile(file));
  if (!comparison.file.document) return comparison;
  if (Result<policy::ReadPolicy> present = home.policy(); present.ok()) {
    comparison.present = std::move(present.value().document);
  }
  if (comparison.present) {
    comparison.changes = policy::comparePolicies(*comparison.present, *comparison.file.document);
  }
  return comparison;
}

// What deserves a second thought before somebody says yes.
std::string warningsFor(const Comparison& comparison) {
  if (!comparison.present) {
    return "Warning: the present policy.json has errors or is missing; all of it is replaced.\n";
  }
  return replacementWarnings(*comparison.present, *comparison.file.document);
}

class PolicyImportCommand : public Command {
 public:
  std::string_view summary() const override { return "Put a policy file in force"; }
  std::string_view examples() const override {
    return "  tandem policy import settings.json        shows what changes, and asks\n"
           "  tandem policy import settings.json --yes\n"
           "A new server is set up with: tandem init --import settings.json";
  }
  void declare(CLI::App& app) override {
    app.add_option("FILE", file_, "A policy, as 'tandem policy export' writes it")->required();
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const platform::FileLock lock = TRY(home.editLock());
    const Comparison comparison = TRY(compareWithFile(home, file_));
    if (!comparison.file.document) {
      reportBadPolicy(session, file_, comparison.file);
      return ExitCode::kUsage;
    }
    const PolicyDocument& wanted = *comparison.file.document;
    if (!comparison.file.problems.empty()) {
      session.note(home::listProblems(comparison.file.problems));
    }
    if (comparison.present && comparison.changes.empty()) {
      return report(session, home, comparison, "");
    }
    if (!TRY(session.confirm(planOf(home, comparison)))) return ExitCode::kFailed;
    const std::string kept = TRY(keepPresent(session, home));
    TRY(home.writePolicy(settingsAlone(wanted), editOf(session, summaryOf(session, comparison))));
    return report(session, home, comparison, kept);
  }

 private:
  // For the history: by what it came, and what is different.
  static std::string summaryOf(const Session& session, const Comparison& comparison) {
    constexpr std::size_t kNamed = 3;
    std::string text = "policy import";
    if (session.recorded_as) {
      const bool is_script = session.door == "token" || session.door == "socket";
      text = is_script ? "saved by the API" : "saved in the console";
    }
    const std::vector<PolicyChange>& changes = comparison.changes;
    for (std::size_t i = 0; i < std::min(kNamed, changes.size()); ++i) {
      text += fmt::format("{} {} {}",
                          i == 0 ? ":" : ",",
                          wordFor(policy::kChangeKinds, changes[i].kind),
                          changes[i].what);
    }
    if (changes.size() > kNamed) text += fmt::format(", and {} more", changes.size() - kNamed);
    return text;
  }

  std::string planOf(const home::Home& home, const Comparison& comparison) const {
    const PolicyDocument& wanted = *comparison.file.document;
    const std::string origin = originOf(wanted);
    std::string text = origin.empty() ? "" : fmt::format("{} was {}.\n", file_, origin);
    text += fmt::format("This changes {}:\n", home.policyPath());
    text += changeLines(comparison.changes);
    return text + warningsFor(comparison) + standardRulesNote(wanted);
  }

  // The policy so far, beside the new one; "" when there is none.
  static Result<std::string> keepPresent(const Session& session, const home::Home& home) {
    if (!platform::fileExists(home.policyPath())) return std::string();
    std::string digits = isoTime(session.now());
    std::erase_if(digits, [](char c) { return c == '-' || c == ':'; });
    const std::string path = fmt::format("{}.before-{}", home.policyPath(), digits);
    const std::string text = TRY(platform::readFile(home.policyPath(), kPolicyLimit));
    TRY(platform::writeFileDurably(path, text, kPrivateFile));
    return path;
  }

  Result<ExitCode> report(Session& session,
                          const home::Home& home,
                          const Comparison& comparison,
                          const std::string& kept) const {
    const PolicyDocument& document = *comparison.file.document;
    const Checklist missing = TRY(missingHere(home, document));
    if (session.json) {
      Json json = toJson(missing);
      session.printJson({{"file", file_},
                         {"exported", originJson(document)},
                         {"changes", changesJson(comparison.changes)},
                         {"kept", kept},
                         {"secretsToSet", missing.secretNames()},
                         {"filesToCopy", json["files"]}});
      return ExitCode::kDone;
    }
    if (kept.empty()) {
      session.print("These settings are in force already; nothing was changed.");
    } else {
      session.print(
          fmt::format("The settings of {} are in force from the next run on. The ones so far "
                      "are in {}.",
                      file_,
                      kept));
    }
    for (const std::string& name : missing.secretNames())
      session.print(fmt::format("  tandem secret set {}", name));
    if (!missing.files.empty()) {
      session.print("Files that are not there yet:\n" + listFiles(missing.files));
    }
    if (!kept.empty()) session.print("Next: tandem cycle initial");
    return ExitCode::kDone;
  }

  std::string file_;
};

}  // namespace

std::unique_ptr<Command> makePolicyExportCommand() {
  return std::make_unique<PolicyExportCommand>();
}
std::unique_ptr<Command> makePolicyImportCommand() {
  return std::make_unique<PolicyImportCommand>();
}

}  // namespace tandem::cli
