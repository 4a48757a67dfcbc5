using System.Text;
using System.Text.Json.Nodes;
using Hpc.Accounts.Dumps;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Accounts.Tests.Services;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;

namespace Hpc.Accounts.Tests.Dumps;

public sealed class DumpMomentTests : ServicesTest
{
    private readonly List<string> _lines = [];

    [Fact]
    public async Task A_dump_in_memory_is_written_again_when_objects_change_meanwhile()
    {
        await AddUserAsync("alice");
        var provider = new ScriptedProvider(Provider);
        provider.AfterList = async kind =>
        {
            if (kind == ObjectKind.User)
            {
                provider.AfterList = null;
                await AddUserAsync("aaron");
            }
        };
        using var output = new MemoryStream();
        output.Write("head"u8);

        (await WriteAsync(provider, output)).ShouldBeTrue();

        string text = Encoding.UTF8.GetString(output.ToArray());
        text.ShouldStartWith("head{");
        JsonNode.Parse(text[4..])!["users"]!.AsArray().Select(user => user!["username"]!.GetValue<string>()).ShouldBe(["aaron", "alice"]);
        _lines.ShouldHaveSingleItem().ShouldContain("wrote a dump of 2 objects");
    }

    [Fact]
    public async Task A_dump_that_is_changed_each_time_is_told_apart()
    {
        int writes = 0;
        var provider = new ScriptedProvider(Provider);
        provider.AfterList = async kind =>
        {
            if (kind == ObjectKind.Role)
            {
                await AddUserAsync($"u{writes++}");
            }
        };
        using var output = new MemoryStream();

        (await WriteAsync(provider, output)).ShouldBeFalse();

        writes.ShouldBe(3);
        JsonNode.Parse(output.ToArray())!["users"]!.AsArray().Count.ShouldBe(2);
        _lines[^1].ShouldContain("not of one moment");
    }

    [Fact]
    public async Task A_dump_that_is_sent_is_not_sent_twice_and_the_log_warns()
    {
        int writes = 0;
        var provider = new ScriptedProvider(Provider);
        provider.AfterList = async kind =>
        {
            if (kind == ObjectKind.Role)
            {
                await AddUserAsync($"u{writes++}");
            }
        };
        using var output = new MemoryStream();
        using var gzip = new System.IO.Compression.GZipStream(output, System.IO.Compression.CompressionMode.Compress);

        (await WriteAsync(provider, gzip)).ShouldBeFalse();

        writes.ShouldBe(1);
        _lines[^1].ShouldContain("not of one moment");
    }

    private async Task<bool> WriteAsync(ScriptedProvider provider, Stream output)
    {
        var services = new AccountServices(provider, Hasher, new ReversingProtector(), Options, Time, NullLogger<AccountServices>.Instance);
        return await new DumpService(services, new(), new Lines(_lines)).WriteAsync(output, DumpScopes.All, false, ChangeContext.Operator, Ct);
    }

    private sealed class Lines(List<string> lines) : ILogger<DumpService>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add(formatter(state, exception));
    }
}
