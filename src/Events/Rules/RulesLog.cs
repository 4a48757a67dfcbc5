using Microsoft.Extensions.Logging;

namespace Hpc.Events.Rules;

internal static partial class RulesLog
{
    [LoggerMessage(5010, LogLevel.Information, "event rule {Rule} begins ({Event}, run {Run})")]
    public static partial void Begins(ILogger logger, string rule, string @event, string run);

    [LoggerMessage(5011, LogLevel.Information, "event rule {Rule}, run {Run}: {Outcome} after {Milliseconds:0} ms")]
    public static partial void Ended(ILogger logger, string rule, string run, string outcome, double milliseconds);

    [LoggerMessage(5012, LogLevel.Warning, "action {Action} of event rule {Rule}, run {Run}, failed: {Problem}")]
    public static partial void ActionFailed(ILogger logger, string action, string rule, string run, string problem);

    [LoggerMessage(5013, LogLevel.Error, "action {Action} of event rule {Rule} failed")]
    public static partial void ActionThrew(ILogger logger, string action, string rule, Exception error);

    [LoggerMessage(5014, LogLevel.Warning, "the event rules of {Hour:u} cannot be begun yet, and it is tried again: {Reason}")]
    public static partial void NotBegun(ILogger logger, DateTimeOffset hour, string reason);

    [LoggerMessage(5015, LogLevel.Error, "event rules of {Hour:u} were not begun on this node: {Reason}")]
    public static partial void Missed(ILogger logger, DateTimeOffset hour, string reason);

    [LoggerMessage(5016, LogLevel.Warning, "the clock went back from {From:u} to {To:u}: event rules run at the full hours from now on")]
    public static partial void ClockWentBack(ILogger logger, DateTimeOffset from, DateTimeOffset to);

    [LoggerMessage(5017, LogLevel.Warning, "event rule {Rule} is enabled, and is not run in full by this version: {Reason}")]
    public static partial void NotRun(ILogger logger, string rule, string reason);

    [LoggerMessage(5018, LogLevel.Warning, "the event rules could not be looked at: {Reason}")]
    public static partial void NotRead(ILogger logger, string reason);

    [LoggerMessage(5020, LogLevel.Warning, "event rules are left that do not end: {Rules}")]
    public static partial void Left(ILogger logger, int rules);

    [LoggerMessage(5021, LogLevel.Warning, "event rule {Rule}, run {Run}: ended because the server stops")]
    public static partial void EndedEarly(ILogger logger, string rule, string run);

    [LoggerMessage(5022, LogLevel.Error, "the clock of event rules failed: no rule runs on its schedule on this node until it is started again")]
    public static partial void ClockFailed(ILogger logger, Exception error);

    [LoggerMessage(5019, LogLevel.Warning, "event rules that still ran when the server stopped were ended: {Rules}")]
    public static partial void Cut(ILogger logger, int rules);
}
