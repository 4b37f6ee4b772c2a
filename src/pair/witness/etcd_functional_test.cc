// SPDX-License-Identifier: Apache-2.0
//
// etcd as the witness, against a real cluster of three members: races, members that are killed, a
// holder that stops renewing, and a failover by the machine's own clock.
#include <barrier>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include <fmt/format.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "pair/grant_issuer.h"
#include "pair/member.h"
#include "pair/witness/etcd_witness.h"

namespace tandem::pair::witness {
namespace {

using namespace std::chrono_literals;

class Cluster {
 public:
  explicit Cluster(bool secure) : secure_(secure) {
    std::string pattern = (std::filesystem::temp_directory_path() / "tandem-etcd-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) folder_ = pattern;
    is_running_ = run("start");
    std::ifstream in(folder_ + "/env");
    for (std::string line; std::getline(in, line);) {
      const std::size_t at = line.find('=');
      facts_[line.substr(0, at)] = line.substr(at + 1);
    }
  }
  ~Cluster() {
    run("stop");
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  bool isRunning() const { return is_running_; }
  bool kill(int member) const { return run("kill", std::to_string(member)); }
  bool restart(int member) const { return run("restart", std::to_string(member)); }
  EtcdSettings settings() const {
    EtcdSettings made;
    made.endpoints = split(facts_.at("ENDPOINTS"), ',');
    if (!secure_) return made;
    made.ca_file = facts_.at("CA_FILE");
    made.certificate_file = facts_.at("CERTIFICATE_FILE");
    made.key_file = facts_.at("KEY_FILE");
    made.user = "tandem";
    made.password = "tandem-password";
    return made;
  }

 private:
  bool run(const std::string& command, const std::string& member = {}) const {
    const std::string line = fmt::format(
        "SECURE={} {}/tests/functional/servers/etcd_cluster.sh {} "
        "'{}' {}",
        secure_ ? "1" : "",
        TANDEM_SOURCE_DIR,
        command,
        folder_,
        member);
    return std::system(line.c_str()) == 0;
  }

  bool secure_;
  bool is_running_ = false;
  std::string folder_;
  std::map<std::string, std::string> facts_;
};

class EtcdFunctional : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("command -v etcd > /dev/null && command -v etcdctl > /dev/null") != 0) {
      GTEST_SKIP() << "etcd is not installed";
    }
  }
  void start(bool secure = false) {
    cluster_ = std::make_unique<Cluster>(secure);
    ASSERT_TRUE(cluster_->isRunning());
  }
  std::unique_ptr<EtcdWitness> open(const std::string& server, std::chrono::seconds lease = 10s) {
    EtcdWitnessOptions options;
    options.tenant_id = "lab.example";
    options.server_id = server;
    options.lease = lease;
    return std::move(EtcdWitness::open(cluster_->settings(), options)).value();
  }
  static Result<Witnessed> claim(EtcdWitness& witness,
                                 const Witnessed& seen,
                                 const std::string& holder) {
    WitnessRecord wanted = seen.record;
    ++wanted.epoch;
    wanted.holder = holder;
    return witness.replace(seen, wanted);
  }
  // A cluster that has just lost its leader takes a moment to have another one.
  template <class Ask>
  auto withPatience(Ask ask) {
    auto result = ask();
    for (int i = 0; i < 40 && !result.ok(); ++i) {
      clock_.sleepFor(250ms);
      result = ask();
    }
    return result;
  }

