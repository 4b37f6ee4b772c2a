// SPDX-License-Identifier: Apache-2.0
#include "access/accounts.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/core.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "base/log.h"
#include "base/text.h"
#include "home/home.h"
#include "platform/files.h"
#include "platform/locked_file.h"
#include "platform/signing.h"

namespace tandem::access {
namespace {

constexpr std::size_t kFileLimit = 16 * 1024 * 1024;
constexpr unsigned kPrivate = 0600;
constexpr unsigned kOthersBits = 0077;
constexpr std::size_t kTokenBytes = 32;
constexpr std::string_view kTokenPrefix = "tdm_";  // so that scanners for leaked secrets know it

Error refused() {
  return {ErrorCode::kUnauthenticated, "the name or the password is wrong"};
}

Error noAccount(std::string_view name) {
  return {
      ErrorCode::kNotFound,
      fmt::format("there is no account \"{}\"; 'tandem account list' shows those that there are",
                  name)};
}

template <class List>
auto findIn(List& accounts, std::string_view name) {
  return std::find_if(accounts.begin(), accounts.end(), [name](const Account& account) {
    return equalsIgnoreCaseAscii(account.name, name);
  });
}

bool isEnabledAdministrator(const Account& account) {
  return account.role == Role::kAdministrator && !account.is_disabled;
}

bool hasAdministrator(const std::vector<Account>& accounts) {
  return std::any_of(accounts.begin(), accounts.end(), isEnabledAdministrator);
}

Principal makePrincipal(const Account& account, Door door, std::string_view from) {
  return {account.name, account.role, door, std::string(from), account.revision};
}

}  // namespace

Accounts::Accounts(std::string path, PasswordHasher& hasher)
    : path_(std::move(path)), hasher_(hasher) {}

Result<Accounts::Snapshot> Accounts::readNow() {
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) {
    if (errno != ENOENT) return platform::systemError(errno, "look at", path_);
    stamp_ = {};
    accounts_ = std::make_shared<const std::vector<Account>>();
    return accounts_;
  }
  const Stamp stamp{status.st_ino,
                    status.st_size,
                    status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec};
  if (accounts_ && stamp == stamp_) return accounts_;
  if ((status.st_mode & kOthersBits) != 0) {
    return Error(
        ErrorCode::kPermissionDenied,
        fmt::format("{} can be read or changed by others; run 'chmod 600 {}'", path_, path_));
  }
  ReadAccounts read = readAccounts(TRY(platform::readFile(path_, kFileLimit)), path_);
  if (!read.problems.empty()) {
    return Error(ErrorCode::kInvalidArgument, home::listProblems(read.problems));
  }
  accounts_ = std::make_shared<const std::vector<Account>>(std::move(read.accounts));
  stamp_ = stamp;
  return accounts_;
}

Result<Accounts::Snapshot> Accounts::current() {
  const std::lock_guard lock(mutex_);
  return readNow();
}

Result<void> Accounts::change(const Change& apply) {
  // The file itself is replaced, so the turn is taken on another one.
  const platform::LockedFile turn = TRY(platform::LockedFile::open(path_ + ".lock", kPrivate));
  const std::lock_guard lock(mutex_);
  std::vector<Account> accounts = *TRY(readNow());
  TRY(apply(accounts));
  TRY(platform::writeFileDurably(path_, writeAccounts(accounts), kPrivate));
  accounts_ = nullptr;  // read anew when it is asked for
  return {};
}

Result<void> Accounts::changeOne(std::string_view name,
                                 LastAdministrator last,
                                 const std::function<Result<void>(Account&)>& apply) {
  return change([&](std::vector<Account>& accounts) -> Result<void> {
    const auto found = findIn(accounts, name);
    if (found == accounts.end()) return noAccount(name);
    const bool had_one = hasAdministrator(accounts);
    TRY(apply(*found));
    if (had_one && last == LastAdministrator::kKeep && !hasAdministrator(accounts)) {
      return Error(ErrorCode::kConflict,
                   fmt::format("\"{}\" is the last administrator that is enabled; make another "
                               "account one first",
                               name));
    }
    return {};
  });
}

Result<std::vector<Account>> Accounts::list() {
  return *TRY(current());
}

Result<std::optional<Account>> Accounts::find(std::string_view name) {
  const Snapshot accounts = TRY(current());
  const auto found = findIn(*accounts, name);
  if (found == accounts->end()) return std::optional<Account>();
  return std::optional(*found);
}

