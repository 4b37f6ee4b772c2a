// SPDX-License-Identifier: Apache-2.0
#include "platform/certificate.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <stdlib.h>
#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/signing.h"

namespace tandem::platform {
namespace {

using std::chrono::hours;
const auto kNow = std::chrono::system_clock::from_time_t(1795000000);

class Certificate : public testing::Test {
 protected:
  Certificate() {
    char pattern[] = "/tmp/tandem-certificate-XXXXXX";
    folder_ = ::mkdtemp(pattern);
  }
  ~Certificate() override { std::filesystem::remove_all(folder_); }

  static std::string read(const std::string& path) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  std::string folder_;
};

TEST_F(Certificate, IsMadeOnceAndUsedAgain) {
  const auto first = ensureCertificate(folder_, {"tenant.example"}, kNow);
  ASSERT_TRUE(first.ok()) << first.error().message();
  EXPECT_TRUE(first.value().created);
  EXPECT_FALSE(ensureCertificate(folder_, {"tenant.example"}, kNow + hours(24)).value().created);
}

TEST_F(Certificate, KeysAreForTheOwnerAlone) {
  const auto files = ensureCertificate(folder_, {}, kNow);
  for (const auto& path : {files.value().private_key, folder_ + "/ca.key"}) {
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U) << path;
  }
}

TEST_F(Certificate, ANewLeafComesFromTheSameAuthority) {
  const auto first = ensureCertificate(folder_, {}, kNow).value();
  const std::string authority = read(first.ca_certificate);
  EXPECT_TRUE(ensureCertificate(folder_, {}, kNow + hours(24 * 61)).value().created);
  EXPECT_TRUE(ensureCertificate(folder_, {"other.example"}, kNow).value().created);
  EXPECT_EQ(read(first.ca_certificate), authority);
}

TEST_F(Certificate, RefusesAFolderThatCannotBeMade) {
  EXPECT_FALSE(ensureCertificate("/proc/nowhere", {}, kNow).ok());
}

TEST(Signing, AKeySurvivesPemAndSigns) {
  const SigningKey key = SigningKey::generate().value();
  const SigningKey again = SigningKey::fromPem(key.toPem()).value();
  EXPECT_EQ(key.modulus(), again.modulus());
  EXPECT_EQ(key.sign(SignatureAlgorithm::kRs256, "x").value(),
            again.sign(SignatureAlgorithm::kRs256, "x").value());
  EXPECT_EQ(key.exponent(), std::string("\x01\x00\x01", 3));
  EXPECT_FALSE(SigningKey::fromPem("nonsense").ok());
}

TEST(Signing, ComparesWithoutCaringWhere) {
  EXPECT_TRUE(equalsConstantTime("abc", "abc"));
  EXPECT_FALSE(equalsConstantTime("abc", "abd"));
  EXPECT_FALSE(equalsConstantTime("abc", "ab"));
}

}  // namespace
}  // namespace tandem::platform
