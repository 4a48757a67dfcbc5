using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Algorithms;

/// <summary>A server that offers everything it knows, and one client that has asked for the list.</summary>
public sealed class LegacyServer : IAsyncLifetime
{
    private readonly ServerProcess _server = ServerProcess.Create(new ServerOptions { Algorithms = AlgorithmProfile.Everything });
    private ClientSession? _session;
    private Proposal? _proposal;

    internal ClientSession Session => _session ?? throw new InvalidOperationException();

    internal Proposal Proposal => _proposal ?? throw new InvalidOperationException();

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _session = await SharedServer.OpenAsync(_server, Login.Key);
        _proposal = await Proposal.AskAsync(_session);
    }

    /// <summary>What OpenSSH's client knows of a kind and the server offers too.</summary>
    internal async Task<IReadOnlyList<string>> CommonAsync(string query, IReadOnlyList<string> offered)
    {
        ClientResult known = await Session.Runner.RunAsync("ssh", ["-Q", query]);
        string[] common = [.. known.EnsureSuccess().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Intersect(offered)];
        common.ShouldNotBeEmpty();
        return common;
    }

    public async ValueTask DisposeAsync()
    {
        _session?.Dispose();
        await _server.DisposeAsync();
    }
}
