// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "access/role.h"
#include "base/problem.h"
#include "base/result.h"

// access.json: who has an account, as docs/reference/access.md describes it. Pure: text to values
// and back.
namespace tandem::access {

constexpr std::size_t kAccountsMax = 1000;
constexpr std::size_t kTokensMax = 50;  // of one account
constexpr std::size_t kNameMax = 64;

// What a script shows instead of a password. Only its hash is kept.
struct ApiToken {
  std::string name;
  std::string created;    // "2026-11-22T13:05:09Z"
  std::string last_four;  // characters of it, to tell it from others
  std::string sha256;     // 64 hexadecimal digits, lower case
};

struct Account {
  std::string name;
  Role role = Role::kViewer;
  bool is_disabled = false;
  std::string created;         // "2026-11-22T13:05:09Z"
  std::uint32_t revision = 1;  // rises with role, password and disabled: sessions end by it
  std::string password_hash;   // empty: no sign-in by password
  std::string oidc_subject;    // empty: none
  std::string oidc_email;      // empty: none
  std::vector<ApiToken> tokens;
};

struct ReadAccounts {
  std::vector<Account> accounts;  // empty when there are errors
  Problems problems;              // "access.json:3:1", in the order of the file
};

ReadAccounts readAccounts(std::string_view text, std::string_view file);
std::string writeAccounts(const std::vector<Account>& accounts);

// 1 to 64 of a–z, A–Z, 0–9, '.', '_', '-', '@'; begins with a letter or digit.
Result<void> checkAccountName(std::string_view name);
// 1 to 64 characters without control characters.
Result<void> checkTokenName(std::string_view name);

// "2026-11-22T13:05:09Z"
std::string formatCreated(std::int64_t unix_seconds);

}  // namespace tandem::access
