// SPDX-License-Identifier: Apache-2.0
#include "tenant/cloud_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tenant/write_body.h"

namespace tandem::tenant {
namespace {

using Addresses = std::vector<std::string>;

TenantSettings contoso(bool mail_enabled = false) {
  TenantSettings settings;
  settings.domains = {{"contoso.onmicrosoft.com", true, false, false},
                      {"contoso.com", false, true, false}};
  settings.mail_enabled = mail_enabled;
  return settings;
}

TEST(CloudNames, NicknameIsTheFirstThatIsThere) {
  const Addresses proxies{"smtp:second@x.y", "SMTP:first@x.y"};
  EXPECT_EQ(firstNickname({"nick", "mail@x", "upn@x", &proxies}), "nick");
  EXPECT_EQ(firstNickname({"", "mail@x", "upn@x", &proxies}), "first");
  EXPECT_EQ(firstNickname({"", "mail@x", "upn@x", nullptr}), "mail");
  EXPECT_EQ(firstNickname({"", "", "upn@x", nullptr}), "upn");
  const Addresses secondary{"smtp:second@x.y"};
  EXPECT_EQ(firstNickname({"", "", "", &secondary}), "second");
  EXPECT_EQ(firstNickname({"a b.", "", "", nullptr}), "ab");
}

TEST(CloudNames, UpnFallsBackToTheInitialDomain) {
  EXPECT_EQ(cloudUpn(contoso(), "a@contoso.com", "n"), "a@contoso.com");
  EXPECT_EQ(cloudUpn(contoso(), "a@contoso.local", "n"), "n@contoso.onmicrosoft.com");
  EXPECT_EQ(cloudUpn(contoso(), "zo\xC3\xAB@contoso.com", "n"), "n@contoso.onmicrosoft.com");
  EXPECT_EQ(cloudUpn(contoso(), "", "n"), "n@contoso.onmicrosoft.com");
}

TEST(CloudNames, PlaceholderHasFourDigits) {
  TenantSettings settings = contoso();
  EXPECT_EQ(placeholderUpn(settings, "User@contoso.com", 34), "User0034@contoso.onmicrosoft.com");
  settings.placeholder_plus = true;
  EXPECT_EQ(placeholderUpn(settings, "User@contoso.com", 1234),
            "User+1234@contoso.onmicrosoft.com");
}

TEST(CloudNames, AddressesWithoutMailboxes) {
  EXPECT_THAT(cloudAddresses(contoso(),
                             {"smtp:b@contoso.com",
                              "smtp:b@x.onmicrosoft.com",
                              "bad",
                              "X400:c=nl",
                              "smtp:a b@contoso.com",
                              "x500:/o=O R"},
                             "a@contoso.com",
                             "u@contoso.com",
                             "u"),
              testing::ElementsAre("SMTP:a@contoso.com", "smtp:b@contoso.com", "x500:/o=O R"));
  EXPECT_THAT(
      cloudAddresses(contoso(), {"SMTP:one@contoso.com", "SMTP:two@contoso.com"}, "m@x.y", "", ""),
      testing::ElementsAre("SMTP:one@contoso.com", "smtp:two@contoso.com"));
  EXPECT_THAT(cloudAddresses(contoso(), {}, "", "u@contoso.com", "u"), testing::IsEmpty());
}

TEST(CloudNames, AddressesWithMailboxes) {
  EXPECT_THAT(
      cloudAddresses(contoso(true), {"smtp:a@unverified.example"}, "", "u@contoso.com", "n"),
      testing::ElementsAre("SMTP:u@contoso.com", "smtp:n@contoso.onmicrosoft.com"));
}

TEST(CloudNames, UpnCharactersAndLengths) {
  EXPECT_TRUE(isValidUpn("a'.-_!#^~9@contoso.com"));
  for (const char* bad :
       {"", "a", "@x.y", "a@", "a.@x.y", "a b@x.y", "a&@x.y", "a@b@c", "a,b@x.y"}) {
    EXPECT_FALSE(isValidUpn(bad)) << bad;
  }
  EXPECT_TRUE(isValidUpn(std::string(64, 'a') + "@" + std::string(48, 'b')));
  EXPECT_FALSE(isValidUpn(std::string(65, 'a') + "@b.c"));
  EXPECT_FALSE(isValidUpn("a@" + std::string(49, 'b')));
}

}  // namespace
}  // namespace tandem::tenant
