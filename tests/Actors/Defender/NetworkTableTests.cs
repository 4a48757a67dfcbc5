using System.Net;
using Hpc.Actors.Defender;

namespace Hpc.Actors.Tests.Defender;

public sealed class NetworkTableTests
{
    private static readonly ListProtocols[] Single = [ListProtocols.Ssh, ListProtocols.Ftp, ListProtocols.Dav, ListProtocols.Http];

    [Fact]
    public void An_empty_table_says_nothing() => NetworkTable.Empty.Find(IPAddress.Loopback, ListProtocols.Ssh).ShouldBe(NetworkMode.None);

    [Fact]
    public void The_longest_network_of_the_protocol_decides()
    {
        NetworkTable table = Table(
            ("10.0.0.0/8", NetworkMode.Allow, ListProtocols.None),
            ("10.1.0.0/16", NetworkMode.Deny, ListProtocols.Ssh),
            ("10.1.2.0/24", NetworkMode.Allow, ListProtocols.Http | ListProtocols.Ftp));
        Find(table, "10.1.2.3", ListProtocols.Ssh).ShouldBe(NetworkMode.Deny);
        Find(table, "10.1.2.3", ListProtocols.Http).ShouldBe(NetworkMode.Allow);
        Find(table, "10.2.0.0", ListProtocols.Ssh).ShouldBe(NetworkMode.Allow);
        Find(table, "11.0.0.0", ListProtocols.Ssh).ShouldBe(NetworkMode.None);
        Find(table, "9.255.255.255", ListProtocols.Ssh).ShouldBe(NetworkMode.None);
    }

    [Fact]
    public void IPv4_in_the_form_of_IPv6_is_IPv4()
    {
        NetworkTable table = Table(("192.0.2.0/24", NetworkMode.Deny, ListProtocols.None), ("::ffff:198.51.100.0/120", NetworkMode.Allow, ListProtocols.None));
        Find(table, "::ffff:192.0.2.9", ListProtocols.Ssh).ShouldBe(NetworkMode.Deny);
        Find(table, "198.51.100.7", ListProtocols.Ssh).ShouldBe(NetworkMode.Allow);
        Find(Table(("::/0", NetworkMode.Deny, ListProtocols.None)), "192.0.2.9", ListProtocols.Ssh).ShouldBe(NetworkMode.None);
        Find(Table(("0.0.0.0/0", NetworkMode.Deny, ListProtocols.None)), "2001:db8::1", ListProtocols.Ssh).ShouldBe(NetworkMode.None);
    }

