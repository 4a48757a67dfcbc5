using System.Net;
using Hpc.Transport.Buffers;
using Hpc.Transport.Listening;

namespace Hpc.Transport.Tests;

public sealed class GateTests
{
    private static readonly ConnectionGateOptions Wide = new()
    {
        MaxConnections = 100_000,
        MaxConnectionsPerHost = 100_000,
        MaxBeforeLoginPerHost = 100_000,
        BeforeLoginStart = 100_000,
        BeforeLoginFull = 100_001,
    };

    [Fact]
    public void The_total_is_limited_and_a_place_that_is_left_is_free_again()
    {
        ConnectionGate gate = Gate(Wide with { MaxConnections = 2 });
        Enter(gate, "192.0.2.1", out ConnectionTicket? first).ShouldBe(GateDecision.Admitted);
        Enter(gate, "192.0.2.2").ShouldBe(GateDecision.Admitted);
        Enter(gate, "192.0.2.3").ShouldBe(GateDecision.TotalLimit);
        first!.Leave();
        first.Leave();
        gate.Active.ShouldBe(1);
        Enter(gate, "192.0.2.3").ShouldBe(GateDecision.Admitted);
    }

    [Fact]
    public void A_host_is_limited_and_others_are_not()
    {
        ConnectionGate gate = Gate(Wide with { MaxConnectionsPerHost = 3 });
        for (int i = 0; i < 3; i++)
        {
            Enter(gate, "192.0.2.1").ShouldBe(GateDecision.Admitted);
        }

        Enter(gate, "192.0.2.1").ShouldBe(GateDecision.HostLimit);
        Enter(gate, "::ffff:192.0.2.1").ShouldBe(GateDecision.HostLimit);
        Enter(gate, "192.0.2.2").ShouldBe(GateDecision.Admitted);
    }

    [Fact]
    public void IPv6_addresses_of_one_64_are_one_host()
    {
        ConnectionGate gate = Gate(Wide with { MaxConnectionsPerHost = 2 });
        Enter(gate, "2001:db8:0:1::1").ShouldBe(GateDecision.Admitted);
        Enter(gate, "2001:db8:0:1:ffff::2").ShouldBe(GateDecision.Admitted);
        Enter(gate, "2001:db8:0:1:1:2:3:4").ShouldBe(GateDecision.HostLimit);
        Enter(gate, "2001:db8:0:2::1").ShouldBe(GateDecision.Admitted);
    }

    [Fact]
    public void Login_frees_the_place_before_login_but_not_the_place()
    {
        ConnectionGate gate = Gate(Wide with { MaxBeforeLoginPerHost = 1, MaxConnectionsPerHost = 2 });
        Enter(gate, "192.0.2.1", out ConnectionTicket? first);
        Enter(gate, "192.0.2.1").ShouldBe(GateDecision.HostBeforeLoginLimit);
        first!.OnLoggedIn();
        first.OnLoggedIn();
        gate.BeforeLogin.ShouldBe(0);
        Enter(gate, "192.0.2.1").ShouldBe(GateDecision.Admitted);
        Enter(gate, "192.0.2.1").ShouldBe(GateDecision.HostLimit);
        first.Leave();
        (gate.Active, gate.BeforeLogin).ShouldBe((1, 1));
    }

    [Fact]
    public void Connections_before_login_are_dropped_at_random_from_start_and_all_from_full()
    {
        ConnectionGate gate = Gate(Wide with { BeforeLoginStart = 10, BeforeLoginRate = 30, BeforeLoginFull = 100 }, seed: 7);
        int host = 0;
        for (int i = 0; i < 10; i++)
        {
            Enter(gate, Address(host++)).ShouldBe(GateDecision.Admitted);
        }

        int tries = 0;
        while (gate.BeforeLogin < 55)
        {
            Enter(gate, Address(host++)).ShouldBeOneOf(GateDecision.Admitted, GateDecision.RandomDrop);
            tries++;
        }

        // From 10 to 55 the part that is dropped rises from 30 % to 65 %.
        tries.ShouldBeInRange(60, 140);
        while (gate.BeforeLogin < 100)
        {
            Enter(gate, Address(host++));
        }

        Enter(gate, Address(host)).ShouldBe(GateDecision.BeforeLoginLimit);
    }

    [Fact]
    public void Nobody_is_admitted_while_the_buffers_are_used_up()
    {
        var budget = new BufferBudget(BlockPool.Small);
        var gate = new ConnectionGate(Wide, budget);
        PinnedBlock block = new BlockPool(budget).Rent(1, BufferRole.Receive);
        Enter(gate, "192.0.2.1").ShouldBe(GateDecision.MemoryExhausted);
        block.Return();
        Enter(gate, "192.0.2.1").ShouldBe(GateDecision.Admitted);
    }

    [Fact]
    public void The_table_forgets_hosts_that_are_gone_and_never_knew_those_refused()
    {
        ConnectionGate gate = Gate(Wide with { MaxConnections = 100 });
        var tickets = new List<ConnectionTicket>();
        for (int i = 0; i < 10_000; i++)
        {
            Enter(gate, Address(i), out ConnectionTicket? ticket);
            if (ticket is not null)
            {
                tickets.Add(ticket);
            }
        }

        gate.TrackedHosts.ShouldBe(100);
        tickets.ForEach(static ticket => ticket.Leave());
        (gate.TrackedHosts, gate.Active, gate.BeforeLogin).ShouldBe((0, 0, 0));
    }

    private static ConnectionGate Gate(ConnectionGateOptions options, int seed = 1) =>
        new(options, new BufferBudget(1L << 30), new Random(seed));

    private static string Address(int host) => new IPAddress([10, (byte)(host >> 16), (byte)(host >> 8), (byte)host]).ToString();

    private static GateDecision Enter(ConnectionGate gate, string address) => Enter(gate, address, out _);

    private static GateDecision Enter(ConnectionGate gate, string address, out ConnectionTicket? ticket) =>
        gate.TryEnter(IPAddress.Parse(address), out ticket);
}
