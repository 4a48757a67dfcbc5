using System.Net;
using System.Text.Json.Nodes;
using Hpc.Accounts.Data;
using Hpc.HttpApi.Models;
using Hpc.Server.Admin;
using Hpc.Server.Metrics;
using Hpc.Server.Provision;
using Hpc.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Server.Tests.Admin;

/// <summary>Sessions of all nodes on the admin port, the command line and for the REST API.</summary>
public sealed class ClusterSessionsTests : IAsyncLifetime
{
    private const string Here = "aaaaaaaaaaaaaaaa";
    private const string There = "bbbbbbbbbbbbbbbb";

    private readonly string _token = AdminAccessFile.NewToken();
    private readonly PrometheusExporter _metrics = new(_ => false);
    private readonly ClusterRig _rig = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly TestConsole _console = new();
    private AdminServer _server = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _rig.StartAsync();
        var application = new AdminApplication(new ServerState(), _metrics, _rig.Local, _token, cluster: _rig.All);
        _server = await AdminServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), application, NullLoggerFactory.Instance, CancellationToken.None);
        Directory.CreateDirectory(_directory["data"]);
        AdminAccessFile.Write(_directory["data"], new AdminAccess(_server.EndPoint.ToString(), _token, 1));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _rig.DisposeAsync();
        _metrics.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_table_names_the_node_of_each_session()
    {
        (await RunAsync("sessions")).ShouldBe(0, _console.Error);
        string[] lines = _console.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldStartWith("NODE   ID");
        lines[1].ShouldStartWith($"here   {Here}  ann");
        lines[2].ShouldStartWith($"there  {There}  ann   192.0.2.9:4000  SCP");
        lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries).Count(static cell => cell == "-").ShouldBe(4);
        _console.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_not_known_of_a_session_elsewhere_is_null()
    {
        (await RunAsync("sessions", "--json")).ShouldBe(0, _console.Error);
        JsonArray sessions = JsonNode.Parse(_console.Out)!.AsArray();
        sessions[0]!["node"]!.GetValue<string>().ShouldBe("here");
        sessions[0]!["bytes_sent"]!.GetValue<long>().ShouldBe(3);
        sessions[1]!["node"]!.GetValue<string>().ShouldBe("there");
        foreach (string unknown in (string[])["idle_seconds", "bytes_received", "bytes_sent", "transfers"])
        {
            sessions[1]!.AsObject().ShouldContainKey(unknown);
            sessions[1]![unknown].ShouldBeNull();
        }
    }

    [Fact]
    public async Task A_session_elsewhere_is_ended_by_its_node()
    {
        (await RunAsync("sessions", "kick", There)).ShouldBe(0, _console.Error);
        await _rig.OrdersThere.HasAsync($"end {There}");
        (await RunAsync("sessions", "kick", "cccccccccccccccc")).ShouldBe(1);
        _console.Error.ShouldContain("No session has the id");
    }

    [Fact]
    public async Task All_sessions_of_a_user_are_counted()
    {
        (await RunAsync("sessions", "kick", "--user", "ann")).ShouldBe(0, _console.Error);
        _console.Out.ShouldContain("2 sessions ended.");
        await _rig.OrdersThere.HasAsync("end all of ann");
        _rig.Local.Sessions.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_the_engine_the_command_says_what_it_does_not_know()
    {
        _rig.IsAway = true;
        (await RunAsync("sessions")).ShouldBe(0);
        _console.Out.ShouldContain(Here);
        _console.Error.ShouldContain("there may be more sessions on other nodes");
        _console.Clear();
        (await RunAsync("sessions", "kick", There)).ShouldBe(1);
        _console.Error.ShouldContain("the cluster does not answer");
        _console.Clear();
        (await RunAsync("sessions", "kick", "--user", "ann")).ShouldBe(1);
        _console.Out.ShouldContain("1 session ended.");
        _console.Error.ShouldContain("sessions on other nodes may go on");
    }

    [Fact]
    public async Task The_rest_api_lists_them_with_their_node_and_ends_them()
    {
        var connections = new ConnectionOperations(_rig.Local, TimeProvider.System, _rig.All);
        IReadOnlyList<ConnectionStatus> list = await connections.ListAsync(Ct);
        list.Select(static each => (each.ConnectionId, each.Node, each.Username, each.Protocol)).ShouldBe([(Here, "", "ann", "SFTP"), (There, "there", "ann", "SCP")]);
        list[1].RemoteAddress.ShouldBe("192.0.2.9:4000");
        list[1].ConnectionTime.ShouldBeGreaterThan(0);
        (await connections.CloseAsync(There, "there", Ct)).ShouldBeTrue();
        (await connections.CloseAsync(There, "", Ct)).ShouldBeTrue();
        (await connections.CloseAsync("cccccccccccccccc", "", Ct)).ShouldBeFalse();
        await _rig.OrdersThere.HasAsync($"end {There}");
        (await connections.CloseUserAsync("ann", Ct)).ShouldBe(2);
    }

    [Fact]
    public async Task Without_the_engine_the_rest_api_lists_this_nodes_and_does_not_deny_the_others()
    {
        _rig.IsAway = true;
        var connections = new ConnectionOperations(_rig.Local, TimeProvider.System, _rig.All);
        (await connections.ListAsync(Ct)).ShouldHaveSingleItem().ConnectionId.ShouldBe(Here);
        await Should.ThrowAsync<DataProviderException>(async () => await connections.CloseAsync(There, "", Ct));
        (await connections.CloseAsync(Here, "", Ct)).ShouldBeTrue();
    }

    private Task<int> RunAsync(params string[] command) => _console.RunAsync([.. command, "--data-dir", _directory["data"]]);
}
