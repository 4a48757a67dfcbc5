using System.Globalization;
using System.Runtime.CompilerServices;
using Hpc.Storage;
using Microsoft.Extensions.Logging;

namespace Hpc.Events;

/// <summary>
/// One line for each event, with the fields of spec row R15.1. What was done, and what failed for a reason of the request, is Information; what was refused, given up or broken is Warning;
/// listings and questions for attributes are Debug. Costs nothing where the level is off.
/// </summary>
public sealed class FileEventLog(ILogger<FileEventLog> logger) : IFileEventSink
{
    private static readonly Func<KeyValuePair<string, object?>[], Exception?, string> Formatter = static (values, _) => Describe(values);

    // What SFTPGo writes for a number that an operation does not have.
    private static readonly object NotSet = -1L;

    // Addresses as text, made once for each session.
    private readonly ConditionalWeakTable<FileEventSource, SourceText> _sources = [];

    /// <inheritdoc/>
    public void Publish(in FileEvent fileEvent)
    {
        LogLevel level = LevelOf(fileEvent);
        if (!logger.IsEnabled(level))
        {
            return;
        }

        SourceText source = _sources.GetValue(fileEvent.Source, static source => new SourceText(source));
        bool isTransfer = fileEvent.Kind is FileEventKind.Upload or FileEventKind.Download;
        KeyValuePair<string, object?>[] values = isTransfer ? TransferOf(fileEvent, source) : CommandOf(fileEvent, source);
        logger.Log(level, new EventId(5100 + (int)fileEvent.Kind), values, null, Formatter);
    }

    private static LogLevel LevelOf(in FileEvent fileEvent) => fileEvent.Kind is FileEventKind.List or FileEventKind.Stat
        ? LogLevel.Debug
        : fileEvent.Outcome switch
        {
            StorageError.None or StorageError.NotFound or StorageError.AlreadyExists or StorageError.IsDirectory or StorageError.NotDirectory
                or StorageError.DirectoryNotEmpty or StorageError.CrossDevice or StorageError.NotSupported => LogLevel.Information,
            _ => LogLevel.Warning,
        };

    private static KeyValuePair<string, object?>[] TransferOf(in FileEvent fileEvent, SourceText source) =>
    [
        new("Sender", FileEventNames.OfSender(fileEvent.Kind)),
        new("LocalAddr", source.Local),
        new("RemoteAddr", source.Remote),
        new("ElapsedMs", (long)fileEvent.Elapsed.TotalMilliseconds),
        new("SizeBytes", Math.Max(0, fileEvent.Size)),
        new("Username", fileEvent.Source.UserName),
        new("VirtualPath", fileEvent.Path.ToString()),
        new("ConnectionId", fileEvent.Source.ConnectionId),
        new("Protocol", fileEvent.Source.Protocol),
        new("Error", FileEventNames.OfError(fileEvent.Outcome)),
    ];

    private static KeyValuePair<string, object?>[] CommandOf(in FileEvent fileEvent, SourceText source)
    {
        AttributeChanges changes = fileEvent.Changes;
        return
        [
            new("Sender", FileEventNames.OfSender(fileEvent.Kind)),
            new("LocalAddr", source.Local),
            new("RemoteAddr", source.Remote),
            new("Username", fileEvent.Source.UserName),
            new("VirtualPath", fileEvent.Path.ToString()),
            new("VirtualTargetPath", fileEvent.Target?.ToString()),
            new("Filemode", changes.Permissions is { } mode ? Convert.ToString(mode, 8).PadLeft(4, '0') : null),
            new("Uid", changes.UserId is { } user ? (long)user : NotSet),
            new("Gid", changes.GroupId is { } group ? (long)group : NotSet),
            new("AccessTime", TimeOf(changes.AccessTime)),
            new("ModificationTime", TimeOf(changes.ModificationTime)),
            new("Size", fileEvent.Kind is FileEventKind.Truncate or FileEventKind.Copy ? fileEvent.Size : NotSet),
            new("Elapsed", (long)fileEvent.Elapsed.TotalMilliseconds),
            new("ConnectionId", fileEvent.Source.ConnectionId),
            new("Protocol", fileEvent.Source.Protocol),
            new("Error", FileEventNames.OfError(fileEvent.Outcome)),
        ];
    }

    private static string? TimeOf(FileTime? time) => time is { Seconds: >= -62_135_596_800 and <= 253_402_300_799 } known
        ? DateTime.UnixEpoch.AddSeconds(known.Seconds).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)
        : null;

    /// <summary>The line for a person.</summary>
    private static string Describe(KeyValuePair<string, object?>[] values)
    {
        var sender = (string)values[0].Value!;
        object? path = Find(values, "VirtualPath");
        string text = Find(values, "VirtualTargetPath") is { } target ? $"{sender} {path} to {target}" : $"{sender} {path}";
        if (Find(values, "SizeBytes") is { } size)
        {
            text = string.Create(CultureInfo.InvariantCulture, $"{text}, {size} bytes");
        }

        return Find(values, "Error") is { } error ? $"{text}: {error}" : text;
    }

    private static object? Find(KeyValuePair<string, object?>[] values, string name)
    {
        foreach (KeyValuePair<string, object?> value in values)
        {
            if (ReferenceEquals(value.Key, name) || value.Key == name)
            {
                return value.Value;
            }
        }

        return null;
    }

    private sealed class SourceText(FileEventSource source)
    {
        public string? Local { get; } = source.Local?.ToString();

        public string? Remote { get; } = source.Remote?.ToString();
    }
}
