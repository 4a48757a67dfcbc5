using System.Diagnostics;
using System.Net;
using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.Postgres;
using Hpc.Providers.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Hpc.ClusterPostgres.Tests;

/// <summary>What goes wrong with the server. Each has a server of its own.</summary>
public sealed class FaultTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_crash_of_the_server_nobody_is_granted_more_than_it_has_and_no_place_is_given_until_the_longest_lease_is_over()
    {
        await using PostgresServer server = await StartAsync();
        EngineDatabase database = await EngineDatabase.NewAsync(server, hasClock: true);
        await using PostgresEngine engine = await database.OpenAsync();
        var a = new NodeEpoch("a", 1);
        var b = new NodeEpoch("b", 1);
        JoinReply joined = await engine.JoinAsync(Join(a), Ct);
        (await engine.TickAsync(Tick(a, 1, joined.Cursor, inForce: 0), Ct)).Grants.Single().Rate.ShouldBe(1000);
        (await engine.OpenSessionAsync(Place(a, "s1"), Ct)).ShouldBe(PlaceReply.Taken);

        await server.KillAsync();
        await Should.ThrowAsync<PostgresEngineException>(async () => await engine.TickAsync(Tick(a, 2, joined.Cursor, inForce: 1000), Ct));
        await server.StartAsync();

        (await engine.TickAsync(Tick(a, 2, joined.Cursor, inForce: 1000), Ct)).IsFenced.ShouldBeTrue();

        // B was not there before, and asks first.
        JoinReply asB = await engine.JoinAsync(Join(b), Ct);
        TickReply first = await engine.TickAsync(Tick(b, 1, asB.Cursor, inForce: 0), Ct);
        first.Grants.Single().Rate.ShouldBe(0);
        first.IsLeader.ShouldBeFalse();
        (await engine.OpenSessionAsync(Place(b, "s2"), Ct)).ShouldBe(PlaceReply.Learning);

        // A tells what it has: its cursor is one of another log.
        var again = new NodeEpoch("a", 2);
        JoinReply asA = await engine.JoinAsync(Join(again) with { Cursor = joined.Cursor, Sessions = [Place(again, "s1").Place] }, Ct);
        asA.HasMissed.ShouldBeTrue();
        asA.Refused.ShouldBeEmpty();
        (await engine.TickAsync(Tick(again, 1, asA.Cursor, inForce: 700), Ct)).Grants.Single().Rate.ShouldBe(500);

        (await engine.OpenSessionAsync(Place(b, "s2"), Ct)).ShouldBe(PlaceReply.Learning);
        int sequence = 2;
        for (; sequence < 22; sequence++)
        {
            await database.PassAsync(TimeSpan.FromSeconds(1));
            await engine.TickAsync(Tick(again, sequence, asA.Cursor, inForce: 500), Ct);
            TickReply reply = await engine.TickAsync(Tick(b, sequence, asB.Cursor, inForce: 0), Ct);
            reply.Grants.Single().Rate.ShouldBe(sequence < 21 ? 0 : 500);
        }

        (await engine.OpenSessionAsync(Place(b, "s2"), Ct)).ShouldBe(PlaceReply.UserLimit);
    }

    [Fact]
    public async Task After_a_restart_that_was_no_crash_everything_is_known()
    {
        await using PostgresServer server = await StartAsync();
        EngineDatabase database = await EngineDatabase.NewAsync(server, hasClock: true);
        await using PostgresEngine engine = await database.OpenAsync();
        var a = new NodeEpoch("a", 1);
        JoinReply joined = await engine.JoinAsync(Join(a), Ct);
        TickReply first = await engine.TickAsync(Tick(a, 1, joined.Cursor, inForce: 0), Ct);
        await database.EndServerAsync();
        await server.StartAsync();
        (await engine.TickAsync(Tick(a, 1, joined.Cursor, inForce: 0), Ct)).Grants.ShouldBe(first.Grants);
        (await engine.TickAsync(Tick(a, 2, joined.Cursor, inForce: 1000), Ct)).IsFenced.ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_that_stands_still_is_an_exception_and_no_waiting()
    {
        await using PostgresServer server = await StartAsync();
        EngineDatabase database = await EngineDatabase.NewAsync(server, hasClock: true);
        PostgresEngineOptions options = database.Options with { StatementTimeout = TimeSpan.FromSeconds(1) };
        await using PostgresEngine engine = await PostgresEngine.OpenAsync(options, NullLogger.Instance, Ct);
        var a = new NodeEpoch("a", 1);
        JoinReply joined = await engine.JoinAsync(Join(a), Ct);
        TickReply first = await engine.TickAsync(Tick(a, 1, joined.Cursor, inForce: 0), Ct);
        int[] processes = await database.ProcessesAsync();
        await SignalAsync("-STOP", processes);
        try
        {
            await Should.ThrowAsync<PostgresEngineException>(async () => await engine.TickAsync(Tick(a, 2, first.Cursor, inForce: 1000), Ct));
            await Should.ThrowAsync<PostgresEngineException>(async () => await engine.OpenSessionAsync(Place(a, "s1"), Ct));
        }
        finally
        {
            await SignalAsync("-CONT", processes);
        }

        // Whether the tick happened is not known; the same one again is answered in either case.
        TickReply second = await UntilAnsweredAsync(() => engine.TickAsync(Tick(a, 2, first.Cursor, inForce: 1000), Ct));
        second.IsFenced.ShouldBeFalse();
        second.Grants.Single().Rate.ShouldBe(1000);
    }

    [Fact]
    public async Task A_statement_that_waits_too_long_is_ended_by_the_server_and_leaves_nothing_locked()
    {
        await using PostgresServer server = await StartAsync();
        EngineDatabase database = await EngineDatabase.NewAsync(server, hasClock: true);
        PostgresEngineOptions options = database.Options with { StatementTimeout = TimeSpan.FromSeconds(1) };
        await using PostgresEngine engine = await PostgresEngine.OpenAsync(options, NullLogger.Instance, Ct);
        var a = new NodeEpoch("a", 1);
        JoinReply joined = await engine.JoinAsync(Join(a), Ct);
        await using (var blocker = new NpgsqlConnection(database.ConnectionString))
        {
            await blocker.OpenAsync(Ct);
            await using NpgsqlTransaction transaction = await blocker.BeginTransactionAsync(Ct);
            await using var command = new NpgsqlCommand("SELECT FROM hpc_cluster_nodes FOR UPDATE", blocker);
            await command.ExecuteNonQueryAsync(Ct);
            await Should.ThrowAsync<PostgresEngineException>(async () => await engine.TickAsync(Tick(a, 1, joined.Cursor, inForce: 0), Ct));
        }

        (await UntilAnsweredAsync(() => engine.TickAsync(Tick(a, 1, joined.Cursor, inForce: 0), Ct))).Grants.Single().Rate.ShouldBe(1000);
    }

    private static async Task<PostgresServer> StartAsync()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        return await PostgresFixture.StartNewAsync();
    }

    // The machine may be slower than the timeout of these tests.
    private static async Task<TickReply> UntilAnsweredAsync(Func<ValueTask<TickReply>> tick)
    {
        while (true)
        {
            try
            {
                return await tick();
            }
            catch (PostgresEngineException)
            {
                Ct.ThrowIfCancellationRequested();
            }
        }
    }

    private static async Task SignalAsync(string signal, int[] processes)
    {
        using var kill = Process.Start("kill", [signal, .. processes.Select(static id => id.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        await kill.WaitForExitAsync(Ct);
    }

    private static JoinRequest Join(NodeEpoch node) => new() { Node = node, ShareLease = Lease, NodeLease = Lease };

    private static TickRequest Tick(NodeEpoch node, long sequence, long cursor, long inForce) => new()
    {
        Node = node,
        Sequence = sequence,
        Cursor = cursor,
        Shares = [new ShareDemand("s", 1000, inForce, long.MaxValue, 1)],
    };

    private static PlaceRequest Place(NodeEpoch node, string id) => new()
    {
        Node = node,
        Place = new HeldPlace(new ClusterSession(id, "", "ann", "SFTP", new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1), default), 1, 0, 0),
    };
}
