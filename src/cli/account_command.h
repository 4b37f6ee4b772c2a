// SPDX-License-Identifier: Apache-2.0
//
// What the commands of accounts have in common.
#pragma once

#include <memory>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "access/accounts.h"
#include "access/sign_in_times.h"
#include "base/result.h"
#include "cli/session.h"
#include "platform/secret_text.h"

namespace tandem::cli {

// The accounts of the session's home folder.
class HomeAccounts {
 public:
  static Result<std::unique_ptr<HomeAccounts>> open(const Session& session);

  access::Accounts* operator->() { return &accounts_; }

 private:
  explicit HomeAccounts(std::string path) : accounts_(std::move(path), hasher_) {}

  access::PasswordHasher hasher_;
  access::Accounts accounts_;
};

// For those who list them; a token's own text is in none.
nlohmann::ordered_json accountJson(const access::Account& account,
                                   const access::SignInTimes& sign_ins);

// Of a file, asked for twice without echo, or of standard input.
Result<platform::SecretText> obtainPassword(const Session& session, const std::string& file);

// "viewer, operator or administrator" for an option; kInvalidArgument for another word.
Result<access::Role> parseRole(const std::string& word);

}  // namespace tandem::cli
