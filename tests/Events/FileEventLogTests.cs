using Hpc.Storage;
using Microsoft.Extensions.Logging;

namespace Hpc.Events.Tests;

public sealed class FileEventLogTests
{
    private readonly ListLogger<FileEventLog> _logger = new();

    [Theory]
    [InlineData(FileEventKind.Upload, "Upload")]
    [InlineData(FileEventKind.Download, "Download")]
    public void A_transfer_has_the_fields_of_a_transfer(FileEventKind kind, string sender)
    {
        Dictionary<string, object?> values = Log(Events.Of(kind, size: 42)).Values;
        values["Sender"].ShouldBe(sender);
        values["LocalAddr"].ShouldBe("127.0.0.1:2022");
        values["RemoteAddr"].ShouldBe("127.0.0.1:50022");
        values["ElapsedMs"].ShouldBe(7L);
        values["SizeBytes"].ShouldBe(42L);
        values["Username"].ShouldBe("ann");
        values["VirtualPath"].ShouldBe("/dir/file");
        values["ConnectionId"].ShouldBe("SFTP_1");
        values["Protocol"].ShouldBe("SFTP");
        values["Error"].ShouldBeNull();
        values.Keys.ShouldNotContain("Filemode");
    }

    [Theory]
    [InlineData(FileEventKind.Rename, "Rename")]
    [InlineData(FileEventKind.RemoveDirectory, "Rmdir")]
    [InlineData(FileEventKind.CreateDirectory, "Mkdir")]
    [InlineData(FileEventKind.CreateSymbolicLink, "Symlink")]
    [InlineData(FileEventKind.Delete, "Remove")]
    [InlineData(FileEventKind.ChangeMode, "Chmod")]
    [InlineData(FileEventKind.ChangeOwner, "Chown")]
    [InlineData(FileEventKind.ChangeTimes, "Chtimes")]
    [InlineData(FileEventKind.Truncate, "Truncate")]
    [InlineData(FileEventKind.Copy, "Copy")]
    [InlineData(FileEventKind.Hash, "Hash")]
    public void A_command_has_the_fields_of_a_command(FileEventKind kind, string sender)
    {
        (LogLevel level, string message, Dictionary<string, object?> values) = Log(Events.Of(kind) with { Target = Events.PathOf("/to") });
        level.ShouldBe(LogLevel.Information);
        message.ShouldBe($"{sender} /dir/file to /to");
        values["Sender"].ShouldBe(sender);
        values["VirtualTargetPath"].ShouldBe("/to");
        values["Uid"].ShouldBe(-1L);
        values["Gid"].ShouldBe(-1L);
        values["Size"].ShouldBe(-1L);
        values["Elapsed"].ShouldBe(7L);
        values["Filemode"].ShouldBeNull();
        values["AccessTime"].ShouldBeNull();
        values.Keys.ShouldNotContain("SizeBytes");
    }

    [Fact]
    public void What_was_set_is_told()
    {
        var changes = new AttributeChanges
        {
            Permissions = Convert.ToUInt32("644", 8), UserId = 1000, GroupId = 100, AccessTime = new FileTime(1), ModificationTime = new FileTime(981_173_106),
        };
        Dictionary<string, object?> values = Log(Events.Of(FileEventKind.ChangeMode) with { Changes = changes }).Values;
        values["Filemode"].ShouldBe("0644");
        values["Uid"].ShouldBe(1000L);
        values["Gid"].ShouldBe(100L);
        values["AccessTime"].ShouldBe("1970-01-01T00:00:01");
        values["ModificationTime"].ShouldBe("2001-02-03T04:05:06");
        Log(Events.Of(FileEventKind.Truncate, size: 5)).Values["Size"].ShouldBe(5L);
        Log(Events.Of(FileEventKind.Copy, size: 6)).Values["Size"].ShouldBe(6L);
        Log(Events.Of(FileEventKind.Rename, size: 7)).Values["Size"].ShouldBe(-1L);
        Log(Events.Of(FileEventKind.ChangeTimes) with { Changes = new AttributeChanges { AccessTime = new FileTime(long.MaxValue) } }).Values["AccessTime"].ShouldBeNull();
    }

    [Theory]
    [InlineData(FileEventKind.Upload, StorageError.None, LogLevel.Information)]
    [InlineData(FileEventKind.Upload, StorageError.QuotaExceeded, LogLevel.Warning)]
    [InlineData(FileEventKind.Upload, StorageError.Cancelled, LogLevel.Warning)]
    [InlineData(FileEventKind.Delete, StorageError.AccessDenied, LogLevel.Warning)]
    [InlineData(FileEventKind.Delete, StorageError.NotFound, LogLevel.Information)]
    [InlineData(FileEventKind.CreateDirectory, StorageError.AlreadyExists, LogLevel.Information)]
    [InlineData(FileEventKind.List, StorageError.None, LogLevel.Debug)]
    [InlineData(FileEventKind.Stat, StorageError.AccessDenied, LogLevel.Debug)]
    public void What_was_refused_is_a_warning_and_looking_is_for_debugging(FileEventKind kind, StorageError outcome, LogLevel level)
    {
        (LogLevel found, _, Dictionary<string, object?> values) = Log(Events.Of(kind, outcome));
        found.ShouldBe(level);
        (values["Error"] is null).ShouldBe(outcome == StorageError.None);
    }

    [Fact]
    public void Every_kind_has_names_of_its_own()
    {
        FileEventKind[] kinds = Enum.GetValues<FileEventKind>();
        kinds.Select(FileEventNames.OfSender).Distinct().Count().ShouldBe(kinds.Length);
        kinds.Select(FileEventNames.OfMetric).Distinct().Count().ShouldBe(kinds.Length);
        Enum.GetValues<StorageError>().Select(FileEventOutcome.IndexOf).ShouldAllBe(index => index < FileEventOutcome.Names.Count);
    }

    private (LogLevel Level, string Message, Dictionary<string, object?> Values) Log(FileEvent fileEvent)
    {
        new FileEventLog(_logger).Publish(fileEvent);
        return _logger.Lines[^1];
    }
}
