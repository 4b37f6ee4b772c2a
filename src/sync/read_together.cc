// SPDX-License-Identifier: Apache-2.0
#include "sync/read_together.h"

#include <thread>

namespace tandem::sync {

Result<void> readTogether(store::Store& store,
                          const std::function<void(store::Store&)>& here,
                          const std::function<void(store::Store&)>& beside) {
  if (store.path() == ":memory:") {
    here(store);
    beside(store);
    return store.database().takeError();
  }
  const std::unique_ptr<store::Store> reader = TRY(store::Store::openReader(store.path()));
  {
    const std::jthread thread([&] { beside(*reader); });
    here(store);
  }
  TRY(store.database().takeError());
  return reader->database().takeError();
}

}  // namespace tandem::sync
