using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Kernel;

internal static partial class KernelLog
{
    [LoggerMessage(3000, LogLevel.Debug, "{Actor} did not take {Message}: {Reason}")]
    public static partial void DeadLetter(ILogger logger, ActorCell actor, Type message, DeadLetterReason reason);

    [LoggerMessage(3001, LogLevel.Error, "The subscriber of dead letters failed")]
    public static partial void DeadLetterSubscriberFailed(ILogger logger, Exception error);

    [LoggerMessage(3009, LogLevel.Error, "What a lost message brought could not be given back")]
    public static partial void GivingBackFailed(ILogger logger, Exception error);

    [LoggerMessage(3002, LogLevel.Error, "{Actor} failed")]
    public static partial void ActorFailed(ILogger logger, ActorCell actor, Exception error);

    [LoggerMessage(3003, LogLevel.Error, "{Actor} failed while it ran {Hook}")]
    public static partial void HookFailed(ILogger logger, ActorCell actor, string hook, Exception error);

    [LoggerMessage(3004, LogLevel.Error, "{Actor} failed more than {MaxRestarts} times in {Window} and is stopped")]
    public static partial void RestartsUsedUp(ILogger logger, ActorCell actor, int maxRestarts, TimeSpan window);

    [LoggerMessage(3005, LogLevel.Error, "A failure of {Actor} was escalated and nothing is above it; it is stopped")]
    public static partial void EscalatedPastTheRoot(ILogger logger, ActorCell actor);

    [LoggerMessage(3006, LogLevel.Error, "Shutdown task {Task} of phase {Phase} failed")]
    public static partial void ShutdownTaskFailed(ILogger logger, string task, ShutdownPhase phase, Exception error);

    [LoggerMessage(3007, LogLevel.Warning, "Shutdown phase {Phase} was not over within {Limit}; the next one begins")]
    public static partial void ShutdownPhaseTimedOut(ILogger logger, ShutdownPhase phase, TimeSpan limit);

    [LoggerMessage(3008, LogLevel.Debug, "Shutdown phase {Phase}")]
    public static partial void ShutdownPhaseBegins(ILogger logger, ShutdownPhase phase);
}
