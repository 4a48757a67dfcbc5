using System.Net;
using System.Net.Sockets;
using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Data;
using Hpc.TestKit;
using Hpc.Transport.Data;

namespace Hpc.FtpProtocol.Tests.Data;

public sealed class DataPortsTests
{
    // An address of this process alone: nobody else listens there.
    private static readonly string Own = $"127.{1 + (Environment.ProcessId % 250)}.{Environment.ProcessId / 250 % 250}.7";

    [Fact]
    public async Task Ten_thousand_PASV_without_a_connection_hold_one_port_and_give_all_back()
    {
        FtpDataOptions options = FreeRange(8);
        using var rig = new DataRig(options, server: Own);
        var seen = new HashSet<int>();
        for (int i = 0; i < 10_000; i++)
        {
            FtpReply reply = await rig.RunAsync(i % 2 == 0 ? "PASV" : "EPSV");
            int port = DataRig.PortOf(reply);
            port.ShouldBeInRange(options.FirstPassivePort, options.LastPassivePort);
            seen.Add(port);
            rig.Ports.Count.ShouldBe(1);
        }

        seen.Count.ShouldBeGreaterThan(4);
        rig.Data.Forget();
        rig.Ports.Count.ShouldBe(0);
        rig.Data.IsPrepared.ShouldBeFalse();

        // Every port of the range can be had at once again.
        PassivePort[] all = [.. Enumerable.Range(0, 8).Select(_ => rig.Ports.TryListen(rig.Data.Route).ShouldNotBeNull())];
        rig.Ports.TryListen(rig.Data.Route).ShouldBeNull();
        foreach (PassivePort port in all)
        {
            port.Dispose();
            port.Dispose();
        }

        rig.Ports.Count.ShouldBe(0);
    }

    [Fact]
    public void A_port_on_which_nobody_came_in_time_goes_to_who_needs_it_and_no_other_does()
    {
        var time = new ManualTimeProvider();
        var ports = new DataPorts(FreeRange(2) with { ConnectTimeout = TimeSpan.FromSeconds(20) }, time);
        using var rig = new DataRig(server: Own, time: time, ports: ports);
        DataRoute route = rig.Data.Route;
        using PassivePort first = ports.TryListen(route).ShouldNotBeNull();
        time.Advance(TimeSpan.FromSeconds(1));
        using PassivePort second = ports.TryListen(route).ShouldNotBeNull();
        ports.TryListen(route).ShouldBeNull();
        time.Advance(TimeSpan.FromSeconds(20));
        using PassivePort third = ports.TryListen(route).ShouldNotBeNull();
        third.Port.ShouldBe(first.Port);
        ports.TryListen(route).ShouldBeNull();
        ports.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_port_that_was_taken_away_is_a_refusal_and_one_that_is_waited_on_is_not_taken_away()
    {
        var time = new ManualTimeProvider();
        var ports = new DataPorts(FreeRange(1), time);
        using var idle = new DataRig(server: Own, time: time, ports: ports);
        using var other = new DataRig(server: Own, time: time, ports: ports);
        (await idle.RunAsync("EPSV")).Code.ShouldBe(229);
        (await other.RunAsync("EPSV")).Code.ShouldBe(425);
        time.Advance(TimeSpan.FromMinutes(1));
        (await other.RunAsync("EPSV")).Code.ShouldBe(229);
        (await idle.Data.OpenAsync(DataRig.Ct)).Refusal.Code.ShouldBe(425);
        ports.Count.ShouldBe(1);

        using var over = new CancellationTokenSource();
        Task<(DataConnection? Data, FtpReply Refusal)> opening = other.Data.OpenAsync(over.Token).AsTask();
        time.Advance(TimeSpan.FromSeconds(19));
        (await idle.RunAsync("EPSV")).Code.ShouldBe(425);
        await over.CancelAsync();
        (await opening).Refusal.Code.ShouldBe(426);
        ports.Count.ShouldBe(0);
    }

    [Fact]
    public void Ports_that_somebody_else_listens_on_are_passed_over()
    {
        FtpDataOptions options = FreeRange(4);
        using var rig = new DataRig(server: Own);
        var mine = new DataPorts(options, TimeProvider.System);
        var others = new DataPorts(options, TimeProvider.System);
        PassivePort[] taken = [.. Enumerable.Range(0, 3).Select(_ => others.TryListen(rig.Data.Route).ShouldNotBeNull())];
        using PassivePort last = mine.TryListen(rig.Data.Route).ShouldNotBeNull();
        taken.Select(static port => port.Port).ShouldNotContain(last.Port);
        mine.TryListen(rig.Data.Route).ShouldBeNull();
        foreach (PassivePort port in taken)
        {
            port.Dispose();
        }

        using PassivePort again = mine.TryListen(rig.Data.Route).ShouldNotBeNull();
        mine.Count.ShouldBe(2);
        others.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Many_at_once_get_ports_of_their_own_and_give_all_back()
    {
        FtpDataOptions options = FreeRange(64);
        var ports = new DataPorts(options, TimeProvider.System);
        using var rig = new DataRig(server: Own, ports: ports);
        DataRoute route = rig.Data.Route;
        int given = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = DataRig.Ct }, async (_, _) =>
        {
            using PassivePort? port = ports.TryListen(route);
            if (port is not null)
            {
                Interlocked.Increment(ref given);
                await Task.Yield();
            }
        });
        given.ShouldBe(2000);
        ports.Count.ShouldBe(0);
        PassivePort?[] all = [.. Enumerable.Range(0, 64).Select(_ => ports.TryListen(route))];
        all.ShouldAllBe(static port => port != null);
        foreach (PassivePort? port in all)
        {
            port!.Dispose();
        }
    }

    // Ports next to each other that nobody listens on at this moment.
    internal static FtpDataOptions FreeRange(int size)
    {
        for (int first = 20_000 + Random.Shared.Next(5_000); first < 32_000; first += size)
        {
            var held = new List<Socket>();
            try
            {
                for (int port = first; port < first + size; port++)
                {
                    var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    held.Add(socket);
                    socket.Bind(new IPEndPoint(IPAddress.Parse(Own), port));
                    socket.Listen();
                }

                return new FtpDataOptions { FirstPassivePort = first, LastPassivePort = first + size - 1 };
            }
            catch (SocketException)
            {
                // Somebody is there.
                continue;
            }
            finally
            {
                held.ForEach(static socket => socket.Dispose());
            }
        }

        throw new InvalidOperationException("No range is free.");
    }
}
