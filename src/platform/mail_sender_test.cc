// SPDX-License-Identifier: Apache-2.0
#include "platform/mail_sender.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "platform/process_use.h"

namespace tandem::platform {
namespace {

Mail mail() {
  Mail mail;
  mail.from = "tandem@example.com";
  mail.to = {"ada@example.com", "grace@example.com"};
  mail.subject = "Problem";
  mail.text = "corp: no-start-connection\n";
  mail.sent_at = 1'700'000'000;
  mail.message_id = "1@sync01";
  return mail;
}

TEST(ComposeMail, HasTheHeadersThatServersExpect) {
  const std::string text = composeMail(mail());
  EXPECT_NE(text.find("Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"), std::string::npos);
  EXPECT_NE(text.find("To: ada@example.com, grace@example.com\r\n"), std::string::npos);
  EXPECT_NE(text.find("Message-ID: <1@sync01>\r\n"), std::string::npos);
  const std::size_t body = text.find("\r\n\r\n") + 4;
  EXPECT_EQ(text.substr(body), toBase64(mail().text) + "\r\n");
}

TEST(ComposeMail, NothingOfASubjectBeginsAHeader) {
  Mail evil = mail();
  evil.subject = "x\r\nBcc: everyone@example.com";
  const std::string text = composeMail(evil);
  EXPECT_EQ(text.find("\r\nBcc"), std::string::npos);
  EXPECT_NE(text.find("Subject: =?UTF-8?B?"), std::string::npos);
}

TEST(ComposeMail, LongTextsKeepToShortLinesAndWholeLetters) {
  Mail long_one = mail();
  long_one.subject.clear();
  for (int i = 0; i < 60; ++i)
    long_one.subject += "ä";
  long_one.text = std::string(10'000, 'x');
  const std::string text = composeMail(long_one);
  std::size_t from = 0;
  for (std::size_t end = text.find("\r\n"); end != std::string::npos;
       end = text.find("\r\n", from)) {
    EXPECT_LE(end - from, 90U);
    from = end + 2;
  }
}

TEST(SendMail, SaysWhatIsWrongWhenNobodyAnswers) {
  MailServer server;
  server.url = "smtp://127.0.0.1:1";
  server.timeout = std::chrono::milliseconds(2000);
  const Result<void> sent = sendMail(server, mail());
  ASSERT_FALSE(sent.ok());
  EXPECT_EQ(sent.error().code(), ErrorCode::kUnavailable);
}

TEST(ProcessUse, IsReadFromWhatLinuxSays) {
  const auto stat = parseProcessStat(
      "17 (a (b) c) S 1 17 17 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 3 0 123456 1048576 200 "
      "18446744073709551615 1");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->user_ticks, 250U);
  EXPECT_EQ(stat->system_ticks, 50U);
  EXPECT_EQ(stat->start_ticks, 123456U);
  EXPECT_EQ(stat->virtual_bytes, 1048576U);
  EXPECT_EQ(stat->resident_pages, 200U);
  EXPECT_FALSE(parseProcessStat("17 (x"));
  EXPECT_FALSE(parseProcessStat(""));
  EXPECT_GT(processUse().resident_bytes, 1'000'000U);
  EXPECT_GT(processUse().open_files, 0U);
  EXPECT_GT(processUse().started_at, 1'600'000'000.0);
}

}  // namespace
}  // namespace tandem::platform