  platform::SystemClock clock_;
  std::unique_ptr<Cluster> cluster_;
};

TEST_F(EtcdFunctional, OfTwoThatRaceExactlyOneWins) {
  start();
  const auto a = open("a");
  const auto b = open("b");
  for (int round = 1; round <= 100; ++round) {
    const Witnessed seen = a->read().value();
    std::optional<Result<Witnessed>> of_a;
    std::optional<Result<Witnessed>> of_b;
    std::barrier together(2);
    const auto run = [&](EtcdWitness& witness, const char* name, auto& result) {
      together.arrive_and_wait();
      result.emplace(claim(witness, seen, name));
    };
    std::thread other([&] { run(*b, "b", of_b); });
    run(*a, "a", of_a);
    other.join();
    ASSERT_NE(of_a->ok(), of_b->ok()) << "round " << round;
    EXPECT_EQ((of_a->ok() ? *of_b : *of_a).error().code(), ErrorCode::kConflict);
    EXPECT_EQ(b->read().value().record.holder, of_a->ok() ? "a" : "b");
  }
}

TEST_F(EtcdFunctional, OneMemberMayBeKilledNotTwo) {
  start();
  const auto a = open("a");
  ASSERT_TRUE(claim(*a, a->read().value(), "a").ok());
  ASSERT_TRUE(cluster_->kill(1));
  const Result<Witnessed> renewed = withPatience([&] { return a->renew(); });
  ASSERT_TRUE(renewed.ok()) << renewed.error().message();
  EXPECT_TRUE(a->replace(renewed.value(), renewed.value().record).ok());
  ASSERT_TRUE(cluster_->kill(2));
  const auto asked = clock_.monotonicNow();
  EXPECT_EQ(a->renew().error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(a->read().error().code(), ErrorCode::kUnavailable);
  EXPECT_LT(clock_.monotonicNow() - asked, 20s);
  ASSERT_TRUE(cluster_->restart(1));
  const Result<Witnessed> again = withPatience([&] { return a->renew(); });
  ASSERT_TRUE(again.ok()) << again.error().message();
  EXPECT_EQ(again.value().record.holder, "a");
}

TEST_F(EtcdFunctional, AHolderThatStopsRenewingIsSeenToBeGone) {
  start();
  const auto a = open("a", 2s);
  const auto b = open("b", 2s);
  ASSERT_TRUE(claim(*a, a->read().value(), "a").ok());
  for (int i = 0; i < 10; ++i) {
    clock_.sleepFor(600ms);
    ASSERT_EQ(a->renew().value().holder_lives, true);
    EXPECT_EQ(b->read().value().holder_lives, true);
  }
  clock_.sleepFor(4s);
  EXPECT_EQ(b->read().value().holder_lives, false);
  EXPECT_EQ(a->renew().value().holder_lives, true);  // nobody has replaced it
}

TEST_F(EtcdFunctional, WithCertificatesAndAUser) {
  start(/*secure=*/true);
  const auto a = open("a");
  const Result<Witnessed> seen = a->read();
  ASSERT_TRUE(seen.ok()) << seen.error().message();
  const Result<Witnessed> claimed = claim(*a, seen.value(), "a");
  ASSERT_TRUE(claimed.ok()) << claimed.error().message();
  EXPECT_EQ(a->renew().value().holder_lives, true);
  // Tokens are forgotten with the members; signing in again is nobody's business.
  for (const int member : {1, 2, 3}) {
    ASSERT_TRUE(cluster_->kill(member));
    ASSERT_TRUE(cluster_->restart(member));
    ASSERT_TRUE(withPatience([&] { return a->renew(); }).ok());
  }
  EtcdSettings wrong = cluster_->settings();
  wrong.password = "wrong";
  EXPECT_EQ(EtcdWitness::open(wrong, {"lab.example", "x", 10s}).value()->read().error().code(),
            ErrorCode::kUnauthenticated);
  wrong = cluster_->settings();
  wrong.certificate_file.clear();
  wrong.key_file.clear();
  EXPECT_EQ(EtcdWitness::open(wrong, {"lab.example", "x", 10s}).value()->read().error().code(),
            ErrorCode::kUnavailable);
}

TEST_F(EtcdFunctional, AFailoverIsDoneWithinTwoLeasesAndTheOldOneRefuses) {
  start();
  constexpr auto kLease = 2s;
  struct Server {
    Server(const std::string& id, EtcdWitness& witness, platform::SystemClock& clock)
        : store(std::move(store::Store::open(":memory:")).value()),
          issuer(*store, witness, clock, {id, id}),
          member(*store, witness, clock, {id, id}) {}
    std::unique_ptr<store::Store> store;
    GrantIssuer issuer;
    Member member;
  };
  const auto witness_of_old = open("old", kLease);
  const auto witness_of_new = open("new", kLease);
  Server old_server("old", *witness_of_old, clock_);
  Server new_server("new", *witness_of_new, clock_);
  ASSERT_TRUE(old_server.member.claim({}).ok());
  ASSERT_TRUE(old_server.issuer.beginExport().ok());
  for (int i = 0; i < 5; ++i) {
    clock_.sleepFor(600ms);
    ASSERT_TRUE(old_server.issuer.confirm().ok());
  }
  const auto grant = old_server.issuer.issue();
  ASSERT_TRUE(grant.ok() && grant.value().isValid());
  const auto failed_at = clock_.monotonicNow();
  while (witness_of_new->read().value().holder_lives == true)
    clock_.sleepFor(200ms);
  const Result<void> claimed = new_server.member.claim({.kind = ClaimKind::kReplace});
  const auto took = clock_.monotonicNow() - failed_at;
  ASSERT_TRUE(claimed.ok()) << claimed.error().message();
  EXPECT_TRUE(new_server.issuer.issue().ok());
  EXPECT_LE(took, 2 * kLease);
  EXPECT_FALSE(grant.value().isValid());
  EXPECT_EQ(old_server.issuer.issue().error().code(), ErrorCode::kStoppedByGuard);
  EXPECT_EQ(old_server.member.state().role, Role::kStaging);
  EXPECT_TRUE(new_server.issuer.confirm().ok());
}

}  // namespace
}  // namespace tandem::pair::witness
