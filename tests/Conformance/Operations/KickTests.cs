using System.Diagnostics;
using System.Text.Json;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Operations;

/// <summary><c>hpc sessions</c> beside live clients.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class KickTests(SharedServer shared)
{
    [Fact]
    public async Task Kick_ends_one_session_and_no_other()
    {
        Require.NotReference("it has no such command.");
        var server = (HpcServerProcess)shared.Server;
        using ClientSession session = await shared.OpenAsync(Login.Key);
        using Process kicked = Open(session);
        await AnswersAsync(kicked, "first");
        string[] before = await SessionsAsync(server, session);
        using Process kept = Open(session);
        await AnswersAsync(kept, "second");
        string[] both = await SessionsAsync(server, session);
        before.Length.ShouldBe(1);
        both.Length.ShouldBe(2);

        (await server.RunAsync(["sessions", "kick", before[0]])).EnsureSuccess();

        // The client waits for input and notices only when it sends.
        using var clock = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await kicked.StandardInput.WriteLineAsync("mkdir gone".AsMemory(), clock.Token);
        kicked.StandardInput.Close();
        await kicked.WaitForExitAsync(clock.Token);
        kicked.ExitCode.ShouldNotBe(0);
        await AnswersAsync(kept, "third");
        (await SessionsAsync(server, session)).ShouldBe(both.Except(before));
        Directory.Exists(Path.Combine(session.User.Home, "gone")).ShouldBeFalse();
        kept.StandardInput.Close();
        await kept.WaitForExitAsync(clock.Token);
    }

    private static Process Open(ClientSession session) =>
        session.Runner.Start("sftp", ["-F", session.SshConfiguration, "-q", "server"]);

    private static async Task AnswersAsync(Process client, string name)
    {
        using var clock = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await client.StandardInput.WriteLineAsync($"mkdir {name}\nls -1".AsMemory(), clock.Token);
        await client.StandardInput.FlushAsync(clock.Token);
        while (await client.StandardOutput.ReadLineAsync(clock.Token) is { } line)
        {
            if (line == name)
            {
                return;
            }
        }

        throw new ClientFailedException("sftp ended: " + await client.StandardError.ReadToEndAsync(clock.Token));
    }

    private static async Task<string[]> SessionsAsync(HpcServerProcess server, ClientSession session)
    {
        ClientResult list = await server.RunAsync(["sessions", "list", "--json"]);
        using var document = JsonDocument.Parse(list.EnsureSuccess().Output);
        return
        [
            .. document.RootElement.EnumerateArray()
                .Where(entry => Text(entry, "username") == session.User.Name)
                .Select(entry => Text(entry, "id")),
        ];
    }

    private static string Text(JsonElement entry, string name) =>
        entry.EnumerateObject()
            .First(property => property.Name.Replace("_", string.Empty, StringComparison.Ordinal).Equals(name, StringComparison.OrdinalIgnoreCase))
            .Value.ToString();
}
