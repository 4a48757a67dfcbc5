using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Defender;

internal static partial class DefenderLog
{
    [LoggerMessage(3200, LogLevel.Information, "{Event} over {Protocol} from {ClientIp}: {IncreaseScoreBy} points more are {Score}")]
    public static partial void Scored(ILogger logger, string @event, string protocol, string clientIp, int increaseScoreBy, int score);

    [LoggerMessage(3201, LogLevel.Information, "{Event}: {ClientIp} over {Protocol} until {Until} with {Score} points")]
    public static partial void Banned(ILogger logger, string @event, string clientIp, string protocol, string until, int score);

    [LoggerMessage(3207, LogLevel.Information, "{Event}: {ClientIp} by an operator until {Until}")]
    public static partial void BannedByHand(ILogger logger, string @event, string clientIp, string until);

    [LoggerMessage(3208, LogLevel.Information, "{Event}: {ClientIp} by an operator")]
    public static partial void Forgotten(ILogger logger, string @event, string clientIp);

    [LoggerMessage(3202, LogLevel.Error, "The defender failed to count {Event}")]
    public static partial void Fault(ILogger logger, DefenderEvent @event, Exception exception);

    [LoggerMessage(3203, LogLevel.Information, "List {Type} of networks is in force with {Count} entries")]
    public static partial void ListInForce(ILogger logger, int type, int count);

    [LoggerMessage(3204, LogLevel.Error, "The lists of networks hold more than {Capacity} entries: those of list {Type} from {Network} on are not in force")]
    public static partial void ListsFull(ILogger logger, int capacity, int type, string network);

    [LoggerMessage(3205, LogLevel.Error, "The lists of networks cannot be read; those in force stay")]
    public static partial void ListsUnreadable(ILogger logger, Exception exception);

    [LoggerMessage(3206, LogLevel.Error, "{Name} names no network of list {Type} and is not in force")]
    public static partial void EntryUnreadable(ILogger logger, string name, int type);

    [LoggerMessage(3209, LogLevel.Error, "{Name} of list {Type} cannot be read: until it can, the network is denied")]
    public static partial void EntryDenied(ILogger logger, string name, int type, Exception? exception);

    [LoggerMessage(3210, LogLevel.Error, "Connections of who was barred could not be ended")]
    public static partial void SweepFault(ILogger logger, Exception exception);
}