Result<void> Accounts::add(NewAccount wanted, std::int64_t unix_now) {
  TRY(checkAccountName(wanted.name));
  Account account;
  account.name = wanted.name;
  account.role = wanted.role;
  account.created = formatCreated(unix_now);
  account.oidc_subject = wanted.oidc_subject;
  account.oidc_email = wanted.oidc_email;
  if (!wanted.password.isEmpty()) {
    TRY(checkNewPassword(wanted.password.reveal()));
    account.password_hash = TRY(hasher_.hash(wanted.password));
  }
  return change([&](std::vector<Account>& accounts) -> Result<void> {
    if (const auto found = findIn(accounts, wanted.name); found != accounts.end()) {
      return Error(ErrorCode::kConflict,
                   fmt::format("there is an account \"{}\" already", found->name));
    }
    if (accounts.size() >= kAccountsMax) {
      return Error(ErrorCode::kConflict,
                   fmt::format("there are {} accounts, and no more are kept", kAccountsMax));
    }
    accounts.push_back(std::move(account));
    return {};
  });
}

Result<void> Accounts::setRole(std::string_view name, Role role, LastAdministrator last) {
  return changeOne(name, last, [role](Account& account) -> Result<void> {
    if (account.role != role) ++account.revision;
    account.role = role;
    return {};
  });
}

Result<void> Accounts::setDisabled(std::string_view name,
                                   bool is_disabled,
                                   LastAdministrator last) {
  return changeOne(name, last, [is_disabled](Account& account) -> Result<void> {
    if (account.is_disabled != is_disabled) ++account.revision;
    account.is_disabled = is_disabled;
    return {};
  });
}

Result<void> Accounts::remove(std::string_view name, LastAdministrator last) {
  return change([&](std::vector<Account>& accounts) -> Result<void> {
    const auto found = findIn(accounts, name);
    if (found == accounts.end()) return noAccount(name);
    const bool had_one = hasAdministrator(accounts);
    accounts.erase(found);
    if (had_one && last == LastAdministrator::kKeep && !hasAdministrator(accounts)) {
      return Error(ErrorCode::kConflict,
                   fmt::format("\"{}\" is the last administrator that is enabled; make another "
                               "account one first",
                               name));
    }
    return {};
  });
}

Result<void> Accounts::setPassword(std::string_view name, const platform::SecretText& password) {
  TRY(checkNewPassword(password.reveal()));
  const std::string hash = TRY(hasher_.hash(password));
  TRY(changeOne(name, LastAdministrator::kKeep, [&](Account& account) -> Result<void> {
    account.password_hash = hash;
    ++account.revision;
    return {};
  }));
  const std::lock_guard lock(mutex_);
  limits_.forgive(name);
  return {};
}

Result<void> Accounts::setOidc(std::string_view name,
                               std::string_view subject,
                               std::string_view email) {
  return change([&](std::vector<Account>& accounts) -> Result<void> {
    const auto found = findIn(accounts, name);
    if (found == accounts.end()) return noAccount(name);
    for (const Account& other : accounts) {
      if (&other == &*found) continue;
      const bool same_subject = !subject.empty() && other.oidc_subject == subject;
      const bool same_email = !email.empty() && equalsIgnoreCaseAscii(other.oidc_email, email);
      if (same_subject || same_email) {
        return Error(ErrorCode::kConflict,
                     fmt::format("the account \"{}\" has that {} already",
                                 other.name,
                                 same_subject ? "subject" : "e-mail address"));
      }
    }
    if (found->oidc_subject != subject || found->oidc_email != email) ++found->revision;
    found->oidc_subject = std::string(subject);
    found->oidc_email = std::string(email);
    return {};
  });
}

Result<std::string> Accounts::addToken(std::string_view name,
                                       std::string_view token_name,
                                       std::int64_t unix_now) {
  TRY(checkTokenName(token_name));
  std::string text = std::string(kTokenPrefix) + toBase64Url(platform::randomBytes(kTokenBytes));
  const ApiToken token{std::string(token_name),
                       formatCreated(unix_now),
                       text.substr(text.size() - 4),
                       toHex(platform::sha256(text))};
  TRY(changeOne(name, LastAdministrator::kKeep, [&](Account& account) -> Result<void> {
    for (const ApiToken& other : account.tokens) {
      if (!equalsIgnoreCaseAscii(other.name, token_name)) continue;
      return Error(ErrorCode::kConflict,
                   fmt::format("\"{}\" has a token \"{}\" already; take another name, or remove "
                               "that one first",
                               account.name,
                               other.name));
    }
    if (account.tokens.size() >= kTokensMax) {
      return Error(ErrorCode::kConflict,
                   fmt::format("\"{}\" has {} tokens, and no more are kept; remove one first",
                               account.name,
                               kTokensMax));
    }
    account.tokens.push_back(token);
    return {};
  }));
  return text;
}

Result<void> Accounts::removeToken(std::string_view name, std::string_view token_name) {
  return changeOne(name, LastAdministrator::kKeep, [&](Account& account) -> Result<void> {
    const std::size_t erased = std::erase_if(account.tokens, [&](const ApiToken& token) {
      return equalsIgnoreCaseAscii(token.name, token_name);
    });
    if (erased > 0) return {};
    return Error(ErrorCode::kNotFound,
                 fmt::format("\"{}\" has no token \"{}\"", account.name, token_name));
  });
}

