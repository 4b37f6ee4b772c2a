// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/table.h"
#include "platform/files.h"

namespace tandem::cli {
namespace {

constexpr std::size_t kSecretLimit = 64 * 1024;

// Names that the policy asks for, whether or not the rest of it is good.
std::vector<std::string> namesNeeded(const home::Home& home) {
  const Result<policy::PolicyDocument> document = home.usablePolicy();
  return document.ok() ? document.value().secretNames() : std::vector<std::string>();
}

class SecretSetCommand : public Command {
 public:
  std::string_view summary() const override { return "Store a password or key, sealed"; }
  std::string_view examples() const override {
    return "  tandem secret set directory.password            asks, without echo\n"
           "  tandem secret set entra.client-secret --file f  the file's text, blanks trimmed\n"
           "  pass show corp/ad | tandem secret set directory.password\n"
           "A secret is never taken from the command line: others could read it there.";
  }
  void declare(CLI::App& app) override {
    app.add_option("NAME", name_, "As the policy names it")->required();
    app.add_option("--file", file_, "Read it from this file");
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const platform::FileLock lock = TRY(home.editLock());
    platform::SealedSecrets secrets = TRY(home.secrets());
    const platform::SecretText secret = TRY(obtain(session));
    if (secret.isEmpty()) {
      return Error(ErrorCode::kInvalidArgument, "the secret is empty; nothing was stored");
    }
    TRY(secrets.set(name_, secret));
    const std::vector<std::string> needed = namesNeeded(home);
    const bool known = std::find(needed.begin(), needed.end(), name_) != needed.end();
    if (session.json) {
      session.printJson({{"name", name_}, {"stored", true}, {"namedByPolicy", known}});
      return ExitCode::kDone;
    }
    session.print(fmt::format("\"{}\" is stored.", name_));
    if (!known) session.note("Note: the policy does not name this secret (yet).");
    return ExitCode::kDone;
  }

 private:
  Result<platform::SecretText> obtain(Session& session) const {
    if (!file_.empty()) {
      std::string text = TRY(platform::readFile(file_, kSecretLimit));
      platform::SecretText secret(trimAscii(text));
      platform::wipe(text);
      return secret;
    }
    if (!session.can_ask) return session.read_secret_from_input();
    platform::SecretText first = TRY(session.ask_secret(fmt::format("{}: ", name_)));
    const platform::SecretText second = TRY(session.ask_secret("once more: "));
    if (first.reveal() != second.reveal()) {
      return Error(ErrorCode::kInvalidArgument, "the two differ; nothing was stored");
    }
    return first;
  }

  std::string name_;
  std::string file_;
};

class SecretListCommand : public Command {
 public:
  std::string_view summary() const override { return "Which secrets are set, needed, or missing"; }
  std::string_view examples() const override { return "  tandem secret list"; }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const platform::SealedSecrets secrets = TRY(home.secrets());
    const std::vector<std::string> needed = namesNeeded(home);
    std::vector<std::string> names = secrets.names();
    names.insert(names.end(), needed.begin(), needed.end());
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    Table table({{"NAME", Column::Kind::kText}, {"STATE", Column::Kind::kText}});
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const std::string& name : names) {
      const bool is_needed = std::find(needed.begin(), needed.end(), name) != needed.end();
      const bool is_set = secrets.has(name);
      table.add({name,
                 !is_set     ? "missing: run 'tandem secret set " + name + "'"
                 : is_needed ? "set"
                             : "set, but the policy does not name it"});
      list.push_back({{"name", name}, {"set", is_set}, {"namedByPolicy", is_needed}});
    }
    if (session.json) {
      session.printJson({{"keyFile", home.keyPath()}, {"secrets", list}});
    } else if (table.isEmpty()) {
      session.print("There are no secrets, and the policy names none.");
    } else {
      session.print(table.render(session.width));
    }
    return ExitCode::kDone;
  }
};

class SecretRemoveCommand : public Command {
 public:
  std::string_view summary() const override { return "Forget a secret"; }
  std::string_view examples() const override { return "  tandem secret remove old.password --yes"; }
  void declare(CLI::App& app) override {
    app.add_option("NAME", name_, "As 'tandem secret list' shows it")->required();
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const platform::FileLock lock = TRY(home.editLock());
    platform::SealedSecrets secrets = TRY(home.secrets());
    if (!secrets.has(name_)) return secrets.remove(name_).error();
    const bool sure =
        TRY(session.confirm(fmt::format("This removes the secret \"{}\" for good.", name_)));
    if (!sure) return ExitCode::kFailed;
    TRY(secrets.remove(name_));
    if (session.json) {
      session.printJson({{"name", name_}, {"removed", true}});
    } else {
      session.print(fmt::format("\"{}\" is removed.", name_));
    }
    return ExitCode::kDone;
  }

 private:
  std::string name_;
};

}  // namespace

std::unique_ptr<Command> makeSecretSetCommand() {
  return std::make_unique<SecretSetCommand>();
}
std::unique_ptr<Command> makeSecretListCommand() {
  return std::make_unique<SecretListCommand>();
}
std::unique_ptr<Command> makeSecretRemoveCommand() {
  return std::make_unique<SecretRemoveCommand>();
}

}  // namespace tandem::cli
