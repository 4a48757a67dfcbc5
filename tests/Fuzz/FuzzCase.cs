using Hpc.Fuzz.Tests.Host;
using Hpc.Fuzz.Tests.Mutation;
using Hpc.Fuzz.Tests.Peer;
using Hpc.Transport.Connections;

namespace Hpc.Fuzz.Tests;

/// <summary>One seed against a server in memory, and what must hold afterwards.</summary>
internal static class FuzzCase
{
    private const int MaxBeats = 40;

    /// <summary>The window for things that other threads still have to finish after the end.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    public static async Task<FuzzOutcome> RunAsync(int seed)
    {
        FuzzPlan plan = FuzzPlan.Of(seed);
        using var host = new FuzzHost(plan.RekeyBytes);
        try
        {
            return await RunAsync(plan, host);
        }
        catch (Exception e) when (e is not FuzzFailure)
        {
            throw new FuzzFailure(plan, $"the harness saw {e}");
        }
    }

    private static async Task<FuzzOutcome> RunAsync(FuzzPlan plan, FuzzHost host)
    {
        (MemoryConnection client, MemoryConnection server) = MemoryConnection.CreatePair(host.Pool, maximumReceive: plan.MaximumReceive);
        Task<ConnectionEndReason> serving = host.Serve(server);
        bool isLoggedIn;
        int replies;
        bool hasLeaked;
        using (var peer = new RawPeer(client, plan, sent => host.Tree.IsLeak(sent.Span)))
        {
            var dialogue = new FuzzDialogue(peer, plan, new FuzzLogin(FuzzAuthenticator.User, FuzzHost.Password, FuzzHost.UserKey), host.Tree.Outside);
            Task reading = peer.ReadAsync();
            Task talking = dialogue.RunAsync();
            await Task.WhenAny(talking, serving, Task.Delay(Settling));
            server.Beat(Environment.TickCount64);
            await LeaveAsync(plan, host, client, server, peer);
            await UntilOverAsync(plan, serving, client, server);
            client.Abort(ConnectionEndReason.ConnectionLost);
            await Within(plan, talking, "the peer's script");
            await Within(plan, reading.ContinueWith(static _ => { }, TaskScheduler.Default), "the peer's reading");
            isLoggedIn = dialogue.IsLoggedIn;
            replies = dialogue.Replies;
            hasLeaked = peer.HasSeenLeak;
        }

        client.Dispose();
        ConnectionEndReason reason = await serving;
        await CheckAsync(plan, host, reason, hasLeaked);
        return new FuzzOutcome(reason, isLoggedIn, replies, host.Log.EndLine);
    }

    private static async Task LeaveAsync(FuzzPlan plan, FuzzHost host, MemoryConnection client, MemoryConnection server, RawPeer peer)
    {
        switch (plan.End)
        {
            case FuzzEnd.Disconnect when !peer.IsOver && !plan.IsDeaf:
                Task goodbye = peer.SendAsync(FuzzStage.None, [1, 0, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0]);
                await Task.WhenAny(goodbye, Task.Delay(100));
                client.CloseOutput();
                break;
            case FuzzEnd.Stopped:
                server.Stop(ConnectionEndReason.ServerShutdown);
                break;
            case FuzzEnd.Kicked when host.Gate.Grants.Count > 0:
                host.Gate.Grants[0].Kick();
                break;
            case FuzzEnd.Drained:
                server.Drain();
                client.CloseOutput();
                break;
            case FuzzEnd.Abort:
                client.Abort(ConnectionEndReason.ConnectionLost);
                break;
            default:
                client.CloseOutput();
                break;
        }

        if (plan.IsDeaf)
        {
            client.Abort(ConnectionEndReason.ConnectionLost);
        }
    }

    private static async Task UntilOverAsync(FuzzPlan plan, Task serving, MemoryConnection client, MemoryConnection server)
    {
        for (int beat = 0; beat < MaxBeats; beat++)
        {
            if (await Task.WhenAny(serving, Task.Delay(250)) == serving)
            {
                return;
            }

            server.Beat(Environment.TickCount64);
            if (beat == MaxBeats / 2)
            {
                // A flush to a peer that reads nothing may hold it up; without a peer nothing may.
                client.Abort(ConnectionEndReason.ConnectionLost);
            }
        }

        throw new FuzzFailure(plan, "the connection does not end after its peer is gone");
    }

    private static async Task CheckAsync(FuzzPlan plan, FuzzHost host, ConnectionEndReason reason, bool hasLeaked)
    {
        Require(plan, reason != ConnectionEndReason.ServerFault, "the connection ended by a fault of the server: " + string.Join('\n', host.Log.Faults));
        Require(plan, !hasLeaked, "the server sent what lies outside the root");
        await Eventually(plan, () => host.Pool.Budget.Rented == 0, () => $"{host.Pool.Budget.Rented} bytes are still rented");
        await Eventually(plan, () => host.Gate.Grants.All(static grant => grant.TimesClosed > 0), () => "a grant was not closed");
        await Eventually(plan, () => host.Tree.OpenDescriptors() <= host.DescriptorsBefore, () => $"{host.Tree.OpenDescriptors()} descriptors are open, before it were {host.DescriptorsBefore}");
        Require(plan, host.Gate.Grants.All(static grant => grant.TimesClosed == 1), "a grant was closed more than once");
        Require(plan, host.Log.Faults.Count == 0, "errors were logged: " + string.Join('\n', host.Log.Faults));
        Require(plan, host.Tree.FindTouch() is null, host.Tree.FindTouch() ?? "");
    }

    private static async Task Within(FuzzPlan plan, Task task, string what)
    {
        try
        {
            await task.WaitAsync(Settling);
        }
        catch (TimeoutException)
        {
            throw new FuzzFailure(plan, $"{what} does not end");
        }
        catch (ObjectDisposedException)
        {
            // The script sent while the case was cleaned up.
            return;
        }
    }

    private static async Task Eventually(FuzzPlan plan, Func<bool> condition, Func<string> message)
    {
        long until = Environment.TickCount64 + (long)Settling.TotalMilliseconds;
        while (!condition())
        {
            Require(plan, Environment.TickCount64 < until, message());
            await Task.Delay(2);
        }
    }

    private static void Require(FuzzPlan plan, bool holds, string message)
    {
        if (!holds)
        {
            throw new FuzzFailure(plan, message);
        }
    }
}
