// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"

namespace tandem::cli {

std::span<const CommandEntry> allCommands() {
  // In the order of --help.
  static constexpr CommandEntry kCommands[] = {
      {"init", "", makeInitCommand},
      {"status", "", makeStatusCommand},
      {"cycle", "", makeCycleCommand},
      {"run", "", makeRunCommand},
      {"runs", "", makeRunsCommand},
      {"pending", "", makePendingCommand},
      {"search", "", makeSearchCommand},
      {"show", "", makeShowCommand},
      {"why", "", makeWhyCommand},
      {"preview", "", makePreviewCommand},
      {"canary", "", makeCanaryCommand},
      {"swap", "", makeSwapCommand},
      {"staging", "on", makeStagingOnCommand},
      {"staging", "off", makeStagingOffCommand},
      {"failover", "", makeFailoverCommand},
      {"decommission", "", makeDecommissionCommand},
      {"compare", "", makeCompareCommand},
      {"policy", "check", makePolicyCheckCommand},
      {"policy", "test", makePolicyTestCommand},
      {"policy", "show", makePolicyShowCommand},
      {"policy", "schema", makePolicySchemaCommand},
      {"policy", "export", makePolicyExportCommand},
      {"policy", "import", makePolicyImportCommand},
      {"policy", "diff", makePolicyDiffCommand},
      {"policy", "effect", makePolicyEffectCommand},
      {"policy", "convert", makePolicyConvertCommand},
      {"policy", "history", makePolicyHistoryCommand},
      {"policy", "restore", makePolicyRestoreCommand},
      {"check", "preflight", makeCheckPreflightCommand},
      {"check", "attributes", makeCheckAttributesCommand},
      {"rule", "list", makeRuleListCommand},
      {"secret", "set", makeSecretSetCommand},
      {"secret", "list", makeSecretListCommand},
      {"secret", "remove", makeSecretRemoveCommand},
      {"connector", "list", makeConnectorListCommand},
      {"connector", "statistics", makeConnectorStatisticsCommand},
      {"connector", "test", makeConnectorTestCommand},
      {"connector", "containers", makeConnectorContainersCommand},
      {"connector", "select", makeConnectorSelectCommand},
      {"scheduler", "show", makeSchedulerShowCommand},
      {"scheduler", "set", makeSchedulerSetCommand},
      {"threshold", "show", makeThresholdShowCommand},
      {"threshold", "enable", makeThresholdEnableCommand},
      {"threshold", "disable", makeThresholdDisableCommand},
      {"history", "purge", makeHistoryPurgeCommand},
      {"serve", "", makeServeCommand},
      {"account", "link", makeAccountLinkCommand},
      {"pair", "invite", makePairInviteCommand},
      {"pair", "accept", makePairAcceptCommand},
      {"pair", "show", makePairShowCommand},
      {"pair", "remove", makePairRemoveCommand},
      {"demo", "forest", makeDemoForestCommand},
      {"demo", "hire", makeDemoHireCommand},
      {"demo", "set", makeDemoSetCommand},
      {"demo", "remove", makeDemoRemoveCommand},
  };
  return kCommands;
}

}  // namespace tandem::cli
