// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/account.h"
#include "access/oidc_identity.h"
#include "access/password.h"
#include "access/principal.h"
#include "access/sign_in_limits.h"
#include "base/result.h"
#include "platform/clock.h"

namespace tandem::access {

struct NewAccount {
  std::string name;
  Role role = Role::kViewer;
  platform::SecretText password;  // empty: none
  std::string oidc_subject;
  std::string oidc_email;
};

// What may leave the last enabled administrator without access. By hand only.
enum class LastAdministrator : std::uint8_t {
  kKeep,
  kMayGo
};

// The accounts of a home folder, in access.json there. For several threads; other processes may
// change the file meanwhile, and what is asked next is answered from the changed one. A change is
// durable before its function returns.
class Accounts {
 public:
  // `path` need not exist: then there are no accounts. The hasher outlives this.
  Accounts(std::string path, PasswordHasher& hasher);

  // kInvalidArgument: the file has problems; all are in the message. kPermissionDenied: others may
  // read it.
  Result<std::vector<Account>> list();
  Result<std::optional<Account>> find(std::string_view name);

  // kConflict: there is one of that name, whatever the case of its letters.
  Result<void> add(NewAccount wanted, std::int64_t unix_now);
  // kNotFound: there is none. kConflict: it is the last enabled administrator's.
  Result<void> setRole(std::string_view name,
                       Role role,
                       LastAdministrator last = LastAdministrator::kKeep);
  Result<void> setDisabled(std::string_view name,
                           bool is_disabled,
                           LastAdministrator last = LastAdministrator::kKeep);
  Result<void> remove(std::string_view name, LastAdministrator last = LastAdministrator::kKeep);
  Result<void> setPassword(std::string_view name, const platform::SecretText& password);
  // Empty texts: none.
  Result<void> setOidc(std::string_view name, std::string_view subject, std::string_view email);
  // The token, which nobody can see again.
  Result<std::string> addToken(std::string_view name,
                               std::string_view token_name,
                               std::int64_t unix_now);
  Result<void> removeToken(std::string_view name, std::string_view token_name);

  // kUnauthenticated: no, and the answer and its cost are the same whatever the reason is.
  // kThrottled: too many tries, or too many at once.
  Result<Principal> authenticate(std::string_view name,
                                 const platform::SecretText& password,
                                 std::string_view from,
                                 platform::BootTime now);
  // Too many failures: before then no try counts. Absent: it is not locked.
  std::optional<platform::BootTime> lockedUntil(std::string_view name, platform::BootTime now);
  Result<Principal> authenticateToken(std::string_view token, std::string_view from);
  // The account with that subject, or with that e-mail address if the provider has verified it;
  // without an account the role of the identity's claim.
  Result<Principal> authenticateOidc(const OidcIdentity& identity, std::string_view from);

  // Of the enabled account of that name, whose holder has proved who it is otherwise: a one-time
  // link. kNotFound: there is none, or it is disabled.
  Result<Principal> principalOf(std::string_view name, Door door, std::string_view from);

  // Has nothing happened since that ends what this principal may do: the account is removed or
  // disabled, or its role or password is another one? Ask with each request of a session.
  bool isCurrent(const Principal& principal);

 private:
  using Change = std::function<Result<void>(std::vector<Account>&)>;
  using Snapshot = std::shared_ptr<const std::vector<Account>>;
  struct Stamp {  // of the file that was read
    std::uint64_t inode = 0;
    std::int64_t size = -1;
    std::int64_t modified_ns = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };

  Result<Snapshot> current();
  Result<Snapshot> readNow();
  Result<void> change(const Change& apply);
  Result<void> changeOne(std::string_view name,
                         LastAdministrator last,
                         const std::function<Result<void>(Account&)>& apply);
  void rehash(const std::string& name, std::string_view old, const platform::SecretText& password);

  std::string path_;
  PasswordHasher& hasher_;
  std::mutex mutex_;  // of what follows
  Snapshot accounts_;
  Stamp stamp_;
  SignInLimits limits_;
};

}  // namespace tandem::access
