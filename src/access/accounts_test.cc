// SPDX-License-Identifier: Apache-2.0
#include "access/accounts.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "home/home.h"
#include "platform/files.h"
#include "platform/signing.h"

namespace tandem::access {
namespace {

using platform::BootTime;
using platform::SecretText;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kGood = "correct horse battery";
constexpr std::int64_t kToday = 1'700'000'000;
constexpr PasswordCost kCheap{64, 1, 1};  // tests need no security

ErrorCode codeOf(const Result<Principal>& result) {
  return result.ok() ? ErrorCode::kInternal : result.error().code();
}

class AccountsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "tandem-access-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ + "/access.json"; }
  void add(const std::string& name, Role role) {
    const auto added = accounts_->add({name, role, SecretText(kGood), "", ""}, kToday);
    ASSERT_TRUE(added.ok()) << added.error().message();
  }
  Result<Principal> signIn(const std::string& name,
                           std::string_view password = kGood,
                           const std::string& from = "192.0.2.1") {
    return accounts_->authenticate(name, SecretText(password), from, now_);
  }
  void write(const std::string& text) const {
    ASSERT_TRUE(platform::writeFileDurably(path(), text, 0600).ok());
  }

  std::string folder_ = {};
  BootTime now_{hours{5}};
  PasswordHasher hasher_{kCheap};
  // Made when the folder is there.
  struct Late {
    explicit Late(AccountsTest& test) : test_(test) {}
    Accounts* operator->() {
      if (!accounts) accounts = std::make_unique<Accounts>(test_.path(), test_.hasher_);
      return accounts.get();
    }
    AccountsTest& test_;
    std::unique_ptr<Accounts> accounts = {};
  } accounts_{*this};
};

TEST_F(AccountsTest, WhoHasTheRightPasswordComesInWithTheRole) {
  add("Ada", Role::kOperator);
  const auto principal = signIn("ada");
  ASSERT_TRUE(principal.ok()) << principal.error().message();
  EXPECT_EQ(principal.value().name, "Ada");
  EXPECT_EQ(principal.value().role, Role::kOperator);
  EXPECT_EQ(principal.value().door, Door::kPassword);
  EXPECT_EQ(principal.value().from, "192.0.2.1");
  EXPECT_EQ(platform::fileMode(path()).value(), 0600U);
}

TEST_F(AccountsTest, EveryRefusalSaysTheSame) {
  add("ada", Role::kViewer);
  add("carl", Role::kViewer);
  ASSERT_TRUE(accounts_->setDisabled("carl", true).ok());
  ASSERT_TRUE(accounts_->add({"sso", Role::kViewer, {}, "subject", ""}, kToday).ok());
  const std::string wrong = signIn("ada", "wrong horse battery").error().message();
  EXPECT_EQ(signIn("nobody").error().message(), wrong);
  EXPECT_EQ(signIn("carl").error().message(), wrong);
  EXPECT_EQ(signIn("sso").error().message(), wrong);
  EXPECT_EQ(codeOf(signIn("nobody")), ErrorCode::kUnauthenticated);
}

TEST_F(AccountsTest, FiveFailuresLockForAMinuteThenTwiceAsLong) {
  add("ada", Role::kViewer);
  const auto tryFrom = [&](int address, std::string_view password) {
    return signIn("ada", password, "198.51.100." + std::to_string(address));
  };
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(codeOf(tryFrom(i, "wrong")), ErrorCode::kUnauthenticated);
  EXPECT_EQ(codeOf(tryFrom(6, kGood)), ErrorCode::kThrottled);
  now_ += seconds{59};
  EXPECT_THAT(tryFrom(7, kGood).error().message(), HasSubstr("try again in 1 seconds"));
  now_ += seconds{1};
  EXPECT_EQ(codeOf(tryFrom(8, "wrong")), ErrorCode::kUnauthenticated);
  now_ += seconds{119};
  EXPECT_EQ(codeOf(tryFrom(9, kGood)), ErrorCode::kThrottled);
  now_ += seconds{1};
  EXPECT_TRUE(tryFrom(10, kGood).ok());
  // Everything is forgiven.
  for (int i = 20; i < 24; ++i)
    EXPECT_EQ(codeOf(tryFrom(i, "wrong")), ErrorCode::kUnauthenticated);
  EXPECT_TRUE(tryFrom(30, kGood).ok());
}

TEST_F(AccountsTest, ANameWithoutAnAccountIsLockedToo) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(codeOf(signIn("nobody", "x", std::to_string(i))), ErrorCode::kUnauthenticated);
  }
  EXPECT_EQ(codeOf(signIn("Nobody", "x", "9")), ErrorCode::kThrottled);
}

