using System.Globalization;
using System.Text.Json.Nodes;
using Hpc.Accounts.Sql;
using Hpc.Conformance.Tests.Accounts;
using Hpc.Conformance.Tests.Cluster;
using Hpc.Conformance.Tests.Policy;
using Hpc.Conformance.Tests.Support;
using Hpc.Providers.Tests.Servers;
using Hpc.TestKit;

[assembly: AssemblyFixture(typeof(ClusterServers))]

namespace Hpc.Conformance.Tests.Cluster;

/// <summary>Three nodes on one PostgreSQL, with the homes of the first, started by the first test that asks.</summary>
public sealed class ClusterServers : IAsyncDisposable
{
    private const int Nodes = 3;

    private readonly SemaphoreSlim _gate = new(1);
    private readonly List<HpcServerProcess> _nodes = [];
    private PostgresServer? _database;
    private SqlProviderOptions? _options;

    /// <summary>The third node, which tests may kill or stop; they have it served again by <see cref="RestartLastAsync"/>.</summary>
    public HpcServerProcess Last => _nodes[^1];

    /// <summary>Runs a function of the script; one at a time, since some take a node away.</summary>
    public async Task RunAsync(string function, Func<Func<string, Task>, Task>? steps = null)
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        Require.NotReference("it has no nodes.");
        await _gate.WaitAsync();
        try
        {
            await StartAsync();
            await (steps is null ? RunScriptAsync(function) : steps(RunScriptAsync));
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Starts the third node again.</summary>
    public async Task RestartLastAsync()
    {
        int times = 1;
        while (Last.HasServedHttp(times))
        {
            times++;
        }

        await Last.StartAsync();
        await PolicyServer.UntilAsync(() => Last.HasServedHttp(times), "the REST API listens again");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (HpcServerProcess node in _nodes)
        {
            await node.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _gate.Dispose();
    }

    private async Task StartAsync()
    {
        if (_nodes.Count == Nodes)
        {
            return;
        }

        _database ??= await ServerFixture<PostgresServer>.StartNewAsync();
        _options ??= await _database.NewDatabaseAsync();
        while (_nodes.Count < Nodes)
        {
            _nodes.Add(await StartNodeAsync(_options));
        }
    }

    private async Task<HpcServerProcess> StartNodeAsync(SqlProviderOptions options)
    {
        var settings = new List<string>
        {
            "data_provider.driver=postgresql",
            $"data_provider.host={options.Host}",
            $"data_provider.port={options.Port}",
            $"data_provider.name={options.Name}",
            $"data_provider.username={options.UserName}",
            $"data_provider.password={options.Password}",
            "data_provider.pool_size=8",
            "cluster.enabled=true",
            $"cluster.node_name=node{_nodes.Count + 1}",
            "defender.enabled=true",
        };
        if (_nodes.Count > 0)
        {
            settings.Add($"secrets.master_key_file={Path.Combine(_nodes[0].DataDirectory, "secrets.key")}");
        }

        return await AccountsServer.StartNewAsync([.. settings]);
    }

    private async Task RunScriptAsync(string function)
    {
        ClientRunner runner = AccountsServer.RunnerFor(_nodes[0]).With("NODES", NodesAsJson());
        await Python.RequireAsync(runner, "paramiko");
        ClientResult result = await runner.RunAsync(Python.Interpreter, AccountsServer.Command("cluster.py", function));
        if (result.ExitCode != 0)
        {
            throw new ClientFailedException(result.Everything + string.Concat(_nodes.Select((node, i) => $"\n-- node {i + 1} --\n" + string.Join('\n', node.Log.Split('\n').TakeLast(12)))));
        }
    }

    private string NodesAsJson() => new JsonArray(
    [
        .. _nodes.Select(node => new JsonObject
        {
            ["sftp"] = node.Port.ToString(CultureInfo.InvariantCulture),
            ["http"] = node.HttpPort.ToString(CultureInfo.InvariantCulture),
            ["data"] = node.DataDirectory,
            ["pid"] = node.ProcessId,
        }),
    ]).ToJsonString();
}
