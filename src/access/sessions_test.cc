// SPDX-License-Identifier: Apache-2.0
#include "access/sessions.h"

#include <gtest/gtest.h>

#include "access/one_time_links.h"

namespace tandem::access {
namespace {

using platform::BootTime;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const BootTime kStart{hours{3}};

Principal ada() {
  return {"ada", Role::kOperator, Door::kPassword, "192.0.2.1", 1};
}

TEST(Sessions, AreFoundByTheirCookie) {
  Sessions sessions;
  const NewSession made = sessions.create(ada(), kStart);
  EXPECT_EQ(made.cookie.size(), 43U);  // 256 bits
  const auto found = sessions.find(made.cookie, kStart + seconds{7});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->principal.name, "ada");
  EXPECT_EQ(found->csrf, made.csrf);
  EXPECT_EQ(found->age, seconds{7});
  EXPECT_FALSE(sessions.find(made.cookie + "x", kStart));
  EXPECT_FALSE(sessions.find("", kStart));
  EXPECT_FALSE(sessions.find(found->id, kStart));
  EXPECT_NE(sessions.create(ada(), kStart).cookie, made.cookie);
}

TEST(Sessions, EndWhenIdleForHalfAnHour) {
  Sessions sessions;
  const NewSession made = sessions.create(ada(), kStart);
  BootTime now = kStart + minutes{29};
  EXPECT_TRUE(sessions.find(made.cookie, now));
  now += minutes{29};
  EXPECT_TRUE(sessions.find(made.cookie, now));
  now += minutes{30};
  EXPECT_FALSE(sessions.find(made.cookie, now));
  EXPECT_EQ(sessions.count(), 0U);
}

TEST(Sessions, EndAfterTwelveHoursHoweverBusy) {
  Sessions sessions;
  const NewSession made = sessions.create(ada(), kStart);
  for (BootTime now = kStart; now < kStart + hours{12}; now += minutes{20}) {
    EXPECT_TRUE(sessions.find(made.cookie, now));
  }
  EXPECT_FALSE(sessions.find(made.cookie, kStart + hours{12}));
}

TEST(Sessions, TheCsrfValueIsOfOneSession) {
  Sessions sessions;
  const NewSession one = sessions.create(ada(), kStart);
  const NewSession other = sessions.create(ada(), kStart);
  EXPECT_TRUE(sessions.checkCsrf(one.cookie, one.csrf));
  EXPECT_FALSE(sessions.checkCsrf(one.cookie, other.csrf));
  EXPECT_FALSE(sessions.checkCsrf(one.cookie, ""));
  EXPECT_FALSE(sessions.checkCsrf("", ""));
  EXPECT_FALSE(Sessions().checkCsrf(one.cookie, one.csrf));
}

TEST(Sessions, OfAnAccountEndTogether) {
  Sessions sessions;
  const NewSession one = sessions.create(ada(), kStart);
  const NewSession two = sessions.create(ada(), kStart);
  Principal bob = ada();
  bob.name = "bob";
  const NewSession other = sessions.create(bob, kStart);
  EXPECT_EQ(sessions.endAllOf("ada"), 2U);
  EXPECT_FALSE(sessions.find(one.cookie, kStart));
  EXPECT_FALSE(sessions.find(two.cookie, kStart));
  EXPECT_TRUE(sessions.find(other.cookie, kStart));
  sessions.end(other.cookie);
  EXPECT_FALSE(sessions.find(other.cookie, kStart));
}

TEST(Sessions, CanBeListedAndEndedByWhatIsShown) {
  Sessions sessions;
  const NewSession made = sessions.create(ada(), kStart);
  const auto list = sessions.list(kStart + minutes{1});
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].idle, minutes{1});
  EXPECT_EQ(list[0].csrf, "");
  EXPECT_FALSE(sessions.endById("0123456789abcdef"));
  EXPECT_TRUE(sessions.endById(list[0].id));
  EXPECT_FALSE(sessions.find(made.cookie, kStart));
  EXPECT_TRUE(sessions.list(kStart + hours{1}).empty());
}

TEST(Sessions, AreBounded) {
  Sessions sessions;
  const NewSession oldest = sessions.create(ada(), kStart);
  const NewSession busy = sessions.create(ada(), kStart);
  EXPECT_TRUE(sessions.find(busy.cookie, kStart + seconds{9}));
  for (std::size_t i = 0; i < Sessions::kSessionsMax; ++i)
    sessions.create(ada(), kStart + seconds{5});
  EXPECT_EQ(sessions.count(), Sessions::kSessionsMax);
  EXPECT_FALSE(sessions.find(oldest.cookie, kStart + seconds{10}));
  EXPECT_TRUE(sessions.find(busy.cookie, kStart + seconds{10}));
}

TEST(OneTimeLinks, SignInOnce) {
  OneTimeLinks links;
  const std::string token = links.make(ada(), kStart);
  EXPECT_EQ(token.size(), 43U);
  EXPECT_FALSE(links.redeem("other", kStart));
  const auto principal = links.redeem(token, kStart + minutes{9});
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->name, "ada");
  EXPECT_FALSE(links.redeem(token, kStart + minutes{9}));
}

TEST(OneTimeLinks, LiveTenMinutes) {
  OneTimeLinks links;
  const std::string token = links.make(ada(), kStart);
  EXPECT_FALSE(links.redeem(token, kStart + minutes{10}));
  EXPECT_FALSE(links.redeem(token, kStart));
}

TEST(OneTimeLinks, AreBounded) {
  OneTimeLinks links;
  const std::string oldest = links.make(ada(), kStart);
  std::string last;
  for (std::size_t i = 0; i < OneTimeLinks::kLinksMax; ++i)
    last = links.make(ada(), kStart + seconds{1});
  EXPECT_FALSE(links.redeem(oldest, kStart + seconds{2}));
  EXPECT_TRUE(links.redeem(last, kStart + seconds{2}));
}

TEST(Role, WordsAreReadAsTheyAreWritten) {
  for (const Role role : {Role::kViewer, Role::kOperator, Role::kAdministrator}) {
    EXPECT_EQ(roleFromWord(toWord(role)), role);
  }
  EXPECT_FALSE(roleFromWord("king"));
}

}  // namespace
}  // namespace tandem::access