TEST_F(AccountsTest, ALockIsNeverLongerThanAnHour) {
  SignInLimits limits;
  for (int i = 0; i < 40; ++i) {
    static_cast<void>(limits.begin("ada", "a" + std::to_string(i), now_));
    now_ += hours{1};
  }
  EXPECT_TRUE(limits.begin("ada", "z", now_).ok());
}

TEST_F(AccountsTest, AnAddressHasTenTriesAMinute) {
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(codeOf(signIn("n" + std::to_string(i))), ErrorCode::kUnauthenticated);
  EXPECT_EQ(codeOf(signIn("other")), ErrorCode::kThrottled);
  EXPECT_EQ(codeOf(signIn("other", "x", "192.0.2.2")), ErrorCode::kUnauthenticated);
  now_ += minutes{1};
  EXPECT_EQ(codeOf(signIn("other2")), ErrorCode::kUnauthenticated);
}

TEST(AddressGroup, OfIpv6IsWhatOnePersonHas) {
  EXPECT_EQ(addressGroup("2001:db8:1:2:3:4:5:6"), addressGroup("2001:db8:1:2::1"));
  EXPECT_NE(addressGroup("2001:db8:1:2::1"), addressGroup("2001:db8:1:3::1"));
  EXPECT_EQ(addressGroup("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(addressGroup("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(addressGroup("fe80::1%eth0"), addressGroup("fe80::2"));
}

TEST_F(AccountsTest, LimitsKeepABoundedMemory) {
  SignInLimits limits;
  for (std::size_t i = 0; i < SignInLimits::kNamesMax + 100; ++i) {
    const std::string number = std::to_string(i);
    EXPECT_TRUE(limits.begin("n" + number, "a" + number, now_ + seconds{i}).ok());
  }
  // Ten thousand addresses within a minute: the next ones share one place.
  SignInLimits crowded;
  std::size_t refused = 0;
  for (std::size_t i = 0; i < SignInLimits::kAddressesMax + 50; ++i) {
    const std::string number = std::to_string(i);
    refused += crowded.begin("n" + number, "a" + number, now_).ok() ? 0U : 1U;
  }
  EXPECT_EQ(refused, 40U);
}

TEST_F(AccountsTest, AHashOfAnotherCostIsMadeAnew) {
  add("ada", Role::kViewer);
  const std::string before = accounts_->find("ada").value()->password_hash;
  PasswordHasher dearer(PasswordCost{128, 1, 1});
  Accounts later(path(), dearer);
  ASSERT_TRUE(later.authenticate("ada", SecretText(kGood), "a", now_).ok());
  const std::string after = accounts_->find("ada").value()->password_hash;
  EXPECT_NE(after, before);
  EXPECT_THAT(after, HasSubstr("$m=128,t=1,p=1$"));
  EXPECT_TRUE(later.authenticate("ada", SecretText(kGood), "a", now_).ok());
}

TEST_F(AccountsTest, TheLastAdministratorStays) {
  add("ada", Role::kAdministrator);
  add("bob", Role::kAdministrator);
  ASSERT_TRUE(accounts_->setDisabled("bob", true).ok());
  EXPECT_EQ(accounts_->setRole("ada", Role::kViewer).error().code(), ErrorCode::kConflict);
  EXPECT_EQ(accounts_->setDisabled("ada", true).error().code(), ErrorCode::kConflict);
  EXPECT_EQ(accounts_->remove("ada").error().code(), ErrorCode::kConflict);
  EXPECT_TRUE(accounts_->remove("bob").ok());
  EXPECT_TRUE(accounts_->remove("ada", LastAdministrator::kMayGo).ok());
  EXPECT_THAT(accounts_->list().value(), IsEmpty());
}

TEST_F(AccountsTest, NamesAreUniqueWhateverTheirCase) {
  add("ada", Role::kViewer);
  const auto again = accounts_->add({"ADA", Role::kViewer, SecretText(kGood), "", ""}, kToday);
  EXPECT_EQ(again.error().code(), ErrorCode::kConflict);
  for (const char* name : {"", ".ada", "a b", "ä", "a/b", "-x"}) {
    EXPECT_FALSE(accounts_->add({name, Role::kViewer, {}, "", ""}, kToday).ok()) << name;
  }
}

TEST_F(AccountsTest, PasswordsAreLongEnough) {
  const auto add = [&](std::string_view password) {
    return accounts_->add({"x", Role::kViewer, SecretText(password), "", ""}, kToday);
  };
  EXPECT_THAT(add("elevenchars").error().message(), HasSubstr("12 characters"));
  EXPECT_FALSE(add("ääääää").ok());  // twelve bytes
  EXPECT_FALSE(add(std::string(1025, 'a')).ok());
  EXPECT_FALSE(add("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff").ok());
  EXPECT_TRUE(add("ääääääääääää").ok());
}

TEST_F(AccountsTest, ATokenIsShownOnceAndKeptAsItsHash) {
  add("ci", Role::kOperator);
  const std::string token = accounts_->addToken("ci", "nightly", kToday).value();
  EXPECT_THAT(token, ::testing::StartsWith("tdm_"));
  EXPECT_EQ(token.size(), 4U + 43U);
  const std::string file = platform::readFile(path(), 1 << 20).value();
  EXPECT_THAT(file, ::testing::Not(HasSubstr(token)));
  const Account account = *accounts_->find("ci").value();
  ASSERT_EQ(account.tokens.size(), 1U);
  EXPECT_EQ(account.tokens[0].last_four, token.substr(token.size() - 4));
  EXPECT_EQ(account.tokens[0].created, "2023-11-14T22:13:20Z");
  const auto principal = accounts_->authenticateToken(token, "a");
  ASSERT_TRUE(principal.ok());
  EXPECT_EQ(principal.value().name, "ci");
  EXPECT_EQ(principal.value().door, Door::kToken);
  EXPECT_EQ(codeOf(accounts_->authenticateToken(token + "x", "a")), ErrorCode::kUnauthenticated);
  EXPECT_EQ(codeOf(accounts_->authenticateToken("", "a")), ErrorCode::kUnauthenticated);
  EXPECT_FALSE(accounts_->addToken("ci", "Nightly", kToday).ok());
  ASSERT_TRUE(accounts_->setDisabled("ci", true).ok());
  EXPECT_EQ(codeOf(accounts_->authenticateToken(token, "a")), ErrorCode::kUnauthenticated);
  ASSERT_TRUE(accounts_->setDisabled("ci", false).ok());
  ASSERT_TRUE(accounts_->removeToken("ci", "nightly").ok());
  EXPECT_EQ(codeOf(accounts_->authenticateToken(token, "a")), ErrorCode::kUnauthenticated);
}

TEST_F(AccountsTest, WhatAnotherProcessChangedCountsAtOnce) {
  add("ada", Role::kAdministrator);
  const auto principal = signIn("ada");
  ASSERT_TRUE(principal.ok());
  EXPECT_TRUE(accounts_->isCurrent(principal.value()));
  Accounts other(path(), hasher_);
  ASSERT_TRUE(other.setPassword("ada", SecretText("another good password")).ok());
  EXPECT_FALSE(accounts_->isCurrent(principal.value()));
  EXPECT_EQ(codeOf(signIn("ada")), ErrorCode::kUnauthenticated);
  EXPECT_TRUE(signIn("ada", "another good password").ok());
}

TEST_F(AccountsTest, ALinkIsForAnAccountThatIsEnabled) {
  add("Ada", Role::kOperator);
  const auto principal = accounts_->principalOf("ada", Door::kLink, "a");
  EXPECT_EQ(principal.value().name, "Ada");
  EXPECT_EQ(principal.value().door, Door::kLink);
  EXPECT_TRUE(accounts_->isCurrent(principal.value()));
  ASSERT_TRUE(accounts_->setDisabled("ada", true).ok());
  EXPECT_FALSE(accounts_->isCurrent(principal.value()));
  EXPECT_EQ(codeOf(accounts_->principalOf("ada", Door::kLink, "a")), ErrorCode::kNotFound);
  EXPECT_EQ(codeOf(accounts_->principalOf("bob", Door::kLink, "a")), ErrorCode::kNotFound);
}

TEST_F(AccountsTest, ATokenEndsNoSession) {
  add("ada", Role::kAdministrator);
  const auto principal = signIn("ada");
  ASSERT_TRUE(accounts_->addToken("ada", "t", kToday).ok());
  EXPECT_TRUE(accounts_->isCurrent(principal.value()));
  ASSERT_TRUE(accounts_->remove("ada", LastAdministrator::kMayGo).ok());
  EXPECT_FALSE(accounts_->isCurrent(principal.value()));
}

TEST_F(AccountsTest, ProblemsOfTheFileHaveTheirLines) {
  write(R"({
  "format": "tandem-access", "version": 1,
  "accounts": [
    { "name": "ada", "role": "king" },
    { "name": "ADA", "role": "viewer", "password": "hunter2", "roles": [] },
    { "name": "x y", "role": "viewer",
      "tokens": [ { "name": "t", "sha256": "zz" } ] }
  ]
})");
  const auto listed = accounts_->list();
  ASSERT_FALSE(listed.ok());
  EXPECT_EQ(listed.error().message(),
            path() + ":4:30: \"king\" is no value of \"role\"; it is one of viewer, operator, " +
                "administrator\n" + path() + ":5:15: \"ADA\" has an account already, further up\n" +
                path() +
                ":5:52: \"password\" should be an argon2id hash; 'tandem account password' makes "
                "it\n" +
                path() + ":5:63: unknown key \"roles\" (did you mean \"role\"?)\n" + path() +
                ":6:15: an account's name has 1 to 64 of a-z, A-Z, 0-9, \".\", \"_\", \"-\" and "
                "\"@\", and begins with a letter or digit\n" +
                path() + ":7:44: \"sha256\" should be 64 hexadecimal digits in lower case");
  EXPECT_FALSE(signIn("ada").ok());
  EXPECT_FALSE(accounts_->add({"b", Role::kViewer, {}, "", ""}, kToday).ok());
}

TEST_F(AccountsTest, AFileOfANewerVersionIsRefused) {
  write(R"({ "format": "tandem-access", "version": 2, "accounts": [] })");
  EXPECT_THAT(accounts_->list().error().message(), HasSubstr("\"version\" should be"));
}

TEST_F(AccountsTest, AFileThatOthersMayReadIsRefused) {
  add("ada", Role::kViewer);
  ASSERT_EQ(::chmod(path().c_str(), 0640), 0);
  // Another inode or time is what makes it be read again.
  Accounts other(path(), hasher_);
  EXPECT_THAT(other.list().error().message(), HasSubstr("chmod 600"));
}

TEST_F(AccountsTest, WhatIsWrittenReadsTheSame) {
  Account account;
  account.name = "ada@example.com";
  account.role = Role::kOperator;
  account.is_disabled = true;
  account.created = formatCreated(kToday);
  account.revision = 7;
  account.password_hash = hasher_.hash(SecretText(kGood)).value();
  account.oidc_subject = "sub \"quoted\"";
  account.oidc_email = "ada@example.com";
  account.tokens = {{"ci", formatCreated(kToday), "abcd", std::string(64, 'a')}};
  const ReadAccounts read = readAccounts(writeAccounts({account}), "f");
  ASSERT_TRUE(read.problems.empty()) << home::listProblems(read.problems);
  EXPECT_EQ(writeAccounts(read.accounts), writeAccounts({account}));
  EXPECT_EQ(read.accounts[0].revision, 7U);
}

TEST_F(AccountsTest, AnOidcIdentityIsAnAccountsOrARoleOfItsClaim) {
  add("ada", Role::kAdministrator);
  ASSERT_TRUE(accounts_->setOidc("ada", "s-1", "").ok());
  ASSERT_TRUE(accounts_->add({"bob", Role::kViewer, {}, "", "bob@example.com"}, kToday).ok());
  ASSERT_TRUE(accounts_->add({"carl", Role::kViewer, {}, "s-3", "carl@example.com"}, kToday).ok());
  const auto enter = [&](OidcIdentity identity) {
    return accounts_->authenticateOidc(identity, "a");
  };
  EXPECT_EQ(enter({"i", "s-1", "", "", {}}).value().name, "ada");
  EXPECT_EQ(enter({"i", "s-2", "Bob@Example.com", "", Role::kAdministrator}).value().role,
            Role::kViewer);
  // Carl's address belongs to somebody else now.
  EXPECT_FALSE(enter({"i", "s-9", "carl@example.com", "", {}}).ok());
  EXPECT_THAT(enter({"i", "s-9", "", "", {}}).error().message(), HasSubstr("--oidc-subject s-9"));
  const auto by_claim = enter({"i", "s-9", "eve@example.com", "", Role::kOperator});
  EXPECT_EQ(by_claim.value().role, Role::kOperator);
  EXPECT_TRUE(accounts_->isCurrent(by_claim.value()));
  ASSERT_TRUE(accounts_->setDisabled("bob", true).ok());
  EXPECT_FALSE(enter({"i", "s-2", "bob@example.com", "", Role::kAdministrator}).ok());
  EXPECT_EQ(accounts_->setOidc("bob", "s-1", "").error().code(), ErrorCode::kConflict);
}

TEST_F(AccountsTest, ManyThreadsAndProcessesLoseNoChange) {
  constexpr int kThreads = 4;
  constexpr int kEach = 10;
  std::vector<std::thread> threads;
  std::atomic<int> failures{0};
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Accounts mine(path(), hasher_);  // as another process would have it
      for (int i = 0; i < kEach; ++i) {
        const std::string name = "n" + std::to_string(t) + "-" + std::to_string(i);
        if (!mine.add({name, Role::kViewer, {}, "", ""}, kToday).ok()) ++failures;
        if (!mine.find(name).value()) ++failures;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(accounts_->list().value().size(), std::size_t{kThreads} * kEach);
}

TEST(PasswordHasher, TakesWhatItHasMade) {
  PasswordHasher hasher(kCheap);
  const std::string encoded = hasher.hash(SecretText(kGood)).value();
  EXPECT_TRUE(hasher.matches(encoded, SecretText(kGood)).value());
  EXPECT_FALSE(hasher.matches(encoded, SecretText("Correct horse battery")).value());
  EXPECT_FALSE(hasher.matches(encoded, SecretText("")).value());
  EXPECT_FALSE(hasher.matches(encoded, SecretText(std::string(100'000, 'a'))).value());
  EXPECT_FALSE(hasher.matchesNothing(SecretText(kGood)).value());
  EXPECT_NE(hasher.hash(SecretText(kGood)).value(), encoded);  // a salt of its own
}

TEST(PasswordHasher, CostsWhatIsRecommended) {
  PasswordHasher hasher;
  EXPECT_THAT(hasher.hash(SecretText(kGood)).value(),
              ::testing::StartsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
}

TEST(PasswordHasher, AFileCannotMakeItSpendMore) {
  const auto cost = [](std::string_view parameters) {
    return costOf(std::string("$argon2id$v=19$") + std::string(parameters) +
                  "$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA");
  };
  EXPECT_TRUE(cost("m=19456,t=2,p=1"));
  EXPECT_FALSE(cost("m=99999999,t=2,p=1"));
  EXPECT_FALSE(cost("m=19456,t=2000,p=1"));
  EXPECT_FALSE(cost("m=19456,t=2"));
  EXPECT_FALSE(cost("m=19456,t=2,p=1,x=1"));
  EXPECT_FALSE(cost("t=2,m=19456,p=1"));
  EXPECT_FALSE(cost("m=-1,t=2,p=1"));
  EXPECT_FALSE(costOf("$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA"));
  EXPECT_FALSE(costOf(""));
}

TEST(PasswordHasher, ManyAtOnceAreTurnedAwayNotPiledUp) {
  PasswordHasher hasher(kCheap);
  const std::string encoded = hasher.hash(SecretText(kGood)).value();
  std::atomic<int> good{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 64; ++i) {
    threads.emplace_back([&] {
      const auto matches = hasher.matches(encoded, SecretText(kGood));
      if (matches.ok() && matches.value()) ++good;
      if (!matches.ok() && matches.error().code() == ErrorCode::kThrottled) ++refused;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(good + refused, 64);
  EXPECT_GE(good, 18);  // two at work, sixteen waiting
}

}  // namespace
}  // namespace tandem::access