// Without it a hash would keep the cost of the day on which it was made. Failing is no reason to
// turn somebody away.
void Accounts::rehash(const std::string& name,
                      std::string_view old,
                      const platform::SecretText& password) {
  const Result<std::string> hash = hasher_.hash(password);
  if (!hash.ok()) return;
  const Result<void> changed =
      changeOne(name, LastAdministrator::kMayGo, [&](Account& account) -> Result<void> {
        if (account.password_hash == old) account.password_hash = hash.value();
        return {};
      });
  if (!changed.ok()) {
    logWarning(fmt::format(
        "cannot hash the password of the account {} anew: {}", name, changed.error().message()));
  }
}

Result<Principal> Accounts::authenticate(std::string_view name,
                                         const platform::SecretText& password,
                                         std::string_view from,
                                         platform::BootTime now) {
  {
    const std::lock_guard lock(mutex_);
    TRY(limits_.begin(name, from, now));
  }
  const Snapshot accounts = TRY(current());
  const auto found = findIn(*accounts, name);
  const bool has_password = found != accounts->end() && !found->password_hash.empty();
  const bool matches = has_password ? TRY(hasher_.matches(found->password_hash, password))
                                    : TRY(hasher_.matchesNothing(password));
  if (!matches || found->is_disabled) return refused();
  {
    const std::lock_guard lock(mutex_);
    limits_.forgive(name);
  }
  if (hasher_.isOutdated(found->password_hash)) {
    rehash(found->name, found->password_hash, password);
  }
  return makePrincipal(*found, Door::kPassword, from);
}

std::optional<platform::BootTime> Accounts::lockedUntil(std::string_view name,
                                                        platform::BootTime now) {
  const std::lock_guard lock(mutex_);
  return limits_.lockedUntil(name, now);
}

Result<Principal> Accounts::authenticateToken(std::string_view token, std::string_view from) {
  // The hash is compared, not the token: how long that takes says nothing that helps to guess.
  const std::string hash = toHex(platform::sha256(token));
  const Snapshot accounts = TRY(current());
  for (const Account& account : *accounts) {
    for (const ApiToken& known : account.tokens) {
      if (!platform::equalsConstantTime(known.sha256, hash)) continue;
      if (account.is_disabled) break;
      return makePrincipal(account, Door::kToken, from);
    }
  }
  return Error(ErrorCode::kUnauthenticated, "the token is not one of this server");
}

Result<Principal> Accounts::authenticateOidc(const OidcIdentity& identity, std::string_view from) {
  const Snapshot accounts = TRY(current());
  const Account* found = nullptr;
  for (const Account& account : *accounts) {
    if (!account.oidc_subject.empty() && account.oidc_subject == identity.subject) found = &account;
  }
  for (const Account& account : *accounts) {
    // An address alone is enough only for an account that is not tied to a subject yet: addresses
    // are given to somebody else when a person leaves.
    if (found == nullptr && !identity.email.empty() && account.oidc_subject.empty() &&
        equalsIgnoreCaseAscii(account.oidc_email, identity.email)) {
      found = &account;
    }
  }
  if (found != nullptr && !found->is_disabled) return makePrincipal(*found, Door::kOidc, from);
  const std::string name = identity.email.empty() ? identity.subject : identity.email;
  if (found == nullptr && identity.role) {
    return Principal{name, *identity.role, Door::kOidc, std::string(from), 0};
  }
  return Error(ErrorCode::kUnauthenticated,
               fmt::format("\"{}\" has no account here; an administrator can tie one to this "
                           "sign-in: 'tandem account set NAME --oidc-subject {}'",
                           name,
                           identity.subject));
}

Result<Principal> Accounts::principalOf(std::string_view name, Door door, std::string_view from) {
  const Snapshot accounts = TRY(current());
  const auto found = findIn(*accounts, name);
  if (found == accounts->end()) return noAccount(name);
  if (!found->is_disabled) return makePrincipal(*found, door, from);
  return Error(ErrorCode::kNotFound,
               fmt::format("the account \"{}\" is disabled; 'tandem account set {} --enable' lets "
                           "it sign in again",
                           found->name,
                           found->name));
}

bool Accounts::isCurrent(const Principal& principal) {
  if (principal.revision == 0) return true;
  const Result<Snapshot> accounts = current();
  if (!accounts.ok()) return false;
  const auto found = findIn(*accounts.value(), principal.name);
  return found != accounts.value()->end() && !found->is_disabled && found->role == principal.role &&
         found->revision == principal.revision;
}

}  // namespace tandem::access
