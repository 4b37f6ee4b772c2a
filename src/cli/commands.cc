// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"

namespace tandem::cli {
namespace {

// In the order of --help.
constexpr CommandEntry kCommands[] = {
    {"init", "", makeInitCommand, Changes::kSomething},
    {"status", "", makeStatusCommand},
    {"cycle", "", makeCycleCommand, Changes::kSomething},
    {"run", "", makeRunCommand, Changes::kSomething},
    {"runs", "", makeRunsCommand},
    {"pending", "", makePendingCommand},
    {"search", "", makeSearchCommand},
    {"show", "", makeShowCommand},
    {"why", "", makeWhyCommand},
    {"preview", "", makePreviewCommand},
    {"canary", "", makeCanaryCommand, Changes::kSomething},
    {"swap", "", makeSwapCommand, Changes::kSomething},
    {"staging", "on", makeStagingOnCommand, Changes::kSomething},
    {"staging", "off", makeStagingOffCommand, Changes::kSomething},
    {"failover", "", makeFailoverCommand, Changes::kSomething},
    {"decommission", "", makeDecommissionCommand, Changes::kSomething},
    {"compare", "", makeCompareCommand},
    {"policy", "check", makePolicyCheckCommand},
    {"policy", "test", makePolicyTestCommand},
    {"policy", "show", makePolicyShowCommand},
    {"policy", "schema", makePolicySchemaCommand},
    {"policy", "export", makePolicyExportCommand},
    {"policy", "import", makePolicyImportCommand, Changes::kSomething},
    {"policy", "diff", makePolicyDiffCommand},
    {"policy", "effect", makePolicyEffectCommand},
    {"policy", "convert", makePolicyConvertCommand},
    {"policy", "history", makePolicyHistoryCommand},
    {"policy", "restore", makePolicyRestoreCommand, Changes::kSomething},
    {"check", "preflight", makeCheckPreflightCommand},
    {"check", "attributes", makeCheckAttributesCommand},
    {"rule", "list", makeRuleListCommand},
    {"secret", "set", makeSecretSetCommand, Changes::kSomething},
    {"secret", "list", makeSecretListCommand},
    {"secret", "remove", makeSecretRemoveCommand, Changes::kSomething},
    {"connector", "list", makeConnectorListCommand},
    {"connector", "statistics", makeConnectorStatisticsCommand},
    {"connector", "test", makeConnectorTestCommand},
    {"connector", "containers", makeConnectorContainersCommand},
    {"connector", "select", makeConnectorSelectCommand, Changes::kSomething},
    {"scheduler", "show", makeSchedulerShowCommand},
    {"scheduler", "set", makeSchedulerSetCommand, Changes::kSomething},
    {"scheduler", "overrides", makeSchedulerOverridesCommand},
    {"scheduler", "override", makeSchedulerOverrideCommand, Changes::kSomething},
    {"latency", "", makeLatencyCommand},
    {"alerts", "", makeAlertsCommand},
    {"threshold", "show", makeThresholdShowCommand},
    {"threshold", "enable", makeThresholdEnableCommand, Changes::kSomething},
    {"threshold", "disable", makeThresholdDisableCommand, Changes::kSomething},
    {"history", "purge", makeHistoryPurgeCommand, Changes::kSomething},
    {"account", "list", makeAccountListCommand},
    {"account", "add", makeAccountAddCommand, Changes::kSomething},
    {"account", "set", makeAccountSetCommand, Changes::kSomething},
    {"account", "password", makeAccountPasswordCommand, Changes::kSomething},
    {"account", "token", makeAccountTokenCommand, Changes::kSomething},
    {"account", "remove", makeAccountRemoveCommand, Changes::kSomething},
    {"audit", "list", makeAuditListCommand},
    {"audit", "verify", makeAuditVerifyCommand},
    {"serve", "", makeServeCommand},
    {"account", "link", makeAccountLinkCommand},
    {"pair", "invite", makePairInviteCommand, Changes::kSomething},
    {"pair", "accept", makePairAcceptCommand, Changes::kSomething},
    {"pair", "show", makePairShowCommand},
    {"pair", "remove", makePairRemoveCommand, Changes::kSomething},
    {"demo", "forest", makeDemoForestCommand},
    {"demo", "hire", makeDemoHireCommand},
    {"demo", "set", makeDemoSetCommand},
    {"demo", "remove", makeDemoRemoveCommand},
};

}  // namespace

std::span<const CommandEntry> allCommands() {
  return kCommands;
}

}  // namespace tandem::cli
