using System.Net;
using System.Text.Json;
using Hpc.Events;
using Hpc.Server.Logging;
using Hpc.Storage;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Tests.Logging;

/// <summary>Events of files as they stand in the log (spec row R15.1).</summary>
public sealed class FileEventLineTests
{
    [Fact]
    public async Task A_transfer_is_a_line_with_the_fields_of_a_transfer()
    {
        JsonElement line = await LineAsync(FileEventKind.Upload, StorageError.QuotaExceeded);
        FieldsOf(line).ShouldBe(
        [
            "level", "time", "sender", "connection_id", "message", "local_addr", "remote_addr", "elapsed_ms", "size_bytes", "username", "virtual_path", "protocol", "error",
        ]);
        line.GetProperty("level").GetString().ShouldBe("warn");
        line.GetProperty("sender").GetString().ShouldBe("Upload");
        line.GetProperty("connection_id").GetString().ShouldBe("c7");
        line.GetProperty("local_addr").GetString().ShouldBe("127.0.0.1:2022");
        line.GetProperty("remote_addr").GetString().ShouldBe("[::1]:50000");
        line.GetProperty("elapsed_ms").GetInt64().ShouldBe(1500);
        line.GetProperty("size_bytes").GetInt64().ShouldBe(42);
        line.GetProperty("username").GetString().ShouldBe("ann");
        line.GetProperty("virtual_path").GetString().ShouldBe("/a \"quoted\"\n name");
        line.GetProperty("protocol").GetString().ShouldBe("SFTP");
        line.GetProperty("error").GetString().ShouldBe("quota exceeded");
    }

    [Fact]
    public async Task A_command_is_a_line_with_the_fields_of_a_command()
    {
        JsonElement line = await LineAsync(FileEventKind.Rename, StorageError.None);
        FieldsOf(line).ShouldBe(
        [
            "level", "time", "sender", "connection_id", "message", "local_addr", "remote_addr", "username", "virtual_path", "virtual_target_path",
            "filemode", "uid", "gid", "access_time", "modification_time", "size", "elapsed", "protocol",
        ]);
        line.GetProperty("level").GetString().ShouldBe("info");
        line.GetProperty("sender").GetString().ShouldBe("Rename");
        line.GetProperty("virtual_target_path").GetString().ShouldBe("/to");
        line.GetProperty("filemode").GetString().ShouldBe("0600");
        line.GetProperty("uid").GetInt64().ShouldBe(5);
        line.GetProperty("gid").GetInt64().ShouldBe(-1);
        line.GetProperty("access_time").GetString().ShouldBe("1970-01-01T00:00:01");
        line.GetProperty("size").GetInt64().ShouldBe(-1);
        line.GetProperty("elapsed").GetInt64().ShouldBe(1500);
    }

    private static string[] FieldsOf(JsonElement line) => [.. line.EnumerateObject().Select(field => field.Name)];

    private static async Task<JsonElement> LineAsync(FileEventKind kind, StorageError outcome)
    {
        var text = new StringWriter();
        var provider = new HpcLoggerProvider(LogFormatter.Json(TimeProvider.System, utc: true), new ConsoleSink(text), LogLevel.Information);
        await using (provider)
        {
            using ILoggerFactory factory = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(provider));
            new FileEventLog(factory.CreateLogger<FileEventLog>()).Publish(new FileEvent
            {
                Source = new FileEventSource
                {
                    UserName = "ann",
                    Protocol = "SFTP",
                    ConnectionId = "c7",
                    Local = new IPEndPoint(IPAddress.Loopback, 2022),
                    Remote = new IPEndPoint(IPAddress.IPv6Loopback, 50_000),
                },
                Kind = kind,
                Path = PathOf("/a \"quoted\"\n name"),
                Target = kind == FileEventKind.Rename ? PathOf("/to") : null,
                Size = 42,
                Changes = new AttributeChanges { Permissions = 0x180, UserId = 5, AccessTime = new FileTime(1), ModificationTime = new FileTime(2) },
                Elapsed = TimeSpan.FromSeconds(1.5),
                Outcome = outcome,
            });
        }

        return JsonDocument.Parse(text.ToString()).RootElement;
    }

    private static VirtualPath PathOf(string text) => VirtualPath.TryParse(text, VirtualPath.Root, out VirtualPath path) ? path : throw new ArgumentException(text);
}
