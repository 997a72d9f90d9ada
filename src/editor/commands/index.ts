/** Every command, and what it does. */
import type { CommandHandlers } from '../registerCommands';
import type { Services } from '../services';
import * as logs from '../logs/commands';
import * as look from './look';
import * as run from './run';
import * as studies from '../studies/commands';
import { runOf, runsOf } from './target';

export function commandHandlers(services: Services): CommandHandlers {
  const { store, selection, messages } = services;
  return {
    'alignmentGap.runExperiment': () => run.runExperiment(services),
    'alignmentGap.runExperimentFile': (target) => run.runExperimentFile(services, target),
    'alignmentGap.runStudy': (target) => studies.runStudy(services, target),
    'alignmentGap.showVerdict': (target) => studies.showVerdict(services, target),
    'alignmentGap.showCharts': (target) => look.showCharts(services, target),
    'alignmentGap.compareRuns': (target) => look.compareRuns(services, runsOf(store, target, undefined)),
    'alignmentGap.compareSelected': (target, selected) => look.compareSelected(services, target, selected),
    'alignmentGap.selectForCompare': (target) => {
      const chosen = runOf(store, target);
      if (chosen !== undefined) selection.select(chosen);
    },
    'alignmentGap.compareWithSelected': (target) => look.compareWithSelected(services, target),
    'alignmentGap.compareConfigurations': (target, selected) => look.compareConfigurations(services, runsOf(store, target, selected)),
    'alignmentGap.stop': (target) => run.stop(services, target),
    'alignmentGap.resume': (target) => run.resume(services, target),
    'alignmentGap.openConfiguration': (target) => look.openConfiguration(services, target),
    'alignmentGap.openLog': (target) => look.openLog(services, target),
    'alignmentGap.revealInExplorer': (target) => look.revealInExplorer(services, target),
    'alignmentGap.copyPath': (target) => look.copyPath(services, target),
    'alignmentGap.copySummary': (target) => look.copySummary(services, target),
    'alignmentGap.delete': (target) => run.deleteRuns(services, target),
    'alignmentGap.addLogs': () => logs.addLogs(services),
    'alignmentGap.addLogsHere': (target, selected) => logs.addLogsHere(services, target, selected),
    'alignmentGap.openRunCharts': (target) => logs.openRunCharts(target),
    'alignmentGap.readLogAs': (target) => logs.readLogAs(services, target),
    'alignmentGap.readLogAgain': (target) => logs.readLogAgain(services, target),
    'alignmentGap.removeLogs': (target) => logs.removeLogs(services, target),
    'alignmentGap.installNativeEngine': () => services.installer.choose(),
    'alignmentGap.showOutput': () => messages.channel.show(),
  };
}

