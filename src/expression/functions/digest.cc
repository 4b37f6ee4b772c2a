// SPDX-License-Identifier: Apache-2.0
#include "expression/functions/digest.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace tandem::expression {

std::string sha256(std::string_view bytes) {
  std::string out(32, '\0');
  unsigned size = 0;
  const int done = EVP_Digest(bytes.data(),
                              bytes.size(),
                              reinterpret_cast<unsigned char*>(out.data()),
                              &size,
                              EVP_sha256(),
                              nullptr);
  TANDEM_CHECK(done == 1 && size == out.size());
  return out;
}

}  // namespace tandem::expression
