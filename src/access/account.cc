// SPDX-License-Identifier: Apache-2.0
#include "access/account.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "access/password.h"
#include "base/bytes.h"
#include "base/text.h"
#include "base/time_text.h"
#include "policy/object_reader.h"

namespace tandem::access {
namespace {

using policy::Findings;
using policy::JsonNode;
using policy::ObjectReader;

constexpr std::uint32_t kVersion = 1;
constexpr std::string_view kFormat = "tandem-access";
constexpr std::array kRoles{policy::Word<Role>{"viewer", Role::kViewer},
                            policy::Word<Role>{"operator", Role::kOperator},
                            policy::Word<Role>{"administrator", Role::kAdministrator}};
constexpr std::size_t kOidcTextMax = 320;  // the longest e-mail address; subjects have 255

bool isNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-' || c == '@';
}

class AccountsReader {
 public:
  std::vector<Account> read(const JsonNode& root) {
    if (root.kind != JsonNode::Kind::kObject) {
      findings_.error(root.at, "the file should hold one object: { \"format\": … }");
      return {};
    }
    ObjectReader reader(root, findings_);
    readFormat(reader);
    std::vector<Account> accounts;
    reader.objects("accounts", [&](ObjectReader& one) { accounts.push_back(readOne(one)); });
    if (accounts.size() > kAccountsMax) {
      findings_.error(root.at, fmt::format("there are more than {} accounts", kAccountsMax));
    }
    reader.finish();
    return accounts;
  }

  Findings& findings() { return findings_; }

 private:
  void readFormat(ObjectReader& reader) {
    std::string format;
    reader.text("format", format, true);
    if (const JsonNode* node = reader.node().find("format"); node != nullptr && format != kFormat) {
      findings_.error(node->at, fmt::format("\"format\" should be \"{}\"", kFormat));
    }
    std::uint32_t version = 0;
    reader.member("version", true);
    reader.number("version", version, kVersion, kVersion);
  }

  Account readOne(ObjectReader& reader) {
    Account account;
    reader.text("name", account.name, true);
    if (const JsonNode* node = reader.node().find("name")) checkName(*node, account.name);
    reader.word("role", kRoles, account.role, true);
    reader.flag("disabled", account.is_disabled);
    reader.text("created", account.created);
    reader.number("revision", account.revision, 1, 0xFFFFFFFFU);
    reader.text("password", account.password_hash);
    if (const JsonNode* node = reader.node().find("password");
        node != nullptr && node->kind == JsonNode::Kind::kString && !costOf(node->text)) {
      findings_.error(
          node->at, "\"password\" should be an argon2id hash; 'tandem account password' makes it");
    }
    reader.object("oidc", [&](ObjectReader& oidc) {
      readOidc(oidc, "subject", account.oidc_subject);
      readOidc(oidc, "email", account.oidc_email);
    });
    reader.objects("tokens",
                   [&](ObjectReader& token) { account.tokens.push_back(readToken(token)); });
    if (account.tokens.size() > kTokensMax) {
      findings_.error(reader.node().at, fmt::format("more than {} tokens", kTokensMax));
    }
    return account;
  }

  void checkName(const JsonNode& node, const std::string& name) {
    if (const Result<void> good = checkAccountName(name); !good.ok()) {
      findings_.error(node.at, good.error().message());
      return;
    }
    const std::string key = toLowerAscii(name);
    if (std::find(names_.begin(), names_.end(), key) != names_.end()) {
      findings_.error(node.at, fmt::format("\"{}\" has an account already, further up", name));
    }
    names_.push_back(key);
  }

  void readOidc(ObjectReader& reader, std::string_view key, std::string& field) {
    reader.text(key, field);
    if (field.size() <= kOidcTextMax) return;
    findings_.error(reader.node().at,
                    fmt::format("\"{}\" has more than {} bytes", key, kOidcTextMax));
  }

  ApiToken readToken(ObjectReader& reader) {
    ApiToken token;
    reader.text("name", token.name, true);
    reader.text("created", token.created);
    reader.text("lastFour", token.last_four);
    reader.text("sha256", token.sha256, true);
    const JsonNode* const node = reader.node().find("sha256");
    const bool is_hash = token.sha256.size() == 64 && fromHex(token.sha256).has_value() &&
                         toLowerAscii(token.sha256) == token.sha256;
    if (node != nullptr && !is_hash) {
      findings_.error(node->at, "\"sha256\" should be 64 hexadecimal digits in lower case");
    }
    return token;
  }

  Findings findings_;
  std::vector<std::string> names_;
};

nlohmann::ordered_json toJson(const Account& account) {
  nlohmann::ordered_json json{{"name", account.name}, {"role", toWord(account.role)}};
  if (account.is_disabled) json["disabled"] = true;
  if (!account.created.empty()) json["created"] = account.created;
  json["revision"] = account.revision;
  if (!account.password_hash.empty()) json["password"] = account.password_hash;
  if (!account.oidc_subject.empty()) json["oidc"]["subject"] = account.oidc_subject;
  if (!account.oidc_email.empty()) json["oidc"]["email"] = account.oidc_email;
  for (const ApiToken& token : account.tokens) {
    json["tokens"].push_back({{"name", token.name},
                              {"created", token.created},
                              {"lastFour", token.last_four},
                              {"sha256", token.sha256}});
  }
  return json;
}

}  // namespace

ReadAccounts readAccounts(std::string_view text, std::string_view file) {
  const auto parsed = policy::parseJson(text);
  if (const auto* error = std::get_if<policy::JsonSyntaxError>(&parsed)) {
    return {{},
            {{Problem::Severity::kError,
              fmt::format("{}:{}:{}", file, error->at.line, error->at.column),
              error->message}}};
  }
  AccountsReader reader;
  std::vector<Account> accounts = reader.read(std::get<JsonNode>(parsed));
  if (!reader.findings().hasErrors()) return {std::move(accounts), {}};
  return {{}, reader.findings().sorted(file)};
}

std::string writeAccounts(const std::vector<Account>& accounts) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Account& account : accounts)
    list.push_back(toJson(account));
  const nlohmann::ordered_json json{
      {"format", kFormat}, {"version", kVersion}, {"accounts", std::move(list)}};
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<void> checkAccountName(std::string_view name) {
  const bool good = !name.empty() && name.size() <= kNameMax &&
                    std::all_of(name.begin(), name.end(), isNameCharacter) && name[0] != '.' &&
                    name[0] != '_' && name[0] != '-' && name[0] != '@';
  if (good) return {};
  return Error(
      ErrorCode::kInvalidArgument,
      fmt::format("an account's name has 1 to {} of a-z, A-Z, 0-9, \".\", \"_\", \"-\" and "
                  "\"@\", and begins with a letter or digit",
                  kNameMax));
}

Result<void> checkTokenName(std::string_view name) {
  const bool good = !trimAscii(name).empty() && name.size() <= kNameMax && isValidUtf8(name) &&
                    std::none_of(name.begin(), name.end(), [](char c) {
                      return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
                    });
  if (good) return {};
  return Error(ErrorCode::kInvalidArgument,
               fmt::format("a token's name says what it is for, in 1 to {} bytes", kNameMax));
}

std::string formatCreated(std::int64_t unix_seconds) {
  std::string text = formatUtc(unix_seconds);  // "2026-11-22 13:05:09Z"
  std::replace(text.begin(), text.end(), ' ', 'T');
  return text;
}

}  // namespace tandem::access