    [Fact]
    public void The_first_and_the_last_address_of_all_are_found()
    {
        NetworkTable table = Table(
            ("0.0.0.0/0", NetworkMode.Allow, ListProtocols.None), ("255.255.255.255/32", NetworkMode.Deny, ListProtocols.None), ("0.0.0.0/32", NetworkMode.Deny, ListProtocols.None),
            ("::/0", NetworkMode.Allow, ListProtocols.None), ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", NetworkMode.Deny, ListProtocols.None));
        Find(table, "0.0.0.0", ListProtocols.Ssh).ShouldBe(NetworkMode.Deny);
        Find(table, "0.0.0.1", ListProtocols.Ssh).ShouldBe(NetworkMode.Allow);
        Find(table, "255.255.255.254", ListProtocols.Ssh).ShouldBe(NetworkMode.Allow);
        Find(table, "255.255.255.255", ListProtocols.Ssh).ShouldBe(NetworkMode.Deny);
        Find(table, "::", ListProtocols.Ssh).ShouldBe(NetworkMode.Allow);
        Find(table, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ListProtocols.Ssh).ShouldBe(NetworkMode.Deny);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_tables_say_what_a_search_through_all_entries_says(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 100; round++)
        {
            NetworkRule[] rules = [.. Enumerable.Range(0, random.Next(0, 60)).Select(_ => RandomRule(random)).DistinctBy(static rule => rule.Network)];
            var table = NetworkTable.Create(rules);
            for (int i = 0; i < 200; i++)
            {
                IPAddress address = RandomAddress(random, rules);
                ListProtocols protocol = Single[random.Next(Single.Length)];
                table.Find(address, protocol).ShouldBe(Naive(rules, address, protocol), $"seed {seed}, round {round}, {address} over {protocol}");
            }
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void Large_tables_say_what_a_search_through_all_entries_says(int seed)
    {
        var random = new Random(seed);
        byte[] bytes = new byte[4];
        NetworkRule[] rules = [.. Enumerable.Range(0, 3000).Select(i =>
        {
            random.NextBytes(bytes);
            return Rule($"{new IPAddress(bytes)}/{(i % 5 == 0 ? random.Next(4, 16) : random.Next(14, 33))}", random.Next(2) == 0 ? NetworkMode.Allow : NetworkMode.Deny, (ListProtocols)random.Next(16));
        }).DistinctBy(static rule => rule.Network)];
        var table = NetworkTable.Create(rules);
        for (int i = 0; i < 1500; i++)
        {
            IPAddress address = RandomAddress(random, rules);
            ListProtocols protocol = Single[random.Next(Single.Length)];
            table.Find(address, protocol).ShouldBe(Naive(rules, address, protocol), $"seed {seed}, {address} over {protocol}");
        }
    }

    [Fact]
    public void A_look_up_allocates_nothing()
    {
        NetworkTable table = Table(("10.0.0.0/8", NetworkMode.Allow, ListProtocols.None), ("2001:db8::/32", NetworkMode.Deny, ListProtocols.None));
        var v4 = IPAddress.Parse("10.1.1.1");
        var v6 = IPAddress.Parse("2001:db8::1");
        table.Find(v4, ListProtocols.Ssh);
        table.Find(v6, ListProtocols.Ssh);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            table.Find(v4, ListProtocols.Ssh);
            table.Find(v6, ListProtocols.Ssh);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static NetworkTable Table(params (string Network, NetworkMode Mode, ListProtocols Protocols)[] rules) =>
        NetworkTable.Create(rules.Select(static rule => Rule(rule.Network, rule.Mode, rule.Protocols)));

    private static NetworkRule Rule(string network, NetworkMode mode, ListProtocols protocols)
    {
        NetworkPrefix.TryParse(network, out NetworkPrefix prefix).ShouldBeTrue(network);
        return new NetworkRule(prefix, mode, protocols);
    }

    private static NetworkMode Find(NetworkTable table, string address, ListProtocols protocol) => table.Find(IPAddress.Parse(address), protocol);

    // Few bits that differ, so that networks are nested and touch.
    private static NetworkRule RandomRule(Random random)
    {
        bool isV4 = random.Next(2) == 0;
        byte[] bytes = new byte[isV4 ? 4 : 16];
        bytes[0] = (byte)(random.Next(3) == 0 ? 255 : 10);
        bytes[1] = (byte)random.Next(4);
        bytes[^1] = (byte)random.Next(256);
        int bits = bytes.Length * 8;
        int length = random.Next(4) switch { 0 => random.Next(bits + 1), 1 => bits - random.Next(9), 2 => random.Next(24), _ => bits };
        return Rule($"{new IPAddress(bytes)}/{length}", random.Next(2) == 0 ? NetworkMode.Allow : NetworkMode.Deny, (ListProtocols)random.Next(16));
    }

    private static IPAddress RandomAddress(Random random, NetworkRule[] rules)
    {
        if (rules.Length == 0 || random.Next(5) == 0)
        {
            byte[] bytes = new byte[random.Next(2) == 0 ? 4 : 16];
            random.NextBytes(bytes);
            return new IPAddress(bytes);
        }

        // At the edges, and one beside them.
        NetworkPrefix network = rules[random.Next(rules.Length)].Network;
        UInt128 edge = (random.Next(4) switch { 0 => network.First, 1 => network.Last, 2 => network.First - 1, _ => network.Last + 1 });
        var address = AddressBits.ToAddress(edge);
        return random.Next(3) == 0 ? address.MapToIPv6() : address;
    }

    private static NetworkMode Naive(NetworkRule[] rules, IPAddress address, ListProtocols protocol)
    {
        UInt128 bits = AddressBits.Of(address);
        return rules
            .Where(rule => (rule.Protocols & ListProtocols.All) == ListProtocols.None || rule.Protocols.HasFlag(protocol))
            .Where(rule => bits >= rule.Network.First && bits <= rule.Network.Last)
            .Where(rule => !AddressBits.IsV4(bits) || rule.Network.Length >= 96)
            .OrderByDescending(static rule => rule.Network.Length)
            .Select(static rule => rule.Mode)
            .FirstOrDefault();
    }
}
