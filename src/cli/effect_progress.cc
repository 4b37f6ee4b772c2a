// SPDX-License-Identifier: Apache-2.0
#include "cli/effect_progress.h"

#include "cli/progress_line.h"

namespace tandem::cli {

Result<run::PolicyEffect> workOutEffect(Session& session,
                                        const home::Home& home,
                                        const policy::PolicyDocument* before,
                                        const policy::PolicyDocument& after,
                                        run::EffectOptions options) {
  ProgressLine line(*session.err, session.is_terminal, session.width, session.steady);
  if (!session.json) {
    options.on_progress = [&line](const run::Progress& progress) {
      line.update(progress.connector + ": " + progress.profile, progress.done, progress.total);
    };
  }
  options.cancel = session.cancel;
  Result<run::PolicyEffect> effect = before == nullptr
                                         ? run::policyEffect(home, after, options)
                                         : run::policyEffect(home, *before, after, options);
  line.clear();
  return effect;
}

}  // namespace tandem::cli
