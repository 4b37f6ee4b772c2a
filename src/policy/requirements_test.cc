// SPDX-License-Identifier: Apache-2.0
#include "policy/requirements.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/policy_reader.h"
#include "policy/sample_policy.h"

namespace tandem::policy {
namespace {

using ::testing::ElementsAre;

TEST(Requirements, SecretsSayWhatTheyAre) {
  const PolicyDocument document = *readPolicy(kSamplePolicy, "p.json").document;
  std::vector<std::string> lines;
  for (const RequiredSecret& secret : requiredSecrets(document)) {
    lines.push_back(secret.name + " (" + secret.connector + "): " + secret.purpose);
  }
  EXPECT_THAT(
      lines,
      ElementsAre("corp.password (corp.example.com): the password of tandem@corp.example.com in "
                  "dc1.corp.example.com",
                  "entra.secret (entra): the client secret of the application "
                  "5f0c0c54-8f4e-4a2b-9b1c-111111111111 in example.onmicrosoft.com"));
}

TEST(Requirements, ASecretOfTwoConnectorsIsNamedOnce) {
  PolicyDocument document = *readPolicy(kSamplePolicy, "p.json").document;
  document.connectors[1].ldap.password_secret = "corp.password";
  ASSERT_EQ(requiredSecrets(document).size(), 2U);
  EXPECT_EQ(requiredSecrets(document)[0].connector, "corp.example.com");
}

TEST(Requirements, FilesAreListedWithTheirKind) {
  PolicyDocument document = *readPolicy(kSamplePolicy, "p.json").document;
  document.connectors[3].entra.ca_file = "cloud.pem";
  document.connectors[3].entra.certificate_file = "app.pem";
  std::vector<std::string> lines;
  for (const RequiredFile& file : requiredFiles(document)) {
    lines.push_back(file.path + " " + std::string(wordFor(kFileKinds, file.kind)));
  }
  EXPECT_THAT(lines,
              ElementsAre("/etc/tandem/corp-ca.pem authorities",
                          "/etc/tandem.keytab keytab",
                          "forest sourceFolder",
                          "app.pem certificate",
                          "cloud.pem authorities"));
}

}  // namespace
}  // namespace tandem::policy
