// SPDX-License-Identifier: Apache-2.0
#include "service/alert_book.h"

#include <gtest/gtest.h>

#include "home/server_settings.h"
#include "service/alert_sender.h"

namespace tandem::service {
namespace {

constexpr std::int64_t kNow = 1'700'000'000;
const std::vector<std::string> kMail{"mail"};

AlertFinding runError(std::string subject = "corp import") {
  return {
      AlertKind::kRunError, std::move(subject), "corp: Full Import: no-start-connection", "look"};
}

TEST(AlertBook, EachIsToldOfOnceWhenItBeginsAndOnceWhenItEnds) {
  AlertBook book;
  book.update({runError()}, kMail, kNow);
  ASSERT_EQ(book.due(kNow).size(), 1U);
  EXPECT_EQ(book.due(kNow)[0].event, AlertEvent::kBegan);
  book.delivered(book.due(kNow)[0]);
  book.update({runError()}, kMail, kNow + 30);
  EXPECT_TRUE(book.due(kNow + 30).empty());
  ASSERT_EQ(book.alerts().size(), 1U);
  EXPECT_EQ(book.alerts()[0].since, kNow);
  EXPECT_EQ(book.alerts()[0].sent_to, kMail);
  book.update({}, kMail, kNow + 60);
  EXPECT_TRUE(book.alerts().empty());
  ASSERT_EQ(book.due(kNow + 60).size(), 1U);
  EXPECT_EQ(book.due(kNow + 60)[0].event, AlertEvent::kEnded);
  EXPECT_EQ(book.due(kNow + 60)[0].since, kNow);
  book.delivered(book.due(kNow + 60)[0]);
  EXPECT_TRUE(book.due(kNow + 90).empty());
}

TEST(AlertBook, WhatIsOverBeforeItWasToldIsNotToldAtAll) {
  AlertBook book;
  book.update({runError()}, kMail, kNow);
  book.update({}, kMail, kNow + 30);
  EXPECT_TRUE(book.due(kNow + 30).empty());
}

TEST(AlertBook, WhatCannotBeDeliveredIsTriedLessAndLessOftenForADay) {
  AlertBook book;
  book.update({runError()}, kMail, kNow);
  std::int64_t now = kNow;
  int tries = 0;
  for (; !book.due(now).empty(); ++tries) {
    const AlertMessage message = book.due(now)[0];
    if (book.failed(message, now)) break;
    const std::int64_t before = now;
    while (book.due(now).empty())
      ++now;
    EXPECT_LE(now - before, AlertBook::kRetrySecondsMax);
    EXPECT_GE(now - before, AlertBook::kFirstRetrySeconds);
  }
  EXPECT_TRUE(book.due(now + 7200).empty());
  EXPECT_GE(now - kNow, AlertBook::kGiveUpSeconds);
  EXPECT_LT(tries, 40);
}

TEST(AlertBook, AClockThatIsSetBackDelaysAMessageByAnHourAtMost) {
  AlertBook book;
  book.update({runError()}, kMail, kNow);
  static_cast<void>(book.failed(book.due(kNow)[0], kNow));
  EXPECT_EQ(book.due(kNow - 100'000).size(), 1U);
}

TEST(AlertBook, SurvivesARestart) {
  AlertBook book;
  book.update({runError(), runError("entra export")}, {"mail", "webhook"}, kNow);
  book.delivered(book.due(kNow)[0]);
  const Result<AlertBook> again = AlertBook::fromJson(book.toJson());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again.value().toJson(), book.toJson());
  EXPECT_EQ(again.value().due(kNow).size(), 3U);
  EXPECT_FALSE(AlertBook::fromJson("{\"alerts\":[{\"sentTo\":7}]}").ok());
  EXPECT_FALSE(AlertBook::fromJson("{").ok());
}

TEST(AlertBook, WhatMovesInATextIsTheSameAlert) {
  AlertBook book;
  book.update({runError()}, kMail, kNow);
  AlertFinding later = runError();
  later.text = "corp: Full Import: stopped-connectivity";
  book.update({later}, kMail, kNow + 30);
  ASSERT_EQ(book.alerts().size(), 1U);
  EXPECT_EQ(book.alerts()[0].finding.text, later.text);
  EXPECT_EQ(book.due(kNow + 30).size(), 1U);
}

// server.toml's reader lies below and has its own list.
TEST(AlertKinds, EachCanBeIgnoredInTheSettings) {
  for (const AlertKind kind : kAlertKinds) {
    EXPECT_EQ(alertKindFrom(toString(kind)), kind);
    EXPECT_FALSE(severityOf(kind).empty());
    const auto read = home::readServerSettings(
        "server_id = \"4f0d6a0e-7a59-4f3c-9d38-0a64a1f5b7c2\"\n[alerts]\nignore = [\"" +
            std::string(toString(kind)) + "\"]\n",
        "server.toml");
    EXPECT_TRUE(read.settings) << toString(kind);
  }
}

TEST(AlertSender, TheSignatureCoversTheTimeAndTheBody) {
  EXPECT_EQ(webhookSignature("key", 1, "{}").substr(0, 7), "sha256=");
  EXPECT_EQ(webhookSignature("key", 1, "{}").size(), 7U + 64U);
  EXPECT_NE(webhookSignature("key", 1, "{}"), webhookSignature("key", 2, "{}"));
  EXPECT_NE(webhookSignature("key", 1, "{}"), webhookSignature("other", 1, "{}"));
}

TEST(AlertSender, AMailSaysWhatAndWhatToDo) {
  AlertMessage message{AlertEvent::kBegan, "mail", runError(), kNow, kNow, 0, 0};
  EXPECT_EQ(mailSubject(message, "sync01"), "[Tandem sync01] Problem: run-error");
  EXPECT_NE(mailText(message, "sync01").find("What to do: look"), std::string::npos);
  message.event = AlertEvent::kEnded;
  EXPECT_EQ(mailSubject(message, "sync01"), "[Tandem sync01] Over: run-error");
  EXPECT_EQ(mailText(message, "sync01").find("What to do"), std::string::npos);
}

}  // namespace
}  // namespace tandem::service
